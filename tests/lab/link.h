// Link: the wide area between a store and the hub, as a TCP proxy that a test can break for real.
//
//   Link link(ports.take(), hub_leafnode_port);
//   link.cut();    // every connection is closed, new ones are closed at once: a pulled cable
//   link.hole();   // packets vanish: nothing is closed, nothing goes through
//   link.heal();
//
// A nats-server tells its leafs under which address it listens, and they would reconnect there,
// past the proxy (no_advertise does not stop it in 2.9): the port in the hub's first INFO line is
// therefore replaced by the proxy's own.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <string>
#include <thread>

namespace pos::lab {

class Link {
 public:
  Link(int port, int target);  // both on 127.0.0.1
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void cut() { become(State::cut); }
  void hole() { become(State::hole); }
  void heal() { become(State::open); }

  int port() const { return port_; }
  int target() const { return target_; }
  int connections() const { return connections_; }
  uint64_t bytes() const { return bytes_; }  // that went through, both ways
  const char* state() const;

 private:
  enum class State { open, cut, hole };
  struct Side {
    int fd = -1;
    std::string waiting;  // read from the other side, not yet written here
    bool closed = false;  // the other side has nothing more to say
  };
  struct Pair {
    Side store, hub;
  };

  void become(State);
  void run();
  void accept_one();
  bool connect_hub(Pair&) const;
  bool move(Pair&, bool from_hub);
  bool write_out(Side&);
  void take(Pair&, bool from_hub, std::string_view bytes) const;
  void hide_hub(std::string& text, size_t info) const;
  void close_all();
  static void close_pair(Pair&);

  const int port_, target_;
  int listen_ = -1, wake_[2] = {-1, -1};
  std::atomic<State> state_{State::open};
  std::atomic<State> reached_{State::open};  // what the thread has carried out
  std::atomic<bool> stop_{false};
  std::atomic<int> connections_{0};
  std::atomic<uint64_t> bytes_{0};
  std::list<Pair> pairs_;  // the thread's
  std::thread thread_;
};

}  // namespace pos::lab
