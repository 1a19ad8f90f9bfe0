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
#include <string_view>

namespace pos::sync {

struct Peer {  // an IP address and a port
  sockaddr_storage address{};
  socklen_t size = 0;
  bool operator==(const Peer&) const;
  std::string text() const;  // "127.0.0.1:4222", "[::1]:4222"
};
// A numeric host is resolved at once; any other asks the resolver, which may block.
std::optional<Peer> resolve(const std::string& host, uint16_t port);

// Words for what is wrong with the first line of a server, without its end; empty if nothing is.
std::string fault_of_info(std::string_view line);

// True if a nats-server speaks there: INFO, and an answer to PING (which it gives before it asks
// who we are). Returns within `budget`; `why` says what was missing.
bool preflight(const Peer&, std::chrono::milliseconds budget, std::string* why);

// Words for why no TCP connection to it comes about; empty if one does.
std::string connect_fault(const Peer&, std::chrono::milliseconds budget);

// shutdown(2) of every socket of this process that is connected to `peer`. Returns how many.
int shut_down_sockets_to(const Peer& peer);

// So much may the library take without a message that it could be part of: the largest that the
// store's servers take, twice over. The library keeps what it has read of an unfinished one,
// however long it is said to be (an INFO without an end, a message of two gigabytes), and 3.4.1
// does not even free it with its connection. Another thread counts the messages than the one that
// takes them, and on a busy machine it lags: who asks for a batch asks for fewer bytes than this.
inline constexpr int64_t kMostUnfinished = 512 * 1024;

// What one thread does in libnats, as the watchdog sees it.
class StampedCalls {
 public:
  explicit StampedCalls(int64_t most_unfinished = kMostUnfinished);
  ~StampedCalls();
  StampedCalls(const StampedCalls&) = delete;
  StampedCalls& operator=(const StampedCalls&) = delete;

  void set_peer(const Peer&);  // whose sockets are shut down
  // The socket of the connection that stands, by its port on this side, and the counter of what it
  // has brought. It is shut down when `most_unfinished` bytes were taken since the last message.
  void follow(uint16_t local_port, const std::atomic<int64_t>& messages);
  void unfollow();
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
  void cut_if_flooded();
  void let_go();

  const int64_t most_unfinished_;
  std::atomic<int64_t> deadline_ms_{0};  // 0: no call under way
  std::atomic<int> cuts_{0};
  // Under the watchdog's lock:
  Peer peer_;
  int stream_ = -1;  // a duplicate of the connection's socket
  const std::atomic<int64_t>* messages_ = nullptr;
  int64_t seen_messages_ = 0;
  int64_t bytes_then_ = 0;
};

}  // namespace pos::sync
