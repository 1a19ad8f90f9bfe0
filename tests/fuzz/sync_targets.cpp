#include "sync/preflight.h"
#include "sync/seal.h"
#include "sync/sync_core.h"
#include "tests/fuzz/targets.h"
#include "tests/sync/memory.h"

namespace pos::fuzz {

using namespace pos::sync;

namespace {

constexpr size_t kMostMessages = 16;

const SigningKey& central() {
  static const SigningKey key = *signing_key(std::string(32, 'c'));
  return key;
}

// Inboxes and deliveries are counted, so that the bytes can answer what was asked.
class CountingBus final : public Bus {
 public:
  bool connected() override { return true; }
  std::string new_inbox() override { return "_INBOX." + std::to_string(++inboxes_); }
  std::string new_delivery(int) override { return "_DELIVERY." + std::to_string(++deliveries_); }
  bool publish(std::string_view, std::string_view, const Headers&, std::string_view) override {
    return true;
  }

 private:
  int inboxes_ = 0, deliveries_ = 0;
};

template <class T>
std::string signed_again(std::optional<T> answer) {
  answer->key = central().id;
  answer->signature = base64(sign(central(), digest(signed_members(*answer, "s1", "till1"))));
  return encode(*answer);
}

// Nobody guesses a signature: a message with the header `Sign` gets central's.
void sign_it(NatsMessage& m) {
  if (const auto hello = decode_hello_answer(m.body)) {
    m.body = signed_again(std::optional(hello));
  } else if (const auto ack = decode_ack(m.body)) {
    m.body = signed_again(std::optional(ack));
  } else if (const auto fork = decode_fork(m.body)) {
    m.body = signed_again(std::optional(fork));
  } else if (const auto enrol = decode_enrol_answer(m.body)) {
    m.body = signed_again(std::optional(enrol));
  }
}

std::string_view cut(std::string_view& text, char at) {
  const size_t end = std::min(text.find(at), text.size());
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return head;
}

// Subject, reply, status and headers a line, an empty line, the body.
NatsMessage message_of(std::string_view text) {
  NatsMessage m;
  m.subject = cut(text, '\n');
  m.reply = cut(text, '\n');
  m.status = cut(text, '\n');
  bool sign = false;
  for (std::string_view line; !(line = cut(text, '\n')).empty();) {
    const std::string_view name = cut(line, ':');
    if (name == "Sign") sign = true;
    m.headers.emplace_back(name, line);
  }
  m.body = text;
  if (sign) sign_it(m);
  return m;
}

}  // namespace

void messages(std::string_view bytes) {
  MemoryOutbox outbox;
  for (int i = 0; i < 4; ++i) outbox.record({1'763'806'530'000 + i});
  MemoryProjections projections;
  MemoryNeighbours neighbours;
  CountingBus bus;
  RelaySettings settings;
  settings.store = "s1";
  settings.till = "till1";
  settings.central_keys = {central().public_key};
  settings.public_key = base64(std::string(32, 'k'));
  settings.seed = 1;
  SyncCore core(outbox, projections, neighbours, bus, settings);
  Tick now{0, {1'763'806'600'000}};
  core.connected(now);
  core.step(now);
  for (size_t i = 0; i < kMostMessages && !bytes.empty(); ++i) {
    core.take(message_of(cut(bytes, '\x1e')), now);
    now.ms += 400;
    must(core.step(now) > now.ms);
  }
  // A step after the other, as time goes by, ends.
  for (int i = 0; i < 40; ++i) {
    now.ms += 1000;
    must(core.step(now) > now.ms);
  }
  // Whatever was said: what left the outbox is what central's own key signed for.
  const auto counts = outbox.counts();
  must(counts.waiting + counts.settled == 4);
  core.status(now);
}

void info(std::string_view bytes) {
  const std::string fault = fault_of_info(bytes);
  must(!fault.empty() || bytes.starts_with("INFO "));
}

}  // namespace pos::fuzz
