// What central and the till say to each other about rows: hello, ack, fork, enrolment, beats; and
// what a stream answers. The order of members is the order on the wire.
#include "sync/wire.h"
#include "sync/wire_json.h"

namespace pos::sync {

template <class Archive>
void serialize(Archive& ar, Ack& a) {
  member(ar, "epoch", a.epoch);
  member(ar, "seq", a.seq);
  member(ar, "hash", a.hash);
  member(ar, "appliedAt", a.appliedAt);
  member(ar, "key", a.key);
  member(ar, "signature", a.signature);
}

template <class Archive>
void serialize(Archive& ar, Fork& f) {
  member(ar, "epoch", f.epoch);
  member(ar, "seq", f.seq);
  member(ar, "hash", f.hash);
  member(ar, "key", f.key);
  member(ar, "signature", f.signature);
}

template <class Archive>
void serialize(Archive& ar, EpochSeq& e) {
  member(ar, "epoch", e.epoch);
  member(ar, "seq", e.seq);
}

template <class Archive>
void serialize(Archive& ar, HaveRow& h) {
  member(ar, "till", h.till);
  member(ar, "transactionId", h.transactionId);
  member(ar, "hash", h.hash);
}

template <class Archive>
void serialize(Archive& ar, Hello& h) {
  member(ar, "generation", h.generation);
  member(ar, "epochs", h.epochs);
  member(ar, "have", h.have);
  member(ar, "catalogueVersion", h.catalogueVersion);
  member(ar, "app", h.app);
}

template <class Archive>
void serialize(Archive& ar, EpochHeld& e) {
  member(ar, "epoch", e.epoch);
  member(ar, "appliedSeq", e.appliedSeq);
  member(ar, "hash", e.hash);
  member(ar, "mark", e.mark);
}

template <class Archive>
void serialize(Archive& ar, HelloAnswer& h) {
  member(ar, "generation", h.generation);
  member(ar, "epochs", h.epochs);
  member(ar, "held", h.held);
  member(ar, "lastReceipt", h.lastReceipt);
  member(ar, "catalogueVersion", h.catalogueVersion);
  rare_member(ar, "officeVersion", h.officeVersion);
  rare_member(ar, "giftVersion", h.giftVersion);
  rare_member(ar, "stockVersion", h.stockVersion);
  member(ar, "time", h.time);
  member(ar, "key", h.key);
  member(ar, "signature", h.signature);
}

template <class Archive>
void serialize(Archive& ar, Enrol& e) {
  member(ar, "code", e.code);
  member(ar, "publicKey", e.publicKey);
  member(ar, "app", e.app);
}

template <class Archive>
void serialize(Archive& ar, EnrolAnswer& e) {
  member(ar, "state", e.state);
  member(ar, "message", e.message);
  member(ar, "publicKey", e.publicKey);
  member(ar, "key", e.key);
  member(ar, "signature", e.signature);
}

template <class Archive>
void serialize(Archive& ar, Beat& b) {
  member(ar, "epoch", b.epoch);
  member(ar, "seq", b.seq);
  member(ar, "lastReceipt", b.lastReceipt);
  member(ar, "pending", b.pending);
  member(ar, "oldestPendingAt", b.oldestPendingAt);
  member(ar, "app", b.app);
  member(ar, "time", b.time);
}

namespace {

constexpr size_t kMaxText = 200;

struct StreamState {
  int64_t last_seq = 0;
  bool operator==(const StreamState&) const = default;
};
template <class Archive>
void serialize(Archive& ar, StreamState& s) {
  rare_member(ar, "last_seq", s.last_seq);
}

bool empty_or_iso(const std::string& text) { return text.empty() || parse_iso(text); }

bool in_bounds(const Ack& a) {
  return is_epoch(a.epoch) && a.seq >= 0 && is_hash(a.hash) && parse_iso(a.appliedAt) &&
         is_signed(a.key, a.signature);
}
bool in_bounds(const Fork& f) {
  return is_epoch(f.epoch) && f.seq >= 0 && is_hash(f.hash) && is_signed(f.key, f.signature);
}
bool in_bounds(const Hello& h) {
  const auto epoch = [](const EpochSeq& e) { return is_epoch(e.epoch) && e.seq >= 0; };
  const auto have = [](const HaveRow& r) {
    return is_till(r.till) && valid_uuid(r.transactionId) && is_hash(r.hash);
  };
  return is_plain(h.generation, kMaxWord) && std::all_of(h.epochs.begin(), h.epochs.end(), epoch) &&
         std::all_of(h.have.begin(), h.have.end(), have) && h.catalogueVersion >= 0 &&
         is_plain(h.app, kMaxWord);
}
bool in_bounds(const HelloAnswer& h) {
  const auto epoch = [](const EpochHeld& e) {
    return is_epoch(e.epoch) && e.appliedSeq >= 0 && is_hash(e.hash) && e.mark >= e.appliedSeq;
  };
  return is_plain(h.generation, kMaxWord) && std::all_of(h.epochs.begin(), h.epochs.end(), epoch) &&
         std::all_of(h.held.begin(), h.held.end(), [](const auto& id) { return valid_uuid(id); }) &&
         is_plain(h.lastReceipt, kMaxWord) && h.catalogueVersion >= 0 && h.officeVersion >= 0 &&
         h.giftVersion >= 0 && h.stockVersion >= 0 && parse_iso(h.time) &&
         is_signed(h.key, h.signature);
}
bool in_bounds(const Enrol& e) {
  return is_plain(e.code, kMaxText) && e.publicKey.size() == 44 && is_plain(e.publicKey, 44) &&
         is_plain(e.app, kMaxWord);
}
bool in_bounds(const EnrolAnswer& e) {
  return is_plain(e.state, kMaxWord) && is_plain(e.message, kMaxText) &&
         is_plain(e.publicKey, 44) && is_signed(e.key, e.signature);
}
bool in_bounds(const Beat& b) {
  return is_epoch(b.epoch) && b.seq >= 0 && is_plain(b.lastReceipt, kMaxWord) && b.pending >= 0 &&
         empty_or_iso(b.oldestPendingAt) && is_plain(b.app, kMaxWord) && empty_or_iso(b.time);
}

std::optional<PubAck> read_pub_ack(JsonIn& ar) {
  PubAck a;
  ApiError error;
  rare_member(ar, "stream", a.stream);
  rare_member(ar, "domain", a.domain);
  rare_member(ar, "seq", a.seq);
  rare_member(ar, "duplicate", a.duplicate);
  rare_member(ar, "error", error);
  a.error_code = error.err_code != 0 ? error.err_code : error.code;
  a.error = error.description;
  return a;
}

std::optional<ApiAnswer> read_api_answer(JsonIn& ar) {
  ApiAnswer a;
  ApiError error;
  rare_member(ar, "error", error);
  rare_member(ar, "name", a.name);
  rare_member(ar, "created", a.created);
  StreamState state;
  rare_member(ar, "state", state);
  a.last_seq = state.last_seq;
  a.error_code = error.err_code != 0 ? error.err_code : error.code;
  a.error = error.description;
  return a;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& t : texts) out += (&t == &texts.front() ? "" : ",") + t;
  return out;
}

}  // namespace

std::vector<std::string> signed_members(const Ack& a, const std::string& store,
                                        const std::string& till) {
  return {"leaftill-ack", store, till, a.epoch, std::to_string(a.seq), a.hash, a.appliedAt};
}
std::vector<std::string> signed_members(const Fork& f, const std::string& store,
                                        const std::string& till) {
  return {"leaftill-fork", store, till, f.epoch, std::to_string(f.seq), f.hash};
}
std::vector<std::string> signed_members(const HelloAnswer& h, const std::string& store,
                                        const std::string& till) {
  std::vector<std::string> members = {"leaftill-hello", store, till, h.generation};
  for (const EpochHeld& e : h.epochs) {
    members.push_back(e.epoch + " " + std::to_string(e.appliedSeq) + " " + e.hash + " " +
                      std::to_string(e.mark));
  }
  members.insert(members.end(),
                 {joined(h.held), h.lastReceipt, std::to_string(h.catalogueVersion), h.time});
  return members;
}
std::vector<std::string> signed_members(const EnrolAnswer& e, const std::string& store,
                                        const std::string& till) {
  return {"leaftill-enrol", store, till, e.state, e.message, e.publicKey};
}

std::string encode(const Ack& a) { return to_json(a); }
std::string encode(const Fork& f) { return to_json(f); }
std::string encode(const Hello& h) { return to_json(h); }
std::string encode(const HelloAnswer& h) { return to_json(h); }
std::string encode(const Enrol& e) { return to_json(e); }
std::string encode(const EnrolAnswer& e) { return to_json(e); }
std::string encode(const Beat& b) { return to_json(b); }

std::optional<Ack> decode_ack(std::string_view text) { return from_json<Ack>(text, in_bounds); }
std::optional<Fork> decode_fork(std::string_view text) { return from_json<Fork>(text, in_bounds); }
std::optional<Hello> decode_hello(std::string_view text) {
  return from_json<Hello>(text, in_bounds);
}
std::optional<HelloAnswer> decode_hello_answer(std::string_view text) {
  return from_json<HelloAnswer>(text, in_bounds);
}
std::optional<Enrol> decode_enrol(std::string_view text) {
  return from_json<Enrol>(text, in_bounds);
}
std::optional<EnrolAnswer> decode_enrol_answer(std::string_view text) {
  return from_json<EnrolAnswer>(text, in_bounds);
}
std::optional<Beat> decode_beat(std::string_view text) { return from_json<Beat>(text, in_bounds); }
std::optional<PubAck> decode_pub_ack(std::string_view text) {
  return read_json(text, kMaxAnswerBytes, read_pub_ack);
}
std::optional<ApiAnswer> decode_api_answer(std::string_view text) {
  return read_json(text, kMaxAnswerBytes, read_api_answer);
}

}  // namespace pos::sync
