#include "tests/lab/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace pos::lab {
namespace {

constexpr size_t kWhat = 38;  // where the details begin

const char* code(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::bold:
      return "\033[1m";
    case Ink::dim:
      return "\033[2m";
    case Ink::good:
      return "\033[32m";
    case Ink::bad:
      return "\033[1;31m";
    case Ink::warn:
      return "\033[33m";
    case Ink::accent:
      return "\033[1;36m";
  }
  return "";
}

std::string padded(std::string_view text, size_t to) {
  const size_t is = width(text);
  return std::string(text) + std::string(is < to ? to - is : 0, ' ');
}

std::string flush_right(std::string_view text, size_t to) {
  const size_t is = width(text);
  return std::string(is < to ? to - is : 0, ' ') + std::string(text);
}

}  // namespace

size_t width(std::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string grouped(int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return (number < 0 ? "-" : "") + digits;
}

std::string money(int64_t minor) {
  const int64_t amount = minor < 0 ? -minor : minor;
  const std::string cents = std::to_string(amount % 100);
  return (minor < 0 ? "-" : "") + grouped(amount / 100) + "." + (cents.size() < 2 ? "0" : "") +
         cents;
}

std::string units(int64_t thousandths) {
  if (thousandths % 1000 == 0) return grouped(thousandths / 1000);
  const int64_t amount = thousandths < 0 ? -thousandths : thousandths;
  std::string rest = std::to_string(amount % 1000);
  rest.insert(0, 3 - rest.size(), '0');
  return (thousandths < 0 ? "-" : "") + grouped(amount / 1000) + "." + rest;
}

Terminal::Terminal()
    : colour_(isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR")),
      live_(isatty(STDOUT_FILENO) == 1) {}

std::string Terminal::ink(Ink ink, std::string_view text) const {
  if (!colour_ || ink == Ink::plain) return std::string(text);
  return code(ink) + std::string(text) + "\033[0m";
}

void Terminal::title(std::string_view left, std::string_view right) const {
  std::printf("\n  %s  %s\n\n", ink(Ink::accent, left).c_str(), ink(Ink::dim, right).c_str());
  std::fflush(stdout);
}

void Terminal::clear() {
  if (pending_) std::fputs("\r\033[K", stdout);
  pending_ = false;
}

void Terminal::doing(std::string_view words) {
  if (!live_) return;
  clear();
  std::printf("  %s %s", ink(Ink::dim, "·").c_str(), ink(Ink::dim, words).c_str());
  std::fflush(stdout);
  pending_ = true;
}

void Terminal::done(std::string_view what, std::string_view detail) {
  event("✔", Ink::good, what, detail);
}

void Terminal::event(std::string_view sign, Ink colour, std::string_view what,
                     std::string_view detail) {
  clear();
  std::printf("  %s %s %s\n", ink(colour, sign).c_str(), padded(what, kWhat).c_str(),
              ink(Ink::dim, detail).c_str());
  std::fflush(stdout);
}

void Terminal::blank() {
  clear();
  std::fputs("\n", stdout);
}

void Table::row(std::vector<std::string> cells, bool good) {
  rows_.push_back({std::move(cells), good, false});
}
void Table::rule() { rows_.push_back({{}, true, true}); }

void Table::print(const Terminal& terminal) const {
  std::vector<size_t> wide;
  for (const auto& cell : heading_) wide.push_back(width(cell));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.cells.size(); ++i) wide[i] = std::max(wide[i], width(row.cells[i]));
  }
  auto line = [&](const std::vector<std::string>& cells) {
    std::string text = padded(cells[0], wide[0]);
    for (size_t i = 1; i < cells.size(); ++i) text += "   " + flush_right(cells[i], wide[i]);
    return text;
  };
  std::string dashes;
  for (size_t n = width(line(heading_)) + 4; n > 0; --n) dashes += "─";
  std::printf("  %s\n  %s\n", terminal.ink(Ink::bold, line(heading_)).c_str(),
              terminal.ink(Ink::dim, dashes).c_str());
  for (const auto& row : rows_) {
    if (row.rule) {
      std::printf("  %s\n", terminal.ink(Ink::dim, dashes).c_str());
      continue;
    }
    const std::string mark = row.good ? terminal.ink(Ink::good, "✔") : terminal.ink(Ink::bad, "✘");
    std::printf("  %s   %s\n",
                (row.good ? line(row.cells) : terminal.ink(Ink::bad, line(row.cells))).c_str(),
                mark.c_str());
  }
  std::fflush(stdout);
}

}  // namespace pos::lab
