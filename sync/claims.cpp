#include "sync/claims.h"

#include <algorithm>

#include "sync/stream_errors.h"
#include "sync/wire.h"
#include "sync/wire_claims.h"

namespace pos::sync {
namespace {

constexpr int kMaxTries = 50;  // entries that others wrote first, or whose answer was lost
constexpr const char* kNoSequence = "9223372036854775807";  // no stream's last sequence

using State = ClaimAnswer::State;

std::string claimlog_config(const std::string& store) {
  return R"({"name":"CLAIMLOG","subjects":["store.)" + store +
         R"(.claim.*"],"storage":"file","retention":"limits","max_msgs_per_subject":1,)"
         R"("discard":"new","discard_new_per_subject":true,"deny_delete":true,"deny_purge":true,)"
         R"("max_age":0,"max_bytes":-1,"max_consumers":-1,"max_msgs":-1,"max_msg_size":65536,)"
         R"("num_replicas":1})";
}

// All entries of one thing, as far as they are known, and what they come to.
class Chain {
 public:
  Chain(const ClaimPlace& place, const Claim& claim, const AskLeaf& ask)
      : place_(place), claim_(claim), ask_(ask) {
    for (const Taken& t : claim.known) {
      if (t.by != claim.by) count(t);
    }
  }

  ClaimAnswer settle() {
    if (!stands()) return {State::unreachable};
    for (int tries = 0; tries < kMaxTries; ++tries) {
      if (!read_to_the_end()) return {State::unreachable};
      const Portions missing = missing_now();
      if (missing.empty()) return answer(State::won);
      if (too_much(missing)) return answer(State::lost);
      const Put put = append(missing);
      if (put == Put::stored) return answer(State::won);
      if (put == Put::failed) return {State::unreachable};
    }
    return {State::unreachable};
  }

 private:
  enum class Put { stored, look, failed };

  std::string subject(int n) const {
    return "store." + place_.store + ".claim." + claim_.of + "-" + std::to_string(n);
  }

  // Whether the leaf keeps CLAIMLOG, made if it does not. Asked first, because a nats-server
  // (2.9.10) that is asked for a message of a stream while another till has it made follows a null
  // pointer and dies. A publish that can never be stored is answered by a stream that is whole, and
  // by nobody else.
  bool stands() {
    for (int tries = 0; tries < kMaxTries; ++tries) {
      const auto m = ask_(subject(1), {{"Nats-Expected-Last-Sequence", kNoSequence}},
                          encode_claim({claim_.by, place_.till, {}}));
      const auto ack = m ? decode_pub_ack(m->body) : std::nullopt;
      if (m) return ack && ack->error_code == kWrongSequence;
      if (!ask_("$JS.API.STREAM.CREATE.CLAIMLOG", {}, claimlog_config(place_.store))) return false;
    }
    return false;
  }

  bool read_to_the_end() {
    while (next_ <= kMaxClaims) {
      const auto m = ask_("$JS.API.STREAM.MSG.GET.CLAIMLOG", {},
                          R"({"last_by_subj":")" + subject(next_) + R"("})");
      const auto stored = m ? decode_stored(m->body) : std::nullopt;
      if (!stored) return false;
      if (stored->error_code == kNoMessage) return true;
      if (stored->error_code != 0 || stored->subject != subject(next_)) return false;
      // What cannot be read may be a newer version's: nobody knows what is left.
      const auto taken = decode_claim(stored->body);
      if (!taken) return false;
      enter(*taken);
      ++next_;
    }
    return false;
  }

  void enter(const Taken& t) {
    if (t.by == claim_.by) {
      for (const auto& [line, quantity] : t.portions) mine_[line] += quantity;
      return;
    }
    const bool known = std::any_of(claim_.known.begin(), claim_.known.end(),
                                   [&](const Taken& k) { return k.by == t.by; });
    if (!known) count(t);
  }
  void count(const Taken& t) {
    for (const auto& [line, quantity] : t.portions) {
      others_[line] += quantity;
      if (quantity > 0 && claim_.wanted.contains(line)) last_ = t.till;
    }
  }

  // What must be taken more, or given back, until `by` has what it wants.
  Portions missing_now() const {
    Portions missing;
    for (const auto& [line, quantity] : claim_.wanted) missing[line] += quantity;
    for (const auto& [line, quantity] : mine_) missing[line] -= quantity;
    std::erase_if(missing, [](const auto& portion) { return portion.second == 0; });
    return missing;
  }
  int64_t left_of(int32_t line) const {
    const auto limit = claim_.limit.find(line);
    const auto others = others_.find(line);
    return std::max<int64_t>(0, (limit == claim_.limit.end() ? 0 : limit->second) -
                                    (others == others_.end() ? 0 : others->second));
  }
  bool too_much(const Portions& missing) const {
    return std::any_of(missing.begin(), missing.end(), [&](const auto& portion) {
      const auto wanted = claim_.wanted.find(portion.first);
      return portion.second > 0 && wanted->second > left_of(portion.first);
    });
  }
  ClaimAnswer answer(State state) const {
    ClaimAnswer answer{state, state == State::lost ? last_ : ""};
    for (const auto& [line, quantity] : claim_.wanted) answer.left[line] = left_of(line);
    return answer;
  }

  Put append(const Portions& missing) {
    const auto m = ask_(subject(next_), {{"Nats-Expected-Last-Subject-Sequence", "0"}},
                        encode_claim({claim_.by, place_.till, missing}));
    if (!m) return Put::look;  // it may be stored: the next look tells
    const auto ack = decode_pub_ack(m->body);
    if (!ack) return Put::failed;
    if (ack->error_code == kWrongSequence || ack->error_code == kOneASubject) return Put::look;
    return ack->error_code == 0 && ack->stream == "CLAIMLOG" ? Put::stored : Put::failed;
  }

  const ClaimPlace& place_;
  const Claim& claim_;
  const AskLeaf& ask_;
  int next_ = 1;
  Portions mine_, others_;
  std::string last_;
};

}  // namespace

ClaimAnswer settle_claim(const ClaimPlace& place, const Claim& claim, const AskLeaf& ask) {
  return Chain(place, claim, ask).settle();
}

}  // namespace pos::sync
