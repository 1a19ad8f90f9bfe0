#include "sync/wire_claims.h"

#include "sync/seal.h"
#include "sync/wire_json.h"

namespace pos::sync {
namespace {

constexpr size_t kMaxClaimBytes = 64 * 1024, kMaxClaimName = 64, kMaxLines = 2000;
constexpr int64_t kMaxPortion = 1'000'000'000'000;

struct ClaimLine {
  int32_t line = 0;
  int64_t quantity = 0;
  bool operator==(const ClaimLine&) const = default;
};
template <class Archive>
void serialize(Archive& ar, ClaimLine& l) {
  member(ar, "line", l.line);
  member(ar, "quantity", l.quantity);
}

struct ClaimText {
  int32_t version = 1;
  std::string till, claim;
  std::vector<ClaimLine> lines;
};
template <class Archive>
void serialize(Archive& ar, ClaimText& c) {
  member(ar, "version", c.version);
  member(ar, "till", c.till);
  member(ar, "claim", c.claim);
  member(ar, "lines", c.lines);
}

bool in_bounds(const ClaimText& c) {
  return c.version == 1 && is_till(c.till) && !c.claim.empty() &&
         is_plain(c.claim, kMaxClaimName) && c.lines.size() <= kMaxLines &&
         std::all_of(c.lines.begin(), c.lines.end(), [](const ClaimLine& l) {
           return l.line >= 0 && within(l.quantity, kMaxPortion);
         });
}

struct StoredMessage {
  std::string subject, data;
  bool operator==(const StoredMessage&) const = default;
};
template <class Archive>
void serialize(Archive& ar, StoredMessage& m) {
  rare_member(ar, "subject", m.subject);
  rare_member(ar, "data", m.data);
}

std::optional<Stored> read_stored(JsonIn& ar) {
  StoredMessage m;
  ApiError error;
  rare_member(ar, "error", error);
  rare_member(ar, "message", m);
  const auto body = unbase64(m.data);
  if (!body) return {};
  return Stored{m.subject, *body, error.err_code != 0 ? error.err_code : error.code};
}

}  // namespace

std::string encode_claim(const Taken& taken) {
  ClaimText text{1, taken.till, taken.by, {}};
  for (const auto& [line, quantity] : taken.portions) {
    if (quantity != 0) text.lines.push_back({line, quantity});
  }
  return to_json(text);
}

std::optional<Taken> decode_claim(std::string_view body) {
  if (body.size() > kMaxClaimBytes) return {};
  const auto text = from_json<ClaimText>(body, in_bounds);
  if (!text) return {};
  Taken taken{text->claim, text->till, {}};
  for (const ClaimLine& l : text->lines) taken.portions[l.line] += l.quantity;
  return taken;
}

std::optional<Stored> decode_stored(std::string_view text) {
  return read_json(text, kMaxAnswerBytes, read_stored);
}

}  // namespace pos::sync
