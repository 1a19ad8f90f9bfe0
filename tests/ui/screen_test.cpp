// Screens without a window: ImGui draws into memory, a finger taps, the answer is an Action.
#include "ui/screen.h"

#include <gmock/gmock.h>
#include <imgui.h>

#include <functional>
#include <set>

#include "shop.h"
#include "ui/compat.h"
#include "ui/present.h"

namespace pos::ui {
namespace {

using test::kMilk;

struct Size {
  float w, h, px_per_mm;
};
// The four sizes with the pixels per millimetre of real monitors of that size, and what a virtual
// display says of itself.
constexpr Size kSizes[] = {{1024, 600, 4.63F},  {1280, 720, 5.72F}, {1280, 800, 5.88F},
                           {1920, 1080, 5.56F}, {1024, 600, 3.78F}, {1280, 800, 3.78F},
                           {1920, 1080, 3.78F}};

struct Headless {
  Layout at;
  Fonts fonts;
  std::vector<Target> targets;

  explicit Headless(const Size& size) : at(lay_out(size.w, size.h, size.px_per_mm)) {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {size.w, size.h};
    io.DeltaTime = 1.0F / 60;
    set_style();
    fonts = load_fonts(*io.Fonts, at.m);
    unsigned char* pixels = nullptr;
    int w = 0, h = 0;
    io.Fonts->GetTexDataAsAlpha8(&pixels, &w, &h);
  }
  ~Headless() { ImGui::DestroyContext(); }

  std::optional<Action> frame(const View& view) {
    ImGui::NewFrame();
    auto action = draw(view, fonts, at, &targets);
    ImGui::Render();
    return action;
  }
  const Target* find(const std::string& id) const {
    for (const Target& target : targets) {
      if (target.id == id) return &target;
    }
    return nullptr;
  }
  // Press and release in the middle of a target: what does it ask for?
  std::optional<Action> tap(const View& view, const std::string& id) {
    frame(view);
    const Target* target = find(id);
    if (!target) return {};
    const float x = target->at.x + target->at.w / 2, y = target->at.y + target->at.h / 2;
    std::optional<Action> out;
    for (const bool down : {false, true, true, false, false}) {
      compat::feed_pointer(ImGui::GetIO(), x, y, down);
      if (auto action = frame(view)) {
        EXPECT_FALSE(out) << "two actions for one tap on " << id;
        out = action;
      }
    }
    return out;
  }
};

struct Tour {  // every place, with something in it
  test::Shop shop;
  Desk desk{shop.reg, {}};
  SyncChip chip{SyncChip::Kind::offline, "offline since 14:02, 37 waiting"};
  std::vector<std::pair<std::string, View>> views;

  void type(std::string_view text) {
    for (const char c : text) desk.apply(Typed{static_cast<char32_t>(c), true});
  }
  void keep(const char* name) { views.emplace_back(name, present(desk, chip)); }

  Tour() {
    keep("login");
    type("12"), keep("pin");
    type("34"), desk.apply(Enter{});
    keep("open shift");
    type("15000"), desk.apply(Enter{});
    keep("empty sale");
    for (const char* code : {"2001", "3110", kMilk, "9103", "1100", "9999", "3001", "4001"}) {
      desk.apply(Scanned{code});
    }
    keep("sale");
    desk.apply(FunctionKey{3}), keep("quantity"), desk.apply(Back{});
    desk.apply(FunctionKey{7}), keep("discount"), desk.apply(Choose{0}), type("30");
    keep("how much"), desk.apply(Enter{}), keep("discount reasons"), desk.apply(Choose{1});
    keep("too much"), desk.apply(Back{}), desk.apply(Back{});
    for (int i = 0; i < 30; ++i) desk.apply(Scanned{i % 2 ? "4002" : "4003"});
    for (const char* code : {"7001", "7002", "7003"}) desk.apply(Scanned{code});
    keep("long sale");
    desk.apply(FunctionKey{2}), keep("search"), type("b"), keep("found");
    desk.apply(FunctionKey{4}), keep("price"), desk.apply(Scanned{"9002"}), keep("checked");
    desk.apply(Back{});
    desk.apply(FunctionKey{12}), keep("pay"), type("10000"), keep("given");
    desk.apply(Back{}), desk.apply(Back{});  // the amount, then to the sale
    desk.apply(DismissFailed{}), desk.apply(Back{}), keep("menu"), desk.apply(Choose{2}),
        keep("reasons"), desk.apply(Back{});
    desk.apply(FunctionKey{1}), keep("help"), desk.apply(Back{});
    desk.apply(FunctionKey{12}), type("100"), desk.apply(Enter{}), keep("part paid");
    type("50000"), desk.apply(Enter{}), keep("done"), desk.apply(Enter{});
    desk.apply(Enter{}), keep("trouble");
    desk.apply(FunctionKey{6}), keep("nothing held"), desk.apply(Back{});
    desk.apply(Scanned{"2001"}), type("12"), desk.apply(FunctionKey{5}), keep("put aside");
    for (const char* code : {"1100", "3110", kMilk}) {
      desk.apply(Scanned{code}), desk.apply(FunctionKey{5});
    }
    desk.apply(FunctionKey{6}), desk.apply(Move{1}), keep("held"), desk.apply(Back{});
    desk.apply(FunctionKey{8}), keep("return"), type("1"), desk.apply(Enter{});
    desk.apply(Scanned{"2001"}), desk.apply(Move{1}), desk.apply(Enter{}), keep("coming back");
    desk.apply(FunctionKey{12}), keep("return reasons"), desk.apply(Choose{0}), keep("given back");
    desk.apply(Enter{}), keep("pay out"), desk.apply(Enter{}), keep("paid out");
    desk.apply(Enter{}), desk.apply(FunctionKey{8}), type("1"), desk.apply(Enter{});
    keep("came back"), desk.apply(Back{});
    desk.apply(ShowSync{}), keep("sync"), desk.apply(Back{});
    desk.apply(Back{}), desk.apply(Choose{0}), keep("x report"), desk.apply(Back{});
    desk.apply(Back{}), desk.apply(Choose{1}), type("3"), keep("count");
    desk.apply(FunctionKey{12}), keep("z report");
  }
};

std::string said(const Size& size) {
  return std::to_string(static_cast<int>(size.w)) + "x" + std::to_string(static_cast<int>(size.h)) +
         " at " + std::to_string(size.px_per_mm);
}

TEST(Zones, NeverOverlapAndStayOnTheScreen) {
  for (const Size& size : kSizes) {
    const Layout at = lay_out(size.w, size.h, size.px_per_mm);
    const std::vector<std::pair<const char*, Rect>> zones = {
        {"strip", at.strip}, {"basket", at.basket},       {"total", at.total},
        {"tabs", at.tabs},   {"tiles", at.tiles},         {"readout", at.readout},
        {"pad", at.pad},     {"functions", at.functions}, {"pay", at.pay}};
    for (size_t i = 0; i < zones.size(); ++i) {
      EXPECT_TRUE(at.screen.holds(zones[i].second)) << zones[i].first << " " << said(size);
      EXPECT_GT(zones[i].second.w, 0) << zones[i].first;
      EXPECT_GT(zones[i].second.h, 0) << zones[i].first;
      for (size_t j = i + 1; j < zones.size(); ++j) {
        EXPECT_FALSE(zones[i].second.overlaps(zones[j].second))
            << zones[i].first << " and " << zones[j].first << " at " << said(size);
      }
    }
  }
}

TEST(Zones, KeepTheirPlacesRelativeToEachOtherAtEverySize) {
  for (const Size& size : kSizes) {
    const Layout at = lay_out(size.w, size.h, size.px_per_mm);
    EXPECT_LT(at.basket.right(), at.tiles.x);
    EXPECT_LT(at.tiles.right(), at.pad.x);
    EXPECT_LT(at.pad.bottom(), at.pay.y);
    EXPECT_GE(at.pay.bottom(), size.h - at.m.gap - 1);
    EXPECT_GE(at.functions.bottom(), size.h - at.m.gap - 1);
    EXPECT_FLOAT_EQ(at.strip.h, kStripPx);
    EXPECT_GE(tile_grid(at).per_page(), 9) << said(size);
  }
}

TEST(Zones, TextHasTheSizeThatIsReadAt80Centimetres) {
  constexpr float kInk = 0.727F / 1.21F;  // capitals, of a size
  for (const Size& size : kSizes) {
    const Metrics m = lay_out(size.w, size.h, size.px_per_mm).m;
    EXPECT_GE(m.label * kInk + 0.5F, 3.72F * size.px_per_mm) << said(size);
    EXPECT_GE(m.body * kInk + 0.5F, 4.65F * size.px_per_mm) << said(size);
    EXPECT_GE(m.big, 2 * m.body - 1) << said(size);
  }
}

TEST(Targets, AreBigEnoughApartAndOnTheScreenInEveryPlace) {
  const Tour tour;
  for (const Size& size : kSizes) {
    Headless screen(size);
    for (const auto& [name, view] : tour.views) {
      screen.frame(view);
      ASSERT_FALSE(screen.targets.empty());
      std::set<std::string> ids;
      for (size_t i = 0; i < screen.targets.size(); ++i) {
        const Target& one = screen.targets[i];
        EXPECT_TRUE(ids.insert(one.id).second) << "two targets are called " << one.id;
        EXPECT_TRUE(screen.at.screen.holds(one.at))
            << one.id << " in " << name << " " << said(size);
        const float least = one.least_mm * size.px_per_mm - 1;
        EXPECT_GE(one.at.w, least) << one.id << " in " << name << " at " << said(size);
        EXPECT_GE(one.at.h, least) << one.id << " in " << name << " at " << said(size);
        for (size_t j = i + 1; j < screen.targets.size(); ++j) {
          EXPECT_FALSE(one.at.overlaps(screen.targets[j].at))
              << one.id << " and " << screen.targets[j].id << " in " << name << " at "
              << said(size);
        }
      }
    }
  }
}

TEST(Targets, SayWhatTheirKeysSay) {
  const Tour tour;
  Headless screen(kSizes[2]);
  const auto view_of = [&](const std::string& name) -> const View& {
    for (const auto& [kept, view] : tour.views) {
      if (kept == name) return view;
    }
    throw std::out_of_range(name);
  };
  const auto tap = [&](const char* place, const char* id) {
    return screen.tap(view_of(place), id);
  };
  EXPECT_EQ(tap("login", "pad:7"), (Action{Typed{U'7', true}}));
  EXPECT_EQ(tap("login", "primary"), Action{Enter{}});
  EXPECT_EQ(tap("open shift", "pad:extra"), Action{DoubleZero{}});
  EXPECT_EQ(tap("sale", "tile:P01"), (Action{TapTile{ProductId{"P01"}}}));
  EXPECT_EQ(tap("sale", "tab:1"), (Action{ShowTab{1}}));
  EXPECT_EQ(tap("sale", "page:next"), (Action{ShowPage{1}}));
  EXPECT_EQ(tap("sale", "pad:extra"), (Action{Typed{U'*', true}}));
  EXPECT_EQ(tap("sale", "pad:erase"), Action{Erase{}});
  EXPECT_EQ(tap("sale", "function:F9"), (Action{FunctionKey{9}}));
  EXPECT_EQ(tap("sale", "function:Esc"), Action{Back{}});
  EXPECT_EQ(tap("sale", "primary"), (Action{FunctionKey{12}}));
  EXPECT_EQ(tap("sale", "failed:0"), Action{DismissFailed{}});
  EXPECT_EQ(tap("sale", "chip"), Action{ShowSync{}});
  EXPECT_EQ(tap("found", "letter:Q"), (Action{Typed{U'q', true}}));
  EXPECT_EQ(tap("found", "found:1"), (Action{PickFound{1}}));
  EXPECT_EQ(tap("pay", "tender:exact"), (Action{PutTender{TenderKind::cash, {}}}));
  EXPECT_TRUE(tap("pay", "tender:F2"));
  EXPECT_EQ(tap("menu", "choice:2"), std::nullopt);  // a sale is open: it is greyed
  EXPECT_EQ(tap("menu", "choice:3"), (Action{Choose{2}}));
  EXPECT_EQ(tap("count", "count:4"), (Action{PickCount{4}}));
  EXPECT_EQ(tap("count", "primary"), (Action{FunctionKey{12}}));
}

TEST(Targets, AGreyKeyAsksForNothing) {
  const Tour tour;
  Headless screen(kSizes[5]);
  const auto& empty = tour.views[3].second;
  ASSERT_FALSE(empty.primary.enabled);
  EXPECT_EQ(screen.tap(empty, "primary"), std::nullopt);
}

TEST(Targets, ATapThatSlidesOffItsKeyIsTakenBack) {
  const Tour tour;
  Headless screen(kSizes[5]);
  const View& view = tour.views[4].second;
  screen.frame(view);
  const Rect at = screen.find("pad:7")->at;
  ImGuiIO& io = ImGui::GetIO();
  std::optional<Action> out;
  const auto feed = [&](float x, float y, bool down) {
    compat::feed_pointer(io, x, y, down);
    if (auto action = screen.frame(view)) out = action;
  };
  feed(at.x + 5, at.y + 5, false);
  feed(at.x + 5, at.y + 5, true);
  feed(at.x - 60, at.y + 5, true);
  feed(at.x - 60, at.y + 5, false);
  feed(at.x - 60, at.y + 5, false);
  EXPECT_FALSE(out);
}

// From login to the Z report by tapping alone, whatever the size.
TEST(PointerAlone, SellsFromLoginToZ) {
  for (const Size& size : kSizes) {
    SCOPED_TRACE(said(size));
    test::Shop shop;
    Desk desk(shop.reg, {});
    Headless screen(size);
    const auto tap = [&](const std::string& id) {
      const auto action = screen.tap(present(desk, {}), id);
      ASSERT_TRUE(action) << id << " did nothing";
      desk.apply(*action);
    };
    const auto taps = [&](std::initializer_list<const char*> ids) {
      for (const char* id : ids) tap(id);
    };
    taps({"pad:1", "pad:2", "pad:3", "pad:4", "primary"});
    taps({"pad:5", "pad:extra", "pad:extra", "primary"});  // 500.00
    taps({"tile:P01", "tile:P02", "pad:3", "pad:extra", "tile:P03"});
    taps({"line:1", "function:F3", "pad:2", "primary"});
    taps({"line:2", "function:F9"});
    taps({"function:F2", "letter:E", "letter:G", "letter:G", "found:0"});
    EXPECT_EQ(shop.reg.sale().total(), Money{2 * 220 + 3 * 290 + 310});
    taps({"primary", "tender:F2"});
    ASSERT_EQ(shop.book.sales.size(), 1U);
    EXPECT_GT(shop.book.sales[0].change().minor, 0);
    taps({"primary", "function:Esc", "choice:2"});
    taps({"count:0", "pad:1", "primary"});
    EXPECT_EQ(desk.state().typing.place, Place::report);
    tap("primary");
    EXPECT_EQ(desk.state().typing.place, Place::login);
  }
}

TEST(Basket, IsDraggedRowByRow) {
  const Tour tour;
  Headless screen(kSizes[0]);
  const View& view = tour.views[6].second;
  screen.frame(view);
  const Target* row = nullptr;
  for (const Target& target : screen.targets) {
    if (target.id.starts_with("line:")) row = &target;
  }
  ASSERT_TRUE(row);
  const Rect at = row->at;
  const auto feed = [&](float y, bool down) {
    compat::feed_pointer(ImGui::GetIO(), at.x + 50, y, down);
    return screen.frame(view);
  };
  feed(at.y + 10, false);
  feed(at.y + 10, true);
  EXPECT_EQ(feed(at.y + 10 + 2.2F * at.h, true), (Action{Move{-2}}));
}

TEST(Looks, AreAllDrawable) {
  const Tour tour;
  Headless screen(kSizes[5]);
  for (View view : {tour.views[4].second, tour.views[0].second}) {
    for (const Look look : {Look::light, Look::dark, Look::contrast}) {
      view.look = look;
      screen.frame(view);
      EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 100);
    }
  }
}

float luminance(Colour colour) {
  const auto channel = [](Colour c) {
    const float v = static_cast<float>(c & 0xFF) / 255;
    return v <= 0.03928F ? v / 12.92F : std::pow((v + 0.055F) / 1.055F, 2.4F);
  };
  return 0.2126F * channel(colour) + 0.7152F * channel(colour >> 8) +
         0.0722F * channel(colour >> 16);
}

float contrast_of(Colour a, Colour b) {
  const float la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05F) / (std::min(la, lb) + 0.05F);
}

TEST(Looks, WordsStandOutFromTheirGround) {
  for (const Look look : {Look::light, Look::dark, Look::contrast}) {
    SCOPED_TRACE(static_cast<int>(look));
    const Palette& p = palette(look);
    EXPECT_GE(contrast_of(p.text, p.panel), 7);
    EXPECT_GE(contrast_of(p.key_text, p.key), 7);
    EXPECT_GE(contrast_of(p.muted, p.panel), 4.5F);
    EXPECT_GE(contrast_of(p.on_total, p.total), 7);
    EXPECT_GE(contrast_of(p.on_strip, p.strip), 7);
    for (const Tone tone : {Tone::accent, Tone::good, Tone::bad}) {
      EXPECT_GE(contrast_of(p.on_colour, full(p, tone)), look == Look::dark ? 3.0F : 4.5F);
    }
    for (const Tone tone : {Tone::good, Tone::warn, Tone::bad}) {
      EXPECT_GE(contrast_of(full(p, tone), soft(p, tone)), look == Look::dark ? 3.0F : 4.5F);
    }
  }
}

}  // namespace
}  // namespace pos::ui
