#include "sync/intake.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "sync/hold.h"
#include "sync/planted.h"

namespace pos::sync {
namespace {

constexpr size_t kBatch = 100;
constexpr int64_t kAnswer_ms = 5000;
constexpr int64_t kSilence_ms = 15'000;  // three heartbeats
constexpr int64_t kBehind_ms = 30'000;   // DOWNLOCAL has that long to bring what hello named
constexpr int64_t kLongestRemakePause_ms = 6 * 3'600'000LL;
constexpr int64_t kRemakePause_ms = 300'000;
constexpr int64_t kDue_ms = 5000;
constexpr int32_t kPage = 200;
constexpr std::array kKinds = {"product", "price", "settings", "promotion"};
constexpr int32_t kStreamNotFound = 10059, kStreamNameInUse = 10058;

// The hub's API is prefixed; `deliver` must be there: some clients read it unasked.
std::string downlocal_config(const std::string& store) {
  const std::string external = R"("external":{"api":"$JS.hub.API","deliver":""})";
  return R"({"name":"DOWNLOCAL","storage":"file","retention":"limits","max_msgs_per_subject":1,)"
         R"("max_bytes":67108864,"discard":"old","max_consumers":-1,"max_msgs":-1,)"
         R"("max_msg_size":-1,"num_replicas":1,"sources":[{"name":"DOWN","filter_subject":"down.)" +
         store + R"(.>",)" + external + R"(},{"name":"DOWNALL",)" + external + "}]}";
}

std::string storelog_config(const std::string& store) {
  return R"({"name":"STORELOG","subjects":["store.)" + store +
         R"(.journal.*"],"storage":"file","retention":"limits","max_age":1209600000000000,)"
         R"("max_bytes":268435456,"discard":"old","max_consumers":-1,"max_msgs":-1,)"
         R"("max_msg_size":-1,"num_replicas":1,"duplicate_window":120000000000})";
}

// DOWNLOCAL holds one message a subject, so "all" is the last of each; the server takes
// last_per_subject only with a filter.
std::string consumer_config(const std::string& deliver, int64_t after) {
  const std::string start =
      after > 0 ? R"("by_start_sequence","opt_start_seq":)" + std::to_string(after + 1)
                : R"("all")";
  return R"({"stream_name":"DOWNLOCAL","config":{"deliver_subject":")" + deliver +
         R"(","deliver_policy":)" + start +
         R"(,"ack_policy":"none","replay_policy":"instant","idle_heartbeat":5000000000}})";
}

struct Delivery {  // from the reply subject of a message that a consumer delivered
  std::string consumer;
  int64_t stream_seq = 0, consumer_seq = 0;
};

// $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>, since 2.10
// with domain and account behind ACK.
std::optional<Delivery> delivery_of(std::string_view reply) {
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
  if (n < 9 || tokens[0] != "$JS" || tokens[1] != "ACK" || tokens[at] != "DOWNLOCAL") return {};
  Delivery d;
  d.consumer = tokens[at + 1];
  const auto number = [](std::string_view text, int64_t& value) {
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{};
  };
  if (!number(tokens[at + 3], d.stream_seq) || !number(tokens[at + 4], d.consumer_seq)) return {};
  return d;
}

const std::string& id_of(const Product& p) { return p.productId; }

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

}  // namespace

Intake::Intake(Projections& projections, Bus& bus, std::string store, std::string till,
               uint64_t seed)
    : projections_(projections),
      bus_(bus),
      store_(std::move(store)),
      till_(std::move(till)),
      dice_(seed),
      backoff_(500, 30'000, dice_.next()),
      pull_backoff_(1000, 30'000, dice_.next()) {}

void Intake::connected(Tick now) {
  backoff_.reset();
  ask_stream(now);
}

void Intake::lost() {
  state_ = State::off;
  inbox_.clear();
  again_ms_ = kNever;
  pull_inbox_.clear();
  pull_again_ms_ = kNever;  // the hello of the next connection asks again
  pull_more_ = false;
  pull_complete_ = -1;
}

// ---- the consumer on DOWNLOCAL ----

void Intake::request(State state, const std::string& subject, const std::string& body, Tick now) {
  state_ = state;
  inbox_ = bus_.new_inbox();
  asked_ms_ = now.ms;
  again_ms_ = kNever;
  bus_.publish(subject, inbox_, {}, body);
}

void Intake::ask_stream(Tick now) {
  if (!consumer_.empty()) {  // its interest is gone or goes; this is only quicker
    bus_.publish("$JS.API.CONSUMER.DELETE.DOWNLOCAL." + consumer_, "", {}, "");
    retired_ = std::exchange(consumer_, {});
  }
  request(State::asking, "$JS.API.STREAM.INFO.DOWNLOCAL", "", now);
}

void Intake::make_streams(Tick now) {
  bus_.publish("$JS.API.STREAM.CREATE.STORELOG", "", {}, storelog_config(store_));
  request(State::making_stream, "$JS.API.STREAM.CREATE.DOWNLOCAL", downlocal_config(store_), now);
}

void Intake::make_consumer(Tick now) {
  delivery_ = bus_.new_delivery();
  if (delivery_.empty()) return again_later(now);
  consumer_seq_ = 0;
  request(State::making_consumer, "$JS.API.CONSUMER.CREATE.DOWNLOCAL",
          consumer_config(delivery_, stream_seq_), now);
}

void Intake::again_later(Tick now) {
  state_ = State::off;
  inbox_.clear();
  again_ms_ = now.ms + backoff_.next_ms();
}

void Intake::answered(const NatsMessage& m, Tick now) {
  const auto answer = m.status.empty() ? decode_api_answer(m.body) : std::nullopt;
  const int32_t error = answer ? answer->error_code : -1;
  inbox_.clear();
  if (state_ == State::asking && error == kStreamNotFound) return make_streams(now);
  if (state_ == State::making_consumer && error == kStreamNotFound) return make_streams(now);
  if (state_ == State::making_stream && (error == 0 || error == kStreamNameInUse)) {
    return ask_stream(now);
  }
  if (error != 0) return again_later(now);
  if (state_ == State::asking) {
    if (created_ != answer->created) stream_seq_ = 0;  // another stream: from its start
    created_ = answer->created;
    return make_consumer(now);
  }
  // Deliveries may have come before this answer: then the name is known already.
  consumer_ = answer->name;
  state_ = State::live;
  heard_ms_ = now.ms;
  backoff_.reset();
}

bool Intake::take(const NatsMessage& m, Tick now) {
  if (!inbox_.empty() && m.subject == inbox_) return answered(m, now), true;
  if (!pull_inbox_.empty() && m.subject == pull_inbox_) return pulled(m, now), true;
  if (m.status == "100" && m.subject == delivery_) return heartbeat(m, now), true;
  return delivered(m, now);
}

bool Intake::delivered(const NatsMessage& m, Tick now) {
  const auto d = delivery_of(m.reply);
  if (!d) return false;
  if (state_ != State::live && state_ != State::making_consumer) return true;
  if (consumer_.empty() && d->consumer_seq == 1 && d->consumer != retired_) consumer_ = d->consumer;
  if (d->consumer != consumer_) return true;  // an old one's last words
  heard_ms_ = now.ms;
  if (d->consumer_seq != consumer_seq_ + 1 && !planted("a gap in what came down is not seen")) {
    if (d->consumer_seq > consumer_seq_ + 1)
      ask_stream(now);  // a gap: again from the last in order
    return true;
  }
  consumer_seq_ = d->consumer_seq;
  stream_seq_ = d->stream_seq;
  open(m);
  return true;
}

// "Idle Heartbeat", and what the consumer has sent so far: more than came is a gap.
void Intake::heartbeat(const NatsMessage& m, Tick now) {
  if (state_ != State::live) return;
  int64_t last = 0;
  const std::string_view text = m.header("Nats-Last-Consumer");
  std::from_chars(text.data(), text.data() + text.size(), last);
  heard_ms_ = now.ms;
  if (last > consumer_seq_) ask_stream(now);
}

void Intake::open(const NatsMessage& m) {
  const std::string down = "down." + store_ + ".";
  const auto keep = [this](auto&& decoded, auto& where) {
    decoded ? where.push_back(*decoded) : void(++malformed_);
  };
  if (begins(m.subject, "all.product.")) {
    keep(decode_product(m.body), products_);
    if (!products_.empty()) {
      down_catalogue_ = std::max(down_catalogue_, products_.back().version);
    }
  } else if (begins(m.subject, down + "stock.")) {
    keep(decode_stock(m.body), stock_);
  } else if (begins(m.subject, down + "price.")) {
    keep(decode_price(m.body), prices_);
  } else if (begins(m.subject, down + "promotion.")) {
    keep(decode_promotion(m.body), promotions_);
  } else if (m.subject == down + "settings") {
    keep(decode_settings(m.body), settings_);
  } else if (m.subject == down + "ack." + till_) {
    keep(decode_ack(m.body), acks_);
    if (!acks_.empty()) {
      ack_epoch_ = acks_.back().epoch;
      ack_seq_ = acks_.back().seq;
    }
  } else if (m.subject == down + "fork." + till_) {
    keep(decode_fork(m.body), forks_);
  }  // anything else is for a later version, or for another till
}

// ---- what hello says ----

bool Intake::brought(const Expected& e) const {
  // An ack of another epoch, a clone's, has taken the place of ours: it says nothing.
  const bool acked =
      e.seq == 0 || (ack_epoch_ == e.epoch ? ack_seq_ >= e.seq : !ack_epoch_.empty());
  return down_catalogue_ >= e.catalogue && acked;
}

void Intake::hear(const HelloAnswer& answer, const std::string& current_epoch, Tick now) {
  if (expected_.since_ms >= 0 && brought(expected_)) {
    expected_.since_ms = -1;
    remake_pause_ms_ = kRemakePause_ms;
  }
  if (expected_.since_ms >= 0 && now.ms - expected_.since_ms >= kBehind_ms) remake(now);
  if (expected_.since_ms < 0) {
    expected_ = {answer.catalogueVersion, current_epoch, 0, now.ms};
    for (const EpochHeld& e : answer.epochs) {
      if (e.epoch == current_epoch) expected_.seq = e.appliedSeq;
    }
  }
  pull_target_ = answer.catalogueVersion;
  office_target_ = answer.officeVersion;
  const bool idle =
      pull_inbox_.empty() && pull_again_ms_ == kNever && !pull_more_ && pull_complete_ < 0;
  if (!idle) return;
  const int64_t have = projections_.catalogue_version();
  pull_target_ > have ? pull_first(0, have, now) : pull_office(now);
}

void Intake::remake(Tick now) {
  if (state_ == State::off || planted("DOWNLOCAL is never made anew")) return;
  if (remade_ms_ >= 0 && now.ms - remade_ms_ < remake_pause_ms_) return;
  if (remade_ms_ >= 0) {  // what did not help is tried ever more rarely
    remake_pause_ms_ = std::min(remake_pause_ms_ * 2, kLongestRemakePause_ms);
  }
  remade_ms_ = now.ms;
  expected_.since_ms = -1;
  down_catalogue_ = 0;
  ack_epoch_.clear();
  bus_.publish("$JS.API.STREAM.DELETE.DOWNLOCAL", "", {}, "");
  make_streams(now);
}

// ---- pull ----

void Intake::pull_first(size_t kind, int64_t after_version, Tick now) {
  pull_kind_ = kind;
  pull_version_ = after_version;
  pull_id_.clear();
  pull_backoff_.reset();
  pull(now);
}

void Intake::pull_office(Tick now) {
  const int64_t have = projections_.office_version();
  if (office_target_ > have) pull_first(1, have, now);
}

void Intake::pulled_whole(Tick now) {
  const int64_t version = std::exchange(pull_complete_, -1);
  if (pull_kind_ > 0) return projections_.set_office_version(version);
  projections_.set_catalogue_version(version);
  pull_office(now);
}

void Intake::pull(Tick now) {
  pull_more_ = false;
  pull_again_ms_ = kNever;
  pull_inbox_ = bus_.new_inbox();
  pull_ms_ = now.ms;
  bus_.publish("sync.pull." + store_ + "." + till_, pull_inbox_, {},
               encode(PullRequest{kKinds[pull_kind_], pull_version_, pull_id_, kPage}));
}

// False: it is no page that leads onward; pages in another order might never end.
template <class Answer, class Item>
bool Intake::take_page(std::optional<Answer> page, std::vector<Item>& where) {
  if (!page || page->kind != kKinds[pull_kind_] || (page->more && page->items.empty()))
    return false;
  std::pair<int64_t, std::string> last{pull_version_, pull_id_};
  for (const Item& item : page->items) {
    const std::pair<int64_t, std::string> key{item.version, id_of(item)};
    if (key <= last) return false;
    last = key;
  }
  std::tie(pull_version_, pull_id_) = last;
  where.insert(where.end(), page->items.begin(), page->items.end());
  pull_more_ = page->more;
  if (page->more) return true;
  if (pull_kind_ == 0) return pull_complete_ = page->catalogueVersion, true;
  office_held_ =
      pull_kind_ == 1 ? page->catalogueVersion : std::min(office_held_, page->catalogueVersion);
  if (pull_kind_ + 1 == kKinds.size()) return pull_complete_ = office_held_, true;
  ++pull_kind_;  // the next kind from the same version on
  pull_version_ = projections_.office_version();
  pull_id_.clear();
  pull_more_ = true;
  return true;
}

void Intake::pulled(const NatsMessage& m, Tick now) {
  pull_inbox_.clear();
  const auto taken = [&] {
    switch (pull_kind_) {
      case 0:
        return take_page(decode_pull_answer(m.body), products_);
      case 1:
        return take_page(decode_price_page(m.body), prices_);
      case 2:
        return take_page(decode_settings_page(m.body), settings_);
      default:
        return take_page(decode_promotion_page(m.body), promotions_);
    }
  };
  if (m.status.empty() && taken()) return pull_backoff_.reset();
  if (m.status.empty()) ++malformed_;
  pull_again_ms_ = now.ms + pull_backoff_.next_ms();
}

// ---- time ----

template <class Item>
bool Intake::apply_some(std::vector<Item>& from) {
  if (from.empty()) return false;
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(from.size(), kBatch));
  projections_.apply(std::vector<Item>(from.begin(), end));
  from.erase(from.begin(), end);
  return true;
}

// A product before its price in the store.
void Intake::apply_batch() {
  hold_at("intake");
  apply_some(products_) || apply_some(prices_) || apply_some(settings_) ||
      apply_some(promotions_) || apply_some(stock_);
}

bool Intake::unapplied() const {
  return !products_.empty() || !prices_.empty() || !settings_.empty() || !promotions_.empty();
}

int64_t Intake::step(Tick now) {
  if (unapplied() || !stock_.empty()) {
    apply_batch();
    if (unapplied() || !stock_.empty()) return now.ms + 1;  // the cashier may go between
  }
  if (now.ms >= due_ms_) due_ms_ = now.ms + (projections_.take_due() ? 1 : kDue_ms);
  if (pull_complete_ >= 0 && !unapplied()) pulled_whole(now);
  if (pull_more_ && !unapplied()) pull(now);
  if (!pull_inbox_.empty() && now.ms - pull_ms_ >= kAnswer_ms) {
    pull_inbox_.clear();
    pull_again_ms_ = now.ms + pull_backoff_.next_ms();
  }
  if (now.ms >= pull_again_ms_) pull(now);
  if (!inbox_.empty() && now.ms - asked_ms_ >= kAnswer_ms) again_later(now);
  const bool silent = now.ms - heard_ms_ >= kSilence_ms && !planted("a silent leaf is not asked");
  if (state_ == State::live && silent) ask_stream(now);
  if (now.ms >= again_ms_) ask_stream(now);
  int64_t next = std::min({again_ms_, pull_again_ms_, due_ms_});
  if (!inbox_.empty()) next = std::min(next, asked_ms_ + kAnswer_ms);
  if (!pull_inbox_.empty()) next = std::min(next, pull_ms_ + kAnswer_ms);
  if (state_ == State::live) next = std::min(next, heard_ms_ + kSilence_ms);
  return std::max(next, now.ms + 1);
}

}  // namespace pos::sync
