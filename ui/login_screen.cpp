// Login and lock: who is there? The pad is where it always is; the rest of the window says which
// till this is and what time it is, readable from the door.
#include "ui/screen.h"

namespace pos::ui {

std::optional<Action> draw_login(const LoginView& view, Canvas& c) {
  const Rect& wide = c.at.wide;
  const Rect r{wide.x, wide.y, wide.w, c.at.functions.bottom() - wide.y};
  const float radius = c.m.radius * 1.5F;
  c.box(r, c.colours.hero, radius);
  const Colour words = c.colours.on_hero;
  const Colour quiet = mix(words, c.colours.hero, 0.32F);
  const float mark = std::min(r.h * 0.78F, r.w * 0.42F);
  c.leaf({r.right() - mark - c.m.mm(8), r.y + (r.h - mark) / 2, mark, mark},
         mix(c.colours.hero, c.colours.accent, 0.34F), c.colours.hero);

  const Rect inner = r.inset(c.m.mm(11), c.m.mm(10));
  const float side = c.m.mm(11);
  c.box({inner.x, inner.y, side, side}, c.colours.accent, c.m.radius * 1.2F);
  c.leaf(Rect{inner.x, inner.y, side, side}.inset(side * 0.2F), c.colours.on_colour,
         c.colours.accent);
  c.text(inner.top(side).after(side + c.m.gap * 1.5F), Face::body, words, "Leaftill");

  const float huge = c.height(Face::huge), body = c.height(Face::body),
              label = c.height(Face::label);
  const float middle = inner.y + (inner.h - huge) * 0.46F;
  c.text({inner.x - huge * 0.04F, middle, inner.w, huge}, Face::huge, words, view.clock);
  c.text({inner.x, middle + huge, inner.w, label}, Face::label, quiet, view.date);

  const float foot = inner.bottom();
  c.text({inner.x, foot - label, inner.w, label}, Face::label, quiet, view.words);
  c.text({inner.x, foot - label * 1.25F - body, inner.w, body}, Face::body, words,
         view.store + " · " + view.till);
  return {};
}

}  // namespace pos::ui
