#include "central/letter.h"

#include <array>

#include "sync/planted.h"
#include "sync/seal.h"

namespace pos::central {
namespace {

std::vector<std::string> tokens_of(const std::string& subject) {
  std::vector<std::string> tokens(1);
  for (char c : subject) {
    if (c == '.')
      tokens.emplace_back();
    else
      tokens.back() += c;
  }
  return tokens;
}

// product.sold.<store>.<till>, till.event.<store>.<till> or till.carried.<store>.<carrier>
bool take_subject(Letter& letter) {
  const auto tokens = tokens_of(letter.arrival->subject);
  if (tokens.size() != 4 || !valid_node_id(tokens[2]) || !valid_node_id(tokens[3])) return false;
  letter.store = tokens[2];
  const std::string kind = tokens[0] + "." + tokens[1];
  if (kind == "till.carried") {
    if (!valid_node_id(letter.arrival->till)) return false;
    letter.carrier = tokens[3];
    letter.till = letter.arrival->till;
    return true;
  }
  letter.till = tokens[3];
  return kind == "product.sold" || kind == "till.event";
}

bool take_proof(Letter& letter) {
  const auto& a = *letter.arrival;
  const auto hash = sync::unhex(a.hash), key = sync::unhex(a.key_id);
  const auto signature = sync::unbase64(a.signature);
  if (!hash || hash->size() != 32) return false;
  if (!key || key->size() != 8) return false;
  if (!signature || signature->size() != 64) return false;
  letter.hash_raw = *hash;
  letter.signature_raw = *signature;
  return true;
}

std::optional<sync::Envelope> envelope_of(const std::optional<sync::Row>& row,
                                          const std::string& body) {
  if (!row) return sync::decode_envelope(body);
  return sync::Envelope{row->place, row->type, header_of(row->fact).id.value};
}

// Empty, or the fault.
std::string take_body(Letter& letter) {
  const auto& a = *letter.arrival;
  letter.row = sync::decode_row(a.body);
  const auto envelope = envelope_of(letter.row, a.body);
  if (!envelope) {
    const auto id = sync::parse_message_id(a.message_id);
    if (!id) return "bad_headers";
    if (id->store != letter.store || id->till != letter.till) return "wrong_owner";
    letter.epoch = id->epoch;
    letter.seq = id->seq;
    return "";
  }
  const auto prev = sync::unhex(envelope->place.prev);
  const bool blind = sync::planted("the body's hash is not reckoned");
  if (!prev || prev->size() != 32 || (!blind && sync::row_hash(*prev, a.body) != letter.hash_raw))
    return "bad_hash";
  if (envelope->place.store != letter.store || envelope->place.till != letter.till)
    return "wrong_owner";
  letter.epoch = envelope->place.epoch;
  letter.seq = envelope->place.seq;
  letter.prev = envelope->place.prev;
  letter.transaction_id = envelope->transaction_id;
  return "";
}

}  // namespace

Letter read_letter(const Arrival& arrival) {
  Letter letter;
  letter.arrival = &arrival;
  if (!take_subject(letter))
    letter.fault = "bad_subject";
  else if (arrival.body.size() > sync::kMaxRowBytes)
    letter.fault = "too_large";
  else if (!take_proof(letter))
    letter.fault = "bad_headers";
  else
    letter.fault = take_body(letter);
  return letter;
}

std::string headers_text(const Arrival& a) {
  return a.subject + "\n" + a.message_id + "\n" + a.hash + "\n" + a.key_id + "\n" + a.signature +
         "\n" + a.till;
}

void take_headers(Arrival& a, const std::string& text) {
  const std::array<std::string*, 6> members = {&a.subject, &a.message_id, &a.hash,
                                               &a.key_id,  &a.signature,  &a.till};
  size_t at = 0;
  for (auto* member : members) {
    const auto end = std::min(text.find('\n', at), text.size());
    *member = text.substr(at, end - at);
    at = std::min(end + 1, text.size());
  }
}

}  // namespace pos::central
