// The headers of a row's message, to SALES as to STORELOG (docs/wire.md, section 1).
#pragma once

#include <string>
#include <utility>

#include "sync/bus.h"
#include "sync/wire.h"

namespace pos::sync {

inline Headers row_headers(const SealedRow& row, std::string message_id) {
  Headers headers;
  headers.reserve(5);  // a carrier adds whose row it is
  headers.emplace_back("Nats-Msg-Id", std::move(message_id));
  headers.emplace_back("Leaftill-Hash", row.hash);
  headers.emplace_back("Leaftill-Key", row.key_id);
  headers.emplace_back("Leaftill-Signature", row.signature);
  return headers;
}

}  // namespace pos::sync
