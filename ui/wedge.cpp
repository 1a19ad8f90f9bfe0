#include "ui/wedge.h"

#include <string_view>

#include "ui/utf8.h"

namespace pos::ui {

std::string stripped(std::string_view code) {
  std::string out;
  for (const char c : code) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out.push_back(c);
  }
  if (out.size() > 3 && out[0] == ']') out.erase(0, 3);
  return out;
}

bool Wedge::in_run(int64_t now_ms) const { return !run_.empty() && now_ms - last_ms_ <= kGapMs; }

std::vector<Action> Wedge::hear(const Stroke& stroke) {
  if (stroke.character != 0) return character(stroke);
  if (stroke.key == Key::enter || stroke.key == Key::tab) return end_of_run(stroke);
  run_.clear();
  switch (stroke.key) {
    case Key::escape:
      return stroke.repeat ? std::vector<Action>{} : std::vector<Action>{Back{}};
    case Key::erase:
      return {Erase{}};
    case Key::up:
      return {Move{-1}};
    case Key::down:
      return {Move{1}};
    case Key::page_up:
      return {Move{-kPageRows}};
    case Key::page_down:
      return {Move{kPageRows}};
    case Key::function:
      return stroke.repeat ? std::vector<Action>{}
                           : std::vector<Action>{FunctionKey{stroke.number}};
    default:
      return {};
  }
}

std::vector<Action> Wedge::character(const Stroke& stroke) {
  const bool fresh = run_.empty() || stroke.at_ms - last_ms_ > kGapMs || run_.size() >= kLongest;
  if (fresh) run_.clear(), unsure_ = false;
  unsure_ = unsure_ || stroke.deaf_ms > kGapMs;
  last_ms_ = stroke.at_ms;
  if (stroke.character == U'*') {
    run_.clear();
    return {Typed{U'*', fresh}};
  }
  append_utf8(run_, stroke.character);
  if (stroke.character < U' ' || stroke.character == 0x7F) return {};
  return {Typed{stroke.character, fresh}};
}

std::vector<Action> Wedge::end_of_run(const Stroke& stroke) {
  const std::string code = stripped(run_);
  const bool unsure = unsure_ || stroke.deaf_ms > kGapMs;
  const bool few_digits =
      code.size() < kSurelyACode && code.find_first_not_of("0123456789") == std::string::npos;
  const bool scan =
      code.size() >= kShortest && stroke.at_ms - last_ms_ <= kEndGapMs && !(unsure && few_digits);
  run_.clear();
  if (scan) return {Scanned{code, true}};
  if (stroke.repeat) return {};  // a held Enter must not pay twice
  if (stroke.key == Key::tab) return {NextTab{}};
  return {Enter{}};
}

}  // namespace pos::ui
