// Login and lock: who is there? The pad is where it always is; the rest of the window says which
// till this is and what time it is, readable from the door.
#include "ui/screen.h"

namespace pos::ui {

std::optional<Action> draw_login(const LoginView& view, Canvas& c) {
  const Rect& wide = c.at.wide;
  const Rect r{wide.x, wide.y, wide.w, c.at.functions.bottom() - wide.y};
  c.box(r, c.colours.total, c.m.radius * 1.5F);
  c.frame(r, c.colours.panel_edge, c.m.radius * 1.5F);
  const Colour words = c.colours.on_total;
  const Colour quiet = mix(words, c.colours.total, 0.38F);
  const Rect inner = r.inset(c.m.mm(12), c.m.mm(11));

  Rect head = inner.top(c.m.mm(11));
  if (c.has_icons()) {
    c.box({head.x, head.y, head.h, head.h}, c.colours.accent, c.m.radius * 1.2F);
    c.icon(Rect{head.x, head.y, head.h, head.h}.inset(head.h * 0.2F), rgb(0xFFFFFF), Icon::leaf);
    head = head.after(head.h + c.m.gap * 1.5F);
  }
  c.text(head, Face::body, words, "Leaftill");

  const float huge = c.height(Face::huge), body = c.height(Face::body),
              label = c.height(Face::label);
  const float middle = inner.y + (inner.h - huge) * 0.46F;
  c.text({inner.x, middle, inner.w, huge}, Face::huge, words, view.clock);
  c.text({inner.x, middle + huge + 2, inner.w, label}, Face::label, quiet, view.date);

  const float foot = inner.bottom();
  c.text({inner.x, foot - label, inner.w, label}, Face::label, quiet, view.words);
  c.text({inner.x, foot - label * 1.4F - body, inner.w, body}, Face::body, words,
         view.store + " · " + view.till);
  return {};
}

}  // namespace pos::ui
