// A real window, real keys, real clicks. What lives between GLFW and the screens (lost keys, scans
// broken in two, frames drawn for nothing) shows only here.
#include "ui/window.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <thread>

#include "display.h"
#include "shop.h"
#include "ui/layout.h"

namespace pos::ui {
namespace {

using test::Child;
using test::Display;
namespace fs = std::filesystem;

fs::path shots() {
  const fs::path folder = fs::path(LEAFTILL_BINARY_DIR) / "screenshots";
  fs::create_directories(folder);
  return folder;
}

struct Size {
  int w, h;
  const char* px_per_mm;
};

struct State {
  int place = -1;
  long pieces = -1, failed = -1, sales = -1, frames = -1;
  std::string entry;
};

struct Till {
  int width, height;
  Display display;
  Child program;
  std::string graphics;
  Layout at;

  Till(int w, int h, const char* px_per_mm, const char* gl = "auto")
      : width(w),
        height(h),
        display(w, h),
        program({WINDOW_MAIN, std::to_string(w), std::to_string(h), px_per_mm, gl}, display.name()),
        graphics(program.expect("ready ")),
        at(lay_out(static_cast<float>(w), static_cast<float>(h),
                   static_cast<float>(std::atof(px_per_mm)))) {
    shot("first");  // answered only after the first frame
  }

  State state() {
    program.say("state");
    std::istringstream in(program.expect("state "));
    State s;
    std::string word;
    in >> word;
    while (in >> word) {
      const std::string value = word.substr(word.find('=') + 1);
      if (word.starts_with("place=")) s.place = std::atoi(value.c_str());
      if (word.starts_with("pieces=")) s.pieces = std::atol(value.c_str());
      if (word.starts_with("failed=")) s.failed = std::atol(value.c_str());
      if (word.starts_with("sales=")) s.sales = std::atol(value.c_str());
      if (word.starts_with("frames=")) s.frames = std::atol(value.c_str());
      if (word.starts_with("entry=")) s.entry = value;
    }
    return s;
  }
  // Polls until the condition holds.
  template <class Condition>
  testing::AssertionResult comes(Condition condition, int seconds = 15) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    State last;
    do {
      last = state();
      if (condition(last)) return testing::AssertionSuccess();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    } while (std::chrono::steady_clock::now() < until);
    return testing::AssertionFailure()
           << "place " << last.place << " pieces " << last.pieces << " failed " << last.failed
           << " sales " << last.sales << " entry '" << last.entry << "'";
  }
  testing::AssertionResult comes(Place place) {
    return comes([&](const State& s) { return s.place == static_cast<int>(place); });
  }
  std::string shot(const std::string& name) {
    const std::string file =
        (shots() / (std::to_string(width) + "x" + std::to_string(height) + "-" + name + ".png"))
            .string();
    fs::remove(file);
    for (int i = 0; i < 200; ++i) {  // before the first frame there is nothing to show
      program.say("shot " + file);
      if (program.expect("", 10).starts_with("shot ")) return file;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    throw std::runtime_error("no screenshot");
  }
  void start_shift() {
    display.type_slowly("1234\n");
    ASSERT_TRUE(comes(Place::open_shift));
    display.type_slowly("15000\n");
    ASSERT_TRUE(comes(Place::sale));
  }
  void click(const Rect& r) { display.click(r.x + r.w / 2, r.y + r.h / 2); }
  void pad(char digit) {
    const std::string order = "789456123*0<";
    const auto n = static_cast<int>(order.find(digit));
    click(at.pad.cell(n % 3, n / 3, 3, 4, at.m.gap));
  }
};

TEST(Window, CountsAllFiftyScansBackToBackAndSellsThem) {
  Till till(1280, 800, "3.78");
  till.start_shift();
  std::string burst;
  for (int i = 0; i < 50; ++i) burst += i % 2 ? "2002\n" : "4006381333931\n";
  till.display.type_fast(burst);
  ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 50; }));
  EXPECT_EQ(till.state().failed, 0);
  EXPECT_EQ(till.state().entry, "");
  till.shot("fifty");
  till.display.key("F12");
  ASSERT_TRUE(till.comes(Place::pay));
  till.shot("pay");
  till.display.key("Return");
  EXPECT_EQ(till.program.expect("sold "), "sold 1 50 11725");
  ASSERT_TRUE(till.comes(Place::done));
  const std::string file = till.shot("done");
  EXPECT_GT(fs::file_size(file), 10'000U);
}

TEST(Window, TypesSlowDigitsIntoTheEntryLineAndMultiplies) {
  Till till(1280, 800, "3.78");
  till.start_shift();
  till.display.type_slowly("2002");
  ASSERT_TRUE(till.comes([](const State& s) { return s.entry == "2002"; }));
  till.display.key("Return");
  ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 1; }));
  till.display.type_slowly("3*");
  till.display.type_fast("4006381333931\n");
  ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 4; }));
}

TEST(Window, SellsByPointerAloneFromLoginToLogin) {
  Till till(1024, 600, "4.63");
  for (const char digit : {'1', '2', '3', '4'}) till.pad(digit);
  till.click(till.at.pay);
  ASSERT_TRUE(till.comes(Place::open_shift));
  for (const char digit : {'5', '*', '*'}) till.pad(digit);  // 5, 00, 00
  till.click(till.at.pay);
  ASSERT_TRUE(till.comes(Place::sale));
  const TileGrid grid = tile_grid(till.at);
  for (int i = 0; i < 3; ++i) {
    till.click(till.at.tiles.cell(i, 0, grid.columns, grid.rows, till.at.m.gap));
  }
  ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 3; }));
  till.shot("pointer-sale");
  till.click(till.at.pay);
  ASSERT_TRUE(till.comes(Place::pay));
  till.click(till.at.pay);
  EXPECT_EQ(till.program.expect("sold "), "sold 1 3 850");
  till.click(till.at.pay);
  ASSERT_TRUE(till.comes(Place::sale));
  const Rect menu = till.at.functions.cell(5, 0, 6, 1, till.at.m.gap);
  till.click(menu);
  ASSERT_TRUE(till.comes(Place::menu));
  till.shot("pointer-menu");
}

TEST(Window, TwentyFastTapsOnATileAreTwentyPieces) {
  Till till(1280, 800, "3.78");
  till.start_shift();
  const TileGrid grid = tile_grid(till.at);
  const Rect tile = till.at.tiles.cell(0, 0, grid.columns, grid.rows, till.at.m.gap);
  for (int i = 0; i < 20; ++i) till.click(tile);
  EXPECT_TRUE(till.comes([](const State& s) { return s.pieces == 20; }));
}

TEST(Window, DrawsNothingWhileNothingChanges) {
  Till till(1280, 800, "3.78");
  till.start_shift();
  const State before = till.state();
  const long ticks = till.program.cpu_ticks();
  std::this_thread::sleep_for(std::chrono::seconds(4));
  EXPECT_EQ(till.state().frames, before.frames);
  EXPECT_LE(till.program.cpu_ticks() - ticks, 8);  // 2 % of a core, at 100 ticks a second
}

TEST(Window, AWokenWindowShowsTheNewChipAtOnce) {
  Till till(1280, 800, "3.78");
  const State before = till.state();
  till.program.say("chip confirmed all 1,284 confirmed");
  EXPECT_TRUE(till.comes([&](const State& s) { return s.frames > before.frames; }, 2));
}

TEST(Window, OpensWithEachOpenGlThatATillMayHave) {
  for (const char* gl : {"gl3", "es3", "gl2"}) {
    SCOPED_TRACE(gl);
    Till till(1024, 600, "4.63", gl);
    EXPECT_THAT(till.graphics, testing::HasSubstr(gl));
    till.start_shift();
    till.display.type_fast("2002\n");
    EXPECT_TRUE(till.comes([](const State& s) { return s.pieces == 1; }));
    EXPECT_GT(fs::file_size(till.shot(std::string("with-") + gl)), 10'000U);
  }
}

TEST(Window, SaysInWordsThatThereIsNoDisplay) {
  Child program({WINDOW_MAIN}, ":987");
  EXPECT_EQ(program.wait(), 1);
}

TEST(Window, IsRightAtTheFourSizes) {
  for (const Size& size : {Size{1024, 600, "4.63"}, Size{1280, 720, "5.72"},
                           Size{1280, 800, "5.88"}, Size{1920, 1080, "5.56"}}) {
    SCOPED_TRACE(size.w);
    Till till(size.w, size.h, size.px_per_mm);
    till.shot("login");
    till.start_shift();
    till.display.type_fast("2001\n2002\n4006381333931\n4001\n9103\n1100\n9999\n");
    ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 6 && s.failed == 1; }));
    till.shot("sale");
    till.display.key("F12");
    ASSERT_TRUE(till.comes(Place::pay));
    till.shot("pay");
    till.display.type_slowly("5000\n");
    ASSERT_TRUE(till.comes(Place::done));
    till.shot("done");
    till.display.key("Return");
    ASSERT_TRUE(till.comes(Place::sale));
    till.display.key("Escape");
    ASSERT_TRUE(till.comes(Place::menu));
    till.display.type_slowly("2\n");
    ASSERT_TRUE(till.comes(Place::count));
    till.display.key("F12");
    ASSERT_TRUE(till.comes(Place::report));
    till.shot("z-report");
    till.display.key("Return");
    ASSERT_TRUE(till.comes(Place::login));
  }
}

TEST(Window, ReducesALineAndOpensTheDrawerByKeyboardAlone) {
  for (const Size& size : {Size{1024, 600, "4.63"}, Size{1280, 800, "5.88"}}) {
    SCOPED_TRACE(size.w);
    Till till(size.w, size.h, size.px_per_mm);
    till.start_shift();
    till.display.type_fast("2001\n4006381333931\n");
    ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 2; }));
    till.display.key("Up");
    till.display.type_slowly("10");
    ASSERT_TRUE(till.comes([](const State& s) { return s.entry == "10"; }));
    till.display.key("F7");
    ASSERT_TRUE(till.comes(Place::discount));
    till.shot("discount");
    till.display.key("Return");
    ASSERT_TRUE(till.comes(Place::reasons));
    till.shot("discount-reasons");
    till.display.key("Return");
    ASSERT_TRUE(till.comes(Place::sale));
    till.shot("reduced");
    till.display.key("F7");
    ASSERT_TRUE(till.comes(Place::discount));
    till.display.type_slowly("4");
    till.display.key("Return");
    till.display.type_slowly("20");
    ASSERT_TRUE(till.comes([](const State& s) { return s.entry == "20"; }));
    till.shot("how-much");
    till.display.key("Return");
    ASSERT_TRUE(till.comes(Place::reasons));
    till.display.key("Return");
    ASSERT_TRUE(till.comes(Place::sale));
    till.display.key("F10");
    ASSERT_TRUE(till.comes(Place::reasons));
    till.display.key("Return");
    till.shot("drawer-refused");
    till.display.key("F11");
    till.display.type_slowly("8642");
    till.display.key("Return");
    ASSERT_TRUE(till.comes(Place::sale));
    till.display.key("F12");
    ASSERT_TRUE(till.comes(Place::pay));
    till.display.key("Return");
    ASSERT_TRUE(till.comes([](const State& s) { return s.sales == 1; }));
  }
}

TEST(Window, PutsASaleAsideAndTakesGoodsBackByKeyboardAlone) {
  for (const Size& size : {Size{1024, 600, "4.63"}, Size{1280, 800, "5.88"}}) {
    SCOPED_TRACE(size.w);
    Till till(size.w, size.h, size.px_per_mm);
    till.start_shift();
    till.display.type_fast("2001\n2001\n4006381333931\n9103\n");
    ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 4; }));
    till.display.key("F5");
    ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 0; }));
    till.shot("put-aside");
    till.display.type_fast("1100\n");
    ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 1; }));
    till.display.type_slowly("12");
    ASSERT_TRUE(till.comes([](const State& s) { return s.entry == "12"; }));
    till.display.key("F5");
    ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 0; }));
    till.display.key("F6");
    ASSERT_TRUE(till.comes(Place::held));
    till.shot("held");
    till.display.key("Return");
    ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == 4; }));
    till.display.key("F12");
    ASSERT_TRUE(till.comes(Place::pay));
    till.display.key("Return");
    ASSERT_TRUE(till.comes(Place::done));
    till.display.key("F8");
    ASSERT_TRUE(till.comes(Place::give_back));
    till.shot("return");
    till.display.type_fast("s1-till1-A000001\n");
    till.display.type_fast("2001\n");
    till.display.key("Down");
    till.display.key("Return");
    till.shot("coming-back");
    till.display.key("F12");
    ASSERT_TRUE(till.comes(Place::reasons));
    till.shot("return-reasons");
    till.display.key("Return");
    ASSERT_TRUE(till.comes([](const State& s) { return s.pieces == -2; }));
    till.shot("given-back");
    till.display.key("F12");
    ASSERT_TRUE(till.comes(Place::pay));
    till.shot("pay-out");
    till.display.key("Return");
    ASSERT_TRUE(till.comes(Place::done));
    till.shot("paid-out");
    till.display.key("Return");
    ASSERT_TRUE(till.comes([](const State& s) { return s.sales == 2; }));
    till.display.key("Escape");
    ASSERT_TRUE(till.comes(Place::menu));
    till.shot("menu");
    till.display.key("F1");
    ASSERT_TRUE(till.comes(Place::help));
    till.shot("help");
  }
}

}  // namespace
}  // namespace pos::ui
