// The papers whose bytes and texts are kept in tests/golden/escpos, and were looked at as pictures.
#pragma once

#include <string>
#include <vector>

#include "pos/escpos.h"
#include "pos/paper.h"

namespace pos::paper {

struct Golden {
  std::string file;
  std::vector<std::string> pages;
  ReceiptDocument document;
};
std::vector<Golden> golden();

PrinterProfile with(const std::vector<std::string>& pages);

}  // namespace pos::paper
