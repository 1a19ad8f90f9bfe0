#include "sync/feed.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "sync/planted.h"
#include "sync/stream_errors.h"
#include "sync/wire.h"

namespace pos::sync {
namespace {

constexpr int64_t kHeartbeatsMissed = 3;

// "all" of a stream that holds one message a subject is the last of each; the server takes
// last_per_subject only with a filter.
std::string consumer_config(const FeedPlan& plan, const std::string& deliver, int64_t after) {
  const std::string start =
      after > 0 ? R"("by_start_sequence","opt_start_seq":)" + std::to_string(after + 1)
                : R"("all")";
  return R"({"stream_name":")" + plan.stream + R"(","config":{"deliver_subject":")" + deliver +
         R"(","deliver_policy":)" + start +
         R"(,"ack_policy":"none","replay_policy":"instant","idle_heartbeat":)" +
         std::to_string(plan.heartbeat_ms) + "000000}}";
}

struct Delivery {  // from the reply subject of a message that a consumer delivered
  std::string consumer;
  int64_t stream_seq = 0, consumer_seq = 0, time = 0;
};

// $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>, since 2.10
// with domain and account behind ACK.
std::optional<Delivery> delivery_of(std::string_view reply, std::string_view stream) {
  std::array<std::string_view, 12> tokens;
  size_t n = 0;
  for (size_t from = 0; n < tokens.size(); ++n) {
    const size_t dot = reply.find('.', from);
    tokens[n] = reply.substr(from, dot - from);
    if (dot == std::string_view::npos) {
      ++n;
      break;
    }
    from = dot + 1;
  }
  const size_t at = n == 9 ? 2 : 4;
  if (n < 9 || tokens[0] != "$JS" || tokens[1] != "ACK" || tokens[at] != stream) return {};
  Delivery d;
  d.consumer = tokens[at + 1];
  const auto number = [](std::string_view text, int64_t& value) {
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{};
  };
  if (!number(tokens[at + 3], d.stream_seq) || !number(tokens[at + 4], d.consumer_seq) ||
      !number(tokens[at + 5], d.time)) {
    return {};
  }
  return d;
}

}  // namespace

Feed::Feed(Bus& bus, FeedPlan plan, Open open, uint64_t seed)
    : bus_(bus), plan_(std::move(plan)), open_(std::move(open)), backoff_(500, 30'000, seed) {}

void Feed::connected(const LogPlace& from, Tick now) {
  place_ = from;
  sure_ = false;
  backoff_.reset();
  ask_stream(now);
}

void Feed::lost() {
  state_ = State::off;
  inbox_.clear();
  again_ms_ = kNever;
}

void Feed::request(State state, const std::string& subject, const std::string& body, Tick now) {
  state_ = state;
  inbox_ = bus_.new_inbox();
  asked_ms_ = now.ms;
  again_ms_ = kNever;
  bus_.publish(subject, inbox_, {}, body);
}

void Feed::ask_stream(Tick now) {
  if (!consumer_.empty()) {  // its interest is gone or goes; this is only quicker
    bus_.publish("$JS.API.CONSUMER.DELETE." + plan_.stream + "." + consumer_, "", {}, "");
    retired_ = std::exchange(consumer_, {});
  }
  request(State::asking, "$JS.API.STREAM.INFO." + plan_.stream, "", now);
}

void Feed::make_stream(Tick now) {
  request(State::making_stream, "$JS.API.STREAM.CREATE." + plan_.stream, plan_.config, now);
}

void Feed::remake(Tick now) {
  bus_.publish("$JS.API.STREAM.DELETE." + plan_.stream, "", {}, "");
  make_stream(now);
}

void Feed::make_consumer(Tick now) {
  delivery_ = bus_.new_delivery(plan_.slot);
  if (delivery_.empty()) return again_later(now);
  consumer_seq_ = 0;
  request(State::making_consumer, "$JS.API.CONSUMER.CREATE." + plan_.stream,
          consumer_config(plan_, delivery_, sure_ ? place_.seq : place_.seq - 1), now);
}

void Feed::confirm(Tick now) {
  request(State::confirming, "$JS.API.STREAM.INFO." + plan_.stream, "", now);
}

void Feed::again_later(Tick now) {
  state_ = State::off;
  inbox_.clear();
  again_ms_ = now.ms + backoff_.next_ms();
}

void Feed::answered(const NatsMessage& m, Tick now) {
  const auto answer = m.status.empty() ? decode_api_answer(m.body) : std::nullopt;
  const int32_t error = answer ? answer->error_code : -1;
  inbox_.clear();
  if (state_ == State::asking && error == kStreamNotFound) return make_stream(now);
  const bool later = state_ == State::making_consumer || state_ == State::confirming;
  if (later && error == kStreamNotFound) return make_stream(now);
  if (state_ == State::making_stream && (error == 0 || error == kStreamNameInUse)) {
    return ask_stream(now);
  }
  if (error != 0) return again_later(now);
  if (state_ == State::asking) {
    // Another stream, or one that went back with its leaf: from its start.
    if (place_.created != answer->created || answer->last_seq < place_.seq) place_.seq = 0;
    place_.created = answer->created;
    return make_consumer(now);
  }
  if (state_ == State::confirming) {
    if (place_.created != answer->created) return ask_stream(now);
    state_ = State::live;
    heard_ms_ = now.ms;
    backoff_.reset();
    return;
  }
  // Deliveries may have come before this answer: then the name is known already. Or they were those
  // of a consumer before the last one, which looked like a first: ours counts from its own start.
  if (consumer_ != answer->name) consumer_seq_ = 0;
  consumer_ = answer->name;
  confirm(now);
}

bool Feed::take(const NatsMessage& m, Tick now) {
  if (!inbox_.empty() && m.subject == inbox_) return answered(m, now), true;
  if (m.status == "100" && m.subject == delivery_) return heartbeat(m, now), true;
  return delivered(m, now);
}

bool Feed::delivered(const NatsMessage& m, Tick now) {
  const auto d = delivery_of(m.reply, plan_.stream);
  if (!d) return false;
  const bool reads =
      state_ == State::live || state_ == State::making_consumer || state_ == State::confirming;
  if (!reads) return true;
  if (consumer_.empty() && d->consumer_seq == 1 && d->consumer != retired_) consumer_ = d->consumer;
  if (d->consumer != consumer_) return true;  // an old one's last words
  heard_ms_ = now.ms;
  if (d->consumer_seq != consumer_seq_ + 1 && !planted("a gap in what came down is not seen")) {
    if (d->consumer_seq > consumer_seq_ + 1)
      ask_stream(now);  // a gap: again from the last in order
    return true;
  }
  consumer_seq_ = d->consumer_seq;
  const bool first = !std::exchange(sure_, true) && place_.seq > 0;
  if (first && d->stream_seq == place_.seq && d->time == place_.time) return true;
  if (first) {
    place_.seq = 0;
    ask_stream(now);
    return true;
  }
  place_.seq = d->stream_seq;
  place_.time = d->time;
  open_(m, place_);
  return true;
}

// "Idle Heartbeat", and what the consumer has sent so far: more than came is a gap.
void Feed::heartbeat(const NatsMessage& m, Tick now) {
  if (state_ != State::live) return;
  int64_t last = 0;
  const std::string_view text = m.header("Nats-Last-Consumer");
  std::from_chars(text.data(), text.data() + text.size(), last);
  heard_ms_ = now.ms;
  if (last > consumer_seq_) ask_stream(now);
}

int64_t Feed::step(Tick now) {
  const int64_t silence_ms = plan_.heartbeat_ms * kHeartbeatsMissed;
  if (!inbox_.empty() && now.ms - asked_ms_ >= kAnswer_ms) again_later(now);
  const bool silent = now.ms - heard_ms_ >= silence_ms && !planted("a silent leaf is not asked");
  if (state_ == State::live && silent) ask_stream(now);
  if (now.ms >= again_ms_) ask_stream(now);
  int64_t next = again_ms_;
  if (!inbox_.empty()) next = std::min(next, asked_ms_ + kAnswer_ms);
  if (state_ == State::live) next = std::min(next, heard_ms_ + silence_ms);
  return next;
}

}  // namespace pos::sync
