// A receipt printer made of words: reads ESC/POS bytes back to what would be on the paper. Written
// from the command reference, not from our encoder; it knows the commands that printers share, and
// whatever it does not know is a fault, for it would drive a real one.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pos/escpos.h"

namespace pos::paper {

struct Drawer {
  bool operator==(const Drawer&) const = default;
};
using Printed = std::variant<PaperText, Bitmap, PaperBarcode, PaperQr, PaperCut, Drawer>;

struct Roll {
  std::vector<Printed> items;
  std::vector<std::string> faults;
  std::vector<std::string> commands;  // "ESC @", "GS k" … in order, each with its operands in hex
};

Roll read_escpos(std::string_view bytes, const std::vector<PrinterPage>& pages);

}  // namespace pos::paper
