#include "ui/screen.h"

#include <algorithm>

namespace pos::ui {
namespace {

Icon chip_icon(SyncChip::Kind kind) {
  switch (kind) {
    case SyncChip::Kind::confirmed:
      return Icon::cloud_check;
    case SyncChip::Kind::sending:
      return Icon::cloud_upload;
    case SyncChip::Kind::offline:
      return Icon::cloud_off;
    case SyncChip::Kind::attention:
      return Icon::alert;
  }
  return Icon::none;
}

// On the dark strip the full tones are too dark for words, so the chip is a light pill.
Colour chip_ground(SyncChip::Kind kind) {
  switch (kind) {
    case SyncChip::Kind::confirmed:
      return rgb(0xBFF0D2);
    case SyncChip::Kind::sending:
      return rgb(0xC9DEFF);
    case SyncChip::Kind::offline:
      return rgb(0xFFD98A);
    case SyncChip::Kind::attention:
      return rgb(0xFFB3B3);
  }
  return rgb(0xFFFFFF);
}

Colour chip_words(SyncChip::Kind kind) {
  switch (kind) {
    case SyncChip::Kind::confirmed:
      return rgb(0x0B4A2B);
    case SyncChip::Kind::sending:
      return rgb(0x123A82);
    case SyncChip::Kind::offline:
      return rgb(0x5A3200);
    case SyncChip::Kind::attention:
      return rgb(0x7A0D12);
  }
  return rgb(0x000000);
}

// The strip is 32 px whatever the monitor: its words are for a second look, its chip for a glance.
std::optional<Action> draw_strip(const StripView& view, Canvas& c) {
  const Rect& r = c.at.strip;
  const Colour ground = view.training ? rgb(0xA3004F) : c.colours.strip;
  c.box(r, ground, 0);
  const Rect line = r.inset(c.m.gap, 0);
  const Colour words = view.training ? rgb(0xFFFFFF) : c.colours.on_strip;
  const Colour quiet = mix(words, ground, 0.35F);
  const float icon = 20;
  c.icon({line.x, r.y, icon, r.h}, words, Icon::store);
  float x = line.x + (c.has_icons() ? icon + 8 : 0);
  const float store = std::min(c.width(Face::small, view.store), line.w * 0.3F);
  c.text({x, r.y, store, r.h}, Face::small, words, view.store);
  x += store + 12;
  const float till = std::min(c.width(Face::small, view.till), line.w * 0.15F);
  c.text({x, r.y, till, r.h}, Face::small, quiet, view.till);
  x += till + 24;

  const float chip_w = std::min(c.width(Face::small, view.chip.words) + 48, line.w * 0.36F);
  const Rect chip{line.right() - chip_w, r.y + 3, chip_w, r.h - 6};
  c.box(chip, chip_ground(view.chip.kind), chip.h / 2);
  const Colour ink = chip_words(view.chip.kind);
  c.icon({chip.x + 8, chip.y, 20, chip.h}, ink, chip_icon(view.chip.kind));
  c.text(chip.after(c.has_icons() ? 34 : 12), Face::small, ink, view.chip.words);

  const float clock_w = c.width(Face::small, view.clock);
  const Rect clock{chip.x - clock_w - 20, r.y, clock_w + 1, r.h};
  c.text(clock, Face::small, words, view.clock);
  if (!view.cashier.empty()) {
    c.icon({x, r.y, icon, r.h}, quiet, Icon::account);
    if (c.has_icons()) x += icon + 6;
    c.text({x, r.y, std::max(0.0F, clock.x - x - 16), r.h}, Face::small, words, view.cashier);
  }
  // The strip is as high as it is; the chip's target reaches over it whole.
  if (c.press("chip", {chip.x - c.m.gap, r.y, chip.w + 2 * c.m.gap, r.h}, 0)) return ShowSync{};
  return {};
}

// The entry line stands at the bottom of the readout, next to the pad that feeds it.
void draw_entry(const ReadoutView& view, const Rect& r, Canvas& c) {
  c.box(r, mix(c.colours.panel, c.colours.ground, 0.75F), c.m.radius * 0.7F);
  c.frame(r, view.entry.empty() ? c.colours.key_edge : c.colours.accent, c.m.radius * 0.7F);
  const Rect inner = r.inset(c.m.gap * 0.75F, 0);
  const bool empty = view.entry.empty();
  const std::string& shown = empty ? view.ghost : view.entry;
  const Face face = !empty && c.fits(Face::body, shown, inner.w) ? Face::body : Face::label;
  const float caption = c.width(Face::small, view.caption);
  if (caption + c.width(face, shown) + c.m.gap < inner.w) {
    c.text(inner, Face::small, c.colours.muted, view.caption);
  }
  c.text(inner, face, empty ? c.colours.muted : c.colours.text, shown, Align::right);
}

void draw_trouble(const std::string& words, const Rect& r, Canvas& c) {
  c.box(r, c.colours.bad_soft, c.m.radius * 0.7F);
  c.stripe(r, c.colours.bad, 5, c.m.radius * 0.7F);
  Rect inner = r.inset(c.m.gap, c.m.gap * 0.6F);
  const float side = c.m.icon;
  if (c.has_icons() && r.h > side + 5 * c.height(Face::label)) {
    c.icon({inner.x, inner.y, side, side}, c.colours.bad, Icon::alert);
    inner = inner.below(side + c.m.gap * 0.5F);
  }
  const auto lines = [&](Face face) {
    return std::max(1, static_cast<int>(inner.h / (c.height(face) * 1.06F)));
  };
  const Face face =
      c.fits(Face::label, words, inner.w, lines(Face::label)) ? Face::label : Face::small;
  c.paragraph(inner, face, c.colours.bad, words, lines(face));
}

// Nothing was sold yet: a picture of what the place is for.
void draw_idle(const ReadoutView& view, const Rect& r, Canvas& c) {
  if (view.idle.empty() && view.icon == Icon::none) return;
  const float label = c.height(Face::label);
  const float side = std::min(c.m.mm(13), r.h - label * 1.4F);
  const bool pictured = side > c.m.mm(7) && c.has_icons();
  const float both = (pictured ? side + c.m.gap * 0.5F : 0) + label;
  float y = r.y + (r.h - both) / 2;
  if (pictured) {
    const Rect badge{r.x + (r.w - side) / 2, y, side, side};
    c.box(badge, soft(c.colours, Tone::accent), side / 2);
    c.icon(badge.inset(side * 0.24F), c.colours.accent, view.icon);
    y += side + c.m.gap * 0.5F;
  }
  c.text({r.x, y, r.w, label}, Face::label, c.colours.muted, view.idle, Align::centre);
}

// The last item with its price large: the customer's question is answered at a glance.
void draw_last(const ReadoutView& view, const Rect& r, Canvas& c) {
  const float small = c.height(Face::small), label = c.height(Face::label);
  const bool large =
      r.h > c.height(Face::big) + 2.2F * label + small && c.fits(Face::big, view.amount, r.w);
  const Face amount = large ? Face::big : Face::body;
  const Rect low = r.low(c.height(amount));
  c.text(low, amount, c.colours.text, view.amount, Align::right);
  Rect words{r.x, r.y, r.w, low.y - r.y};
  const float side = c.m.mm(11);
  if (words.h > side + 2.2F * label + 2 * small + c.m.gap && view.icon != Icon::none) {
    draw_badge(c, {words.x, words.y, side, side}, view.colour, view.icon, view.title);
    words = words.below(side + c.m.gap * 0.5F);
  }
  const bool two = words.h > 2.1F * label + small;
  const bool strong = c.fits(Face::strong, view.title, words.w, two ? 2 : 1);
  words = words.below(c.paragraph(words, strong ? Face::strong : Face::small, c.colours.text,
                                  view.title, words.h > 2 * small ? 2 : 1));
  if (!view.detail.empty() && words.h >= small * 0.9F) {
    c.text(words.top(small), Face::small, c.colours.muted, view.detail);
    words = words.below(small + 4);
  }
  if (!view.note.empty() && words.h >= small + 6) {
    const Rect note = words.top(small + 6);
    c.box(note, soft(c.colours, view.note_tone), note.h / 2);
    c.text(note.inset(c.m.gap, 0), Face::small, full(c.colours, view.note_tone), view.note);
  }
}

void draw_readout(const ReadoutView& view, Canvas& c) {
  const Rect& r = c.at.readout;
  c.panel(r);
  const Rect inner = r.inset(c.m.gap, c.m.gap * 0.8F);
  const Rect entry = inner.low(std::max(c.height(Face::body) * 1.25F, c.m.mm(10)));
  draw_entry(view, entry, c);
  const Rect rest{inner.x, inner.y, inner.w, entry.y - c.m.gap * 0.6F - inner.y};
  if (!view.trouble.empty()) return draw_trouble(view.trouble, rest, c);
  if (view.title.empty()) return draw_idle(view, rest, c);
  draw_last(view, rest, c);
}

std::optional<Action> draw_pad(const View& view, Canvas& c) {
  static constexpr char kDigits[] = {'7', '8', '9', '4', '5', '6', '1', '2', '3'};
  std::optional<Action> out;
  const auto put = [&](int column, int row, KeyView key, const char* id) {
    const Rect r = c.at.pad.cell(column, row, 3, 4, c.m.gap);
    if (auto action = c.button(id, key, r, kKeyMm, Face::body)) out = action;
  };
  for (int i = 0; i < 9; ++i) {
    const char digit = kDigits[i];
    KeyView key;
    key.action = Typed{static_cast<char32_t>(digit), true};
    key.label = std::string(1, digit);
    put(i % 3, i / 3, key, ("pad:" + key.label).c_str());
  }
  KeyView extra = view.pad_extra;
  extra.key.clear();  // the pad is for fingers; Esc is printed on its function key
  put(0, 3, extra, "pad:extra");
  put(1, 3, {Typed{U'0', true}, "", "0", "", Icon::none, Tone::plain, true, false}, "pad:0");
  KeyView erase{Erase{}, "",   c.has_icons() ? "" : "<-", "", Icon::backspace, Tone::plain,
                true,    false};
  put(2, 3, erase, "pad:erase");
  return out;
}

std::optional<Action> draw_primary(const KeyView& key, Canvas& c) {
  const float room = c.at.pay.w - 2.4F * c.m.gap;
  const bool tall = c.at.pay.h > c.height(Face::big) * 0.85F + c.height(Face::small) * 1.1F;
  Face face = Face::label;
  if (c.fits(Face::body, key.label, room)) face = Face::body;
  if (tall && key.label.size() < 5 && c.fits(Face::big, key.label, room)) face = Face::big;
  return c.button("primary", key, c.at.pay, kBigKeyMm, face);
}

std::optional<Action> draw_functions(const std::vector<KeyView>& keys, Canvas& c) {
  std::optional<Action> out;
  const int count = static_cast<int>(keys.size());
  const float room = c.at.functions.w / static_cast<float>(std::max(1, count)) - 3.3F * c.m.gap;
  const bool all_fit = std::all_of(keys.begin(), keys.end(), [&](const KeyView& key) {
    return c.fits(Face::label, key.label, room);
  });
  const Face face = all_fit ? Face::label : Face::small;
  for (int i = 0; i < count; ++i) {
    const KeyView& key = keys[static_cast<size_t>(i)];
    const Rect r = c.at.functions.cell(i, 0, count, 1, c.m.gap);
    if (auto action = c.button("function:" + key.key, key, r, kKeyMm, face)) out = action;
  }
  return out;
}

struct DrawMiddle {
  Canvas& c;
  std::optional<Action> operator()(const LoginView& v) { return draw_login(v, c); }
  std::optional<Action> operator()(const TilesView& v) { return draw_tiles(v, c); }
  std::optional<Action> operator()(const TendersView& v) { return draw_tenders(v, c); }
  std::optional<Action> operator()(const DoneView& v) { return draw_done(v, c); }
  std::optional<Action> operator()(const ChoicesView& v) { return draw_choices(v, c); }
  std::optional<Action> operator()(const AmountView& v) { return draw_amount(v, c); }
  std::optional<Action> operator()(const CountView& v) { return draw_count(v, c); }
  std::optional<Action> operator()(const ReportView& v) { return draw_report(v, c); }
  std::optional<Action> operator()(const SyncView& v) { return draw_sync(v, c); }
  std::optional<Action> operator()(const ListView& v) { return draw_list(v, c); }
  std::optional<Action> operator()(const SearchView& v) { return draw_search(v, c); }
  std::optional<Action> operator()(const PriceView& v) { return draw_price(v, c); }
  std::optional<Action> operator()(const HelpView& v) { return draw_help(v, c); }
};

}  // namespace

std::optional<Action> draw(const View& view, const Fonts& fonts, const Layout& layout,
                           std::vector<Target>* targets) {
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({layout.screen.w, layout.screen.h});
  ImGui::Begin("till", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoScrollWithMouse);
  Canvas c(palette(view.look), fonts, layout);
  c.box(layout.screen, c.colours.ground, 0);
  std::optional<Action> out;
  const auto take = [&](std::optional<Action> action) {
    if (action) out = std::move(action);
  };
  if (shows_basket(view.place)) take(draw_basket(view.basket, c));
  take(std::visit(DrawMiddle{c}, view.middle));
  draw_readout(view.readout, c);
  take(draw_pad(view, c));
  take(draw_primary(view.primary, c));
  take(draw_functions(view.functions, c));
  take(draw_strip(view.strip, c));
  if (targets) *targets = c.targets();
  ImGui::End();
  return out;
}

void draw_badge(Canvas& c, const Rect& r, uint32_t colour, Icon icon, std::string_view name) {
  const float side = std::min(r.w, r.h);
  const Rect square{r.x, r.y + (r.h - side) / 2, side, side};
  c.box(square, rgb(colour), side * 0.28F);
  if (icon != Icon::none && c.has_icons()) {
    c.icon(square.inset(side * 0.16F), rgb(0xFFFFFF), icon);
    return;
  }
  size_t first = 1;
  while (first < name.size() && (static_cast<unsigned char>(name[first]) & 0xC0) == 0x80) ++first;
  c.text(square, side > c.height(Face::label) ? Face::strong : Face::small, rgb(0xFFFFFF),
         name.substr(0, first), Align::centre);
}

void draw_row(Canvas& c, const Rect& r, const RowView& row, Face face) {
  const Colour ink = row.tone == Tone::plain ? c.colours.text : full(c.colours, row.tone);
  const Face value = row.strong ? (face == Face::label ? Face::strong : face) : face;
  const float figure = std::min(c.width(value, row.value) * 1.12F + 8, r.w * 0.75F);
  c.text(r.but_tail(figure + c.m.gap), row.strong ? value : face,
         row.strong ? ink : c.colours.muted, row.label);
  c.figures(r.tail(figure), value, ink, row.value);
}

}  // namespace pos::ui
