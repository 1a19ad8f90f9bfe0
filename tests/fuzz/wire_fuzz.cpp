// Every message that comes over a network. What decodes must encode, and decode to the same again.
#include <cstdlib>
#include <string_view>

#include "sync/wire.h"
#include "sync/wire_office.h"

using namespace pos::sync;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto row = decode_row(bytes)) {
    const std::string again = encode(row->place, row->fact);
    if (!decode_row(again)) std::abort();
    if (!content_hash(bytes) || !content_hash(again)) std::abort();
  }
  decode_envelope(bytes);
  content_hash(bytes);
  decode_ack(bytes);
  decode_fork(bytes);
  decode_hello(bytes);
  decode_hello_answer(bytes);
  decode_enrol(bytes);
  decode_enrol_answer(bytes);
  if (const auto product = decode_product(bytes)) encode(*product);
  if (const auto stock = decode_stock(bytes)) encode(*stock);
  if (const auto price = decode_price(bytes); price && decode_price(encode(*price)) != price)
    std::abort();
  if (const auto rules = decode_settings(bytes); rules && decode_settings(encode(*rules)) != rules)
    std::abort();
  if (const auto offer = decode_promotion(bytes);
      offer && decode_promotion(encode(*offer)) != offer)
    std::abort();
  decode_price_page(bytes);
  decode_settings_page(bytes);
  decode_promotion_page(bytes);
  decode_pull_request(bytes);
  decode_pull_answer(bytes);
  decode_beat(bytes);
  decode_pub_ack(bytes);
  parse_message_id(bytes);
  return 0;
}
