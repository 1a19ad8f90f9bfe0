#include <sstream>

#include "sync/product_csv.h"
#include "sync/wire.h"
#include "sync/wire_office.h"
#include "tests/fuzz/targets.h"

namespace pos::fuzz {

using namespace pos::sync;

namespace {

// What decodes must encode, and decode to the same again.
template <class Decode>
void comes_back(std::string_view bytes, Decode decode) {
  const auto first = decode(bytes);
  if (!first) return;
  const std::string text = encode(*first);
  const auto second = decode(std::string_view(text));
  must(second.has_value());
  must(encode(*second) == text);
}

}  // namespace

void rows(std::string_view bytes) {
  if (const auto row = decode_row(bytes)) {
    const std::string again = encode(row->place, row->fact);
    const auto back = decode_row(again);
    must(back && encode(back->place, back->fact) == again);
    must(content_hash(bytes) && content_hash(again));
  }
  decode_envelope(bytes);
  content_hash(bytes);
  parse_message_id(bytes);
}

void hellos(std::string_view bytes) {
  comes_back(bytes, decode_hello);
  comes_back(bytes, decode_hello_answer);
}

void answers(std::string_view bytes) {
  comes_back(bytes, decode_ack);
  comes_back(bytes, decode_fork);
  comes_back(bytes, decode_enrol);
  comes_back(bytes, decode_enrol_answer);
  comes_back(bytes, decode_beat);
  comes_back(bytes, decode_pull_request);
  decode_pub_ack(bytes);
  decode_api_answer(bytes);
}

void products(std::string_view bytes) {
  comes_back(bytes, decode_product);
  comes_back(bytes, decode_stock);
  comes_back(bytes, decode_pull_answer);
  comes_back(bytes, decode_gift_card);
  comes_back(bytes, decode_gift_page);
}

void office(std::string_view bytes) {
  comes_back(bytes, decode_price);
  comes_back(bytes, decode_settings);
  comes_back(bytes, decode_promotion);
  comes_back(bytes, decode_price_page);
  comes_back(bytes, decode_settings_page);
  comes_back(bytes, decode_promotion_page);
}

// Whole, and in pieces as a file is read.
void csv(std::string_view bytes) {
  const auto read = [](CsvReader& reader, const ProductColumns& columns) {
    while (reader.next()) must(fault_of(columns.row(reader).product).empty());
  };
  try {
    CsvReader reader(bytes);
    const ProductColumns columns = ProductColumns::of(reader);
    read(reader, columns);
  } catch (const CsvError&) {
  }
  try {
    std::istringstream stream{std::string(bytes)};
    CsvFile file(stream);
    while (file.next()) {
      for (CsvReader reader = file.records(); reader.next();) must(reader.line() > 0);
    }
  } catch (const CsvError&) {
  }
}

}  // namespace pos::fuzz
