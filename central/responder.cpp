#include "central/responder.h"

#include "central/books.h"
#include "central/jetstream.h"
#include "central/system_clock.h"
#include "pos/receipt.h"

namespace pos::central {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kIdle{500};
constexpr milliseconds kKeepEvery{1000};  // beats: one transaction a second, not one each
constexpr size_t kMaxBeats = 100'000;     // a till's name is free to choose for whoever runs a leaf

// sync.<kind>.<store>.<till> or till.beat.<store>.<till>: what the message itself was sent on,
// never what a subscription was for.
struct Address {
  std::string kind;
  Asker from;
};
std::optional<Address> address_of(const std::string& subject) {
  std::vector<std::string> tokens(1);
  for (char c : subject) {
    if (c == '.')
      tokens.emplace_back();
    else
      tokens.back() += c;
  }
  if (tokens.size() != 4 || !valid_node_id(tokens[2]) || !valid_node_id(tokens[3])) return {};
  return Address{tokens[0] + "." + tokens[1], {tokens[2], tokens[3]}};
}

}  // namespace

Responder::Responder(Database& database, const sync::SigningKey& key, sync::NatsConfig config,
                     Log log, const std::atomic<bool>& stop, const std::atomic<bool>& active,
                     std::function<void()> approved)
    : database_(database),
      key_(key),
      log_(std::move(log)),
      stop_(stop),
      active_(active),
      approved_(std::move(approved)),
      link_(std::move(config)) {}

void Responder::work() {
  struct Off {
    std::atomic<bool>& connected;
    sync::NatsLink& link;
    ~Off() {
      connected = false;
      link.close();
    }
  } off{connected_, link_};
  if (!link_.connect(
          {"sync.hello.>", "sync.enrol.>", "sync.pull.>", "till.beat.>", "product.sold"}))
    throw HubFailure{link_.error()};
  connected_ = true;
  while (!stop_) {
    const auto message = link_.next(kIdle);
    if (!message && !link_.connected()) throw HubFailure{link_.error()};
    try {
      if (message && active_) hear(*message);
      if (steady_clock::now() - kept_at_ >= kKeepEvery) keep();
    } catch (const SqlError& e) {  // the till asks again
      log_("warning", std::string("no answer to a till: ") + e.what());
    }
  }
}

void Responder::hear(const sync::NatsMessage& message) {
  if (message.subject == "product.sold") return hear_event(message);
  const auto address = address_of(message.subject);
  if (!address) return;
  if (address->kind == "till.beat") return hear_beat(message, address->from);
  if (!message.reply.empty()) answer(message, address->kind, address->from);
}

void Responder::answer(const sync::NatsMessage& message, const std::string& kind,
                       const Asker& from) {
  std::optional<std::string> reply;
  bool approved = false;
  {
    auto session = database_.session();
    if (kind == "sync.hello") {
      reply = answer_hello(*session, key_, from, message.body, system_now());
    } else if (kind == "sync.pull") {
      reply = answer_pull(*session, from, message.body, system_now());
    } else if (kind == "sync.enrol") {
      reply = answer_enrol(*session, key_, from, message.body, system_now(), approved);
    }
  }
  if (approved) {
    log_("info", "till " + from.till + " of " + from.store + " is enrolled");
    approved_();
  }
  if (reply && !link_.publish(message.reply, "", {}, *reply)) throw HubFailure{link_.error()};
}

void Responder::hear_beat(const sync::NatsMessage& message, const Asker& from) {
  auto beat = sync::decode_beat(message.body);
  if (!beat || beats_.size() >= kMaxBeats) return;
  beats_[{from.store, from.till}] = {from, std::move(*beat), system_now()};
}

void Responder::hear_event(const sync::NatsMessage& message) {
  if (message.header("Leaftill-Central") == key_.id) return;
  foreign_ = printable(message.body, 200);
}

void Responder::keep() {
  kept_at_ = steady_clock::now();
  if (beats_.empty() && foreign_.empty()) return;
  auto session = database_.session();
  std::vector<HeardBeat> beats;
  for (const auto& [till, beat] : beats_) beats.push_back(beat);
  if (!beats.empty()) keep_beats(*session, beats);
  beats_.clear();
  if (foreign_.empty()) return;
  session->begin();
  open_problems(
      *session,
      {{"foreign_event", "", "", "", "product.sold",
        "somebody else publishes product.sold: a sale made elsewhere goes to POST /api/v1/sales "
        "(or the NATS request product.sale), else it is not in the books. The last one: " +
            foreign_,
        true}},
      system_now());
  session->commit();
  foreign_.clear();
}

}  // namespace pos::central
