// Guards around libnats 3.4.1, which trusts the server with its time: a connect to a peer that says
// INFO and then nothing never returns, burns a core and grows by a megabyte a second. So a look at
// the server with a deadline goes before each connect, and a watchdog thread shuts the sockets of a
// stuck call down: the library's read returns 0, and it leaves its loop with an error.
#pragma once

#include <netinet/in.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace pos::sync {

struct Peer {  // an IP address and a port
  sockaddr_storage address{};
  socklen_t size = 0;
  bool operator==(const Peer&) const;
  std::string text() const;  // "127.0.0.1:4222", "[::1]:4222"
};
// A numeric host is resolved at once; any other asks the resolver, which may block.
std::optional<Peer> resolve(const std::string& host, uint16_t port);

// True if a nats-server speaks there: INFO, and an answer to PING (which it gives before it asks
// who we are). Returns within `budget`; `why` says what was missing.
bool preflight(const Peer&, std::chrono::milliseconds budget, std::string* why);

// shutdown(2) of every socket of this process that is connected to `peer`. Returns how many.
int shut_down_sockets_to(const Peer& peer);

// What one thread does in libnats, as the watchdog sees it.
class StampedCalls {
 public:
  StampedCalls();
  ~StampedCalls();
  StampedCalls(const StampedCalls&) = delete;
  StampedCalls& operator=(const StampedCalls&) = delete;

  void set_peer(const Peer&);  // whose sockets are shut down
  int cuts() const { return cuts_; }

  // While it lives, a call is under way: after `limit` the sockets go down, then once a second.
  class Stamp {
   public:
    Stamp(StampedCalls& calls, std::chrono::milliseconds limit);
    ~Stamp() { calls_.deadline_ms_ = 0; }
    Stamp(const Stamp&) = delete;
    Stamp& operator=(const Stamp&) = delete;

   private:
    StampedCalls& calls_;
  };

 private:
  friend class Watchdog;
  void cut_if_late(int64_t now_ms);

  std::atomic<int64_t> deadline_ms_{0};  // 0: no call under way
  std::atomic<int> cuts_{0};
  Peer peer_;  // under the watchdog's lock
};

}  // namespace pos::sync
