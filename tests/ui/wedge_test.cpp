#include "ui/wedge.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

namespace pos::ui {
namespace {

using testing::ElementsAre;

struct Keyboard {
  Wedge wedge;
  int64_t now_ms = 1000;
  std::vector<Action> heard;

  void hear(const Stroke& stroke) {
    for (Action& action : wedge.hear(stroke)) heard.push_back(std::move(action));
  }
  void type(std::string_view text, int64_t gap_ms) {
    for (const char c : text) {
      now_ms += gap_ms;
      hear({static_cast<char32_t>(c), Key::none, 0, false, now_ms});
    }
  }
  void press(Key key, int64_t gap_ms = 5, bool repeat = false, int number = 0) {
    now_ms += gap_ms;
    hear({0, key, number, repeat, now_ms});
  }
  std::vector<std::string> scans() const {
    std::vector<std::string> out;
    for (const Action& action : heard) {
      if (const auto* scan = std::get_if<Scanned>(&action)) out.push_back(scan->code);
    }
    return out;
  }
  template <class T>
  size_t count() const {
    size_t n = 0;
    for (const Action& action : heard) n += std::holds_alternative<T>(action) ? 1 : 0;
    return n;
  }
};

TEST(Wedge, TenScansASecondForAMinuteAreAllHeardWhateverTheSeed) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  Keyboard keys;
  std::vector<std::string> sent;
  for (int i = 0; i < 600; ++i) {
    std::string code =
        std::to_string(1'000'000'000'000 + static_cast<int64_t>(random() % 1'000'000));
    code.resize(4 + random() % 10);
    const int64_t began = keys.now_ms;
    for (const char c : code) keys.type({&c, 1}, static_cast<int64_t>(random() % 6));
    keys.press(Key::enter, static_cast<int64_t>(random() % 6));
    keys.now_ms = std::max(keys.now_ms, began + 100);
    sent.push_back(code);
  }
  EXPECT_EQ(keys.scans(), sent);
  EXPECT_EQ(keys.count<Enter>(), 0U);
}

TEST(Wedge, ScansThatComeInOneBatchDuringASlowFrameAreToldApartByTheirEnters) {
  Keyboard keys;
  for (int i = 0; i < 50; ++i) {
    keys.type("2002", 0);
    keys.press(Key::enter, 0);
  }
  EXPECT_EQ(keys.scans().size(), 50U);
}

TEST(Wedge, SlowDigitsAreTypingAndTheirEnterIsEnter) {
  Keyboard keys;
  keys.type("2002", 140);
  keys.press(Key::enter, 140);
  EXPECT_THAT(keys.heard,
              ElementsAre(Action{Typed{U'2', true}}, Action{Typed{U'0', true}},
                          Action{Typed{U'0', true}}, Action{Typed{U'2', true}}, Action{Enter{}}));
}

// On a slow machine keys pile up while a frame is drawn, and come all at once.
TEST(Wedge, AnAmountThatCameDuringASlowFrameIsNoScan) {
  Keyboard keys;
  for (const char c : std::string("5000")) {
    keys.hear({static_cast<char32_t>(c), Key::none, 0, false, keys.now_ms, 400});
  }
  keys.hear({0, Key::enter, 0, false, keys.now_ms, 400});
  EXPECT_TRUE(keys.scans().empty());
  EXPECT_EQ(keys.count<Enter>(), 1U);
}

TEST(Wedge, AProductsCodeThatCameDuringASlowFrameIsAScan) {
  Keyboard keys;
  for (const char c : std::string("4006381333931")) {
    keys.hear({static_cast<char32_t>(c), Key::none, 0, false, keys.now_ms, 400});
  }
  keys.hear({0, Key::enter, 0, false, keys.now_ms, 400});
  EXPECT_THAT(keys.scans(), ElementsAre("4006381333931"));
}

TEST(Wedge, AFastRunWithoutAnEnterStaysTyping) {
  Keyboard keys;
  keys.type("12345", 5);
  keys.press(Key::enter, 400);
  EXPECT_TRUE(keys.scans().empty());
  EXPECT_EQ(keys.count<Typed>(), 5U);
  EXPECT_EQ(keys.count<Enter>(), 1U);
}

TEST(Wedge, ThreeQuickKeysAreNoScan) {
  Keyboard keys;
  keys.type("123", 5);
  keys.press(Key::enter);
  EXPECT_TRUE(keys.scans().empty());
  EXPECT_EQ(keys.count<Enter>(), 1U);
}

TEST(Wedge, SlowDigitsRightBeforeAScanAreNotPartOfIt) {
  Keyboard keys;
  keys.type("12", 150);
  keys.now_ms += 150;
  keys.type("4006381333931", 4);
  keys.press(Key::enter);
  EXPECT_THAT(keys.scans(), ElementsAre("4006381333931"));
}

TEST(Wedge, ThreeTimesStandsRightBeforeAScanHoweverFast) {
  Keyboard keys;
  keys.type("3*4006381333931", 2);
  keys.press(Key::enter);
  EXPECT_THAT(keys.scans(), ElementsAre("4006381333931"));
  EXPECT_EQ(keys.heard[0], (Action{Typed{U'3', true}}));
  EXPECT_EQ(keys.heard[1], (Action{Typed{U'*', false}}));
  EXPECT_EQ(keys.heard[2], (Action{Typed{U'4', true}}));
}

TEST(Wedge, AimPrefixAndControlCharactersAreStripped) {
  Keyboard keys;
  keys.type("]E04006381333931\x1d", 3);
  keys.press(Key::enter);
  EXPECT_THAT(keys.scans(), ElementsAre("4006381333931"));
  EXPECT_EQ(stripped("]C1(01)\x1d"
                     "123"),
            "(01)123");
}

TEST(Wedge, TabEndsAScanTooAndElseTurnsToTheNextTab) {
  Keyboard keys;
  keys.type("4006381333931", 3);
  keys.press(Key::tab);
  keys.press(Key::tab, 500);
  EXPECT_THAT(keys.scans(), ElementsAre("4006381333931"));
  EXPECT_EQ(keys.heard.back(), (Action{NextTab{}}));
}

TEST(Wedge, AHeldEnterPaysOnce) {
  Keyboard keys;
  keys.press(Key::enter);
  for (int i = 0; i < 20; ++i) keys.press(Key::enter, 30, true);
  EXPECT_THAT(keys.heard, ElementsAre(Action{Enter{}}));
}

TEST(Wedge, AHeldFunctionKeyCountsOnceAndAHeldArrowGoesOn) {
  Keyboard keys;
  keys.press(Key::function, 5, false, 9);
  keys.press(Key::function, 30, true, 9);
  keys.press(Key::down);
  keys.press(Key::down, 30, true);
  EXPECT_THAT(keys.heard, ElementsAre(Action{FunctionKey{9}}, Action{Move{1}}, Action{Move{1}}));
}

TEST(Wedge, TheWindowWaitsForTheRestOfARunAndNoLonger) {
  Keyboard keys;
  EXPECT_FALSE(keys.wedge.in_run(keys.now_ms));
  keys.type("4", 1);
  EXPECT_TRUE(keys.wedge.in_run(keys.now_ms + 10));
  EXPECT_FALSE(keys.wedge.in_run(keys.now_ms + 200));
  keys.type("006381333931", 1);
  keys.press(Key::enter);
  EXPECT_FALSE(keys.wedge.in_run(keys.now_ms));
}

TEST(Wedge, AStuckScannerDoesNotGrowARunForEver) {
  Keyboard keys;
  keys.type(std::string(100'000, '7'), 1);
  keys.press(Key::enter);
  ASSERT_EQ(keys.scans().size(), 1U);
  EXPECT_LE(keys.scans()[0].size(), Wedge::kLongest);
}

}  // namespace
}  // namespace pos::ui
