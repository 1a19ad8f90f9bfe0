// Whatever a scanner may send, and the open sale's text on disk.
#include <cstdlib>
#include <string_view>

#include "pos/draft.h"
#include "pos/gs1.h"
#include "pos/gtin.h"
#include "pos/label.h"
#include "pos/receipt.h"

using namespace pos;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto code = parse_code(bytes)) {
    for (const char* country : {"GB", "DE", "SE"}) read_label(code->text, label_preset(country));
  }
  parse_gs1(bytes);
  expand_upc_e(bytes);
  const std::string shown = printable(bytes);
  if (!valid_utf8(shown) || shown.size() > 200) std::abort();
  if (const auto draft = decode_draft(bytes)) {
    if (!decode_draft(encode(*draft))) std::abort();
  }
  return 0;
}
