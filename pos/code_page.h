// The code pages of receipt printers: which characters they have, and at which byte. Below 0x80
// all are ASCII; a control character is in none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pos {

// The order is that of the table in code_page.cpp.
enum class CodePage { pc437, pc850, pc852, pc858, pc866, wpc1252, wpc1253 };

// A page and the number by which ESC t selects it: Epson's, or what another maker's manual says.
struct PrinterPage {
  CodePage page = CodePage::pc858;
  int number = 19;
  bool operator==(const PrinterPage&) const = default;
};
// "pc858" (Epson's number, 19), or "pc858=13". nullopt: no such page, or not 0 to 255.
std::optional<PrinterPage> printer_page(std::string_view text);

// The text in the page's bytes; nullopt if the page lacks a character of it.
std::optional<std::string> in_page(CodePage, std::string_view utf8);
// What the byte is in the page; 0 if nothing.
char32_t from_page(CodePage, unsigned char byte);

}  // namespace pos
