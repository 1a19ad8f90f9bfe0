// Relay: the till's side of the protocol (contract section 4), as one state machine without a
// thread, a clock, a socket or SQL of its own. The sync thread calls step(); a test may call it
// too.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pos/time.h"
#include "sync/outbox.h"
#include "sync/projections.h"
#include "sync/status.h"
#include "sync/wire.h"

namespace pos::sync {

struct NatsMessage;
using Headers = std::vector<std::pair<std::string, std::string>>;

// What Relay needs of a connection. NatsBus (over NatsLink) is the real one; tests have a stormy
// one.
class Bus {
 public:
  virtual ~Bus() = default;
  virtual bool connected() = 0;
  virtual std::string new_inbox() = 0;
  virtual bool publish(std::string_view subject, std::string_view reply, const Headers&,
                       std::string_view body) = 0;
};

struct RelaySettings {
  std::string store, till, app;
  std::vector<std::string> central_keys;  // raw public keys of central, from the bundle
  std::string enrol_code, public_key;     // of this till; public_key base64
  size_t window = 512;                    // rows in flight
};

class Relay;  // defined by whoever implements it: see relay.cpp

}  // namespace pos::sync
