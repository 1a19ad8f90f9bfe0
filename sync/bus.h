// Bus: what the protocol needs of a connection. NatsBus (over NatsLink) is the real one; tests have
// a stormy one. And the two things that go over it: messages and time.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pos/time.h"

namespace pos::sync {

inline constexpr int64_t kAnswer_ms = 5000;         // then a request is given up, and asked again
inline constexpr int64_t kPubAckTimeout_ms = 5000;  // then a row is sent once more

using Headers = std::vector<std::pair<std::string, std::string>>;

struct NatsMessage {
  std::string subject, reply, body;
  Headers headers;                  // those that start with Nats- or Leaftill-
  std::string status, description;  // of a server's status message: "404", "503" …
  std::string_view header(std::string_view name) const {  // empty if absent
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

class Bus {
 public:
  static constexpr int kSlots = 2;  // of deliveries
  virtual ~Bus() = default;
  virtual bool connected() = 0;
  // A fresh subject for one answer.
  virtual std::string new_inbox() = 0;
  // A fresh subject with a subscription of its own, in place of the slot's last one: JetStream
  // feeds a push consumer only where it sees interest in that very subject. Empty: not connected.
  virtual std::string new_delivery(int slot) = 0;
  virtual bool publish(std::string_view subject, std::string_view reply, const Headers&,
                       std::string_view body) = 0;
};

// Two clocks: `ms` only ever goes forward and is for waiting; `wall` is for people and may jump.
struct Tick {
  int64_t ms = 0;
  Instant wall;
};
inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

}  // namespace pos::sync
