// A door between a client and a good nats-server, on a port of its own, that turns into whatever a
// broken or malicious peer may be, for who comes in and for who is in already.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/sync/nats_server.h"

namespace pos::sync {

enum class Manner {
  good,          // passes everything on
  silent,        // swallows everything
  frozen,        // neither reads nor takes in: what SIGSTOP does
  garbage,       // random bytes, as fast as they are read
  half_open,     // INFO, then nothing; who is in hears no more
  no_pong,       // all is well except that no PONG comes
  slow,          // a byte at a time
  resetting,     // RST
  huge_message,  // announces 2 GB for a subscription and begins to send them
  endless_info,  // an INFO line without an end
  wants_tls,     // says that TLS is required, and then nothing
};
const char* to_word(Manner);
std::vector<Manner> bad_manners();  // all but good

class HostileDoor {
 public:
  explicit HostileDoor(uint16_t behind);
  ~HostileDoor();
  HostileDoor(const HostileDoor&) = delete;
  HostileDoor& operator=(const HostileDoor&) = delete;

  // For who is in, and for who comes in. `every_other`: of those, the first, third … are passed on
  // honestly, so that the client's look before its connect sees nothing wrong.
  void turn(Manner, bool every_other = false);
  void cut();  // everybody out
  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
  int guests() const { return guests_; }        // since the last turn()
  int64_t flooded() const { return flooded_; }  // bytes of nonsense that were read, since then

 private:
  struct Pair;
  void serve();
  void take_in();
  void work(Pair&);
  void work_badly(Pair&, Manner);

  const uint16_t behind_;
  uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<int> guests_{0};
  std::atomic<int64_t> flooded_{0};
  std::atomic<bool> stop_{false};

  std::mutex mutex_;  // of what follows
  Manner manner_ = Manner::good;
  bool every_other_ = false;
  std::vector<std::unique_ptr<Pair>> pairs_;
  std::thread thread_;
};

}  // namespace pos::sync
