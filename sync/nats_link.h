// One connection to a nats-server, made safe. nats_link.cpp is the only file with nats.h.
//
// libnats 3.4.1 can hang for ever in connect, reconnect and TLS, so: its own reconnect is off, a
// pre-flight with a deadline goes before each connect, every call is stamped and a watchdog thread
// (sync/preflight.h) shuts the socket down when one is stuck, or when a message without an end
// comes in; writes have a deadline of 1 s. All
// messages of all subscriptions come into one bounded queue; the library's thread only copies them
// there. Not thread-safe: one thread owns a link and calls it, except wake().
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/backoff.h"
#include "sync/bus.h"

namespace pos::sync {

struct NatsConfig {
  std::string url;  // nats://127.0.0.1:4222 ; a numeric host: DNS may block
  std::string name;
  std::string nkey_seed;  // "SU…", or
  std::string user, password;
  std::string inbox_prefix;  // "_INBOX.s1.till1"; empty: a random one below _INBOX.
  int connect_timeout_ms = 2000;
  int64_t retry_ms = 250;  // the first pause of whoever connects again and again; doubled up to 5 s
};

class NatsLink {
 public:
  explicit NatsLink(NatsConfig);
  ~NatsLink();  // returns within 3 s, whatever the server does
  NatsLink(const NatsLink&) = delete;
  NatsLink& operator=(const NatsLink&) = delete;

  // One attempt: pre-flight, connect, subscribe to the inbox and `subjects`. False within about
  // 3 s; error() says why. An authentication error is one more reason to try again.
  bool connect(const std::vector<std::string>& subjects);
  bool connected() const;
  void close();          // flushes for up to 1 s, then closes
  bool refused() const;  // the last connect() failed because the server does not let this key in
  std::string error() const;

  // A fresh subject below the inbox: answers to it come out of next(). Never used twice.
  std::string new_inbox();
  // A fresh subject with a subscription of its own, for a push consumer; it takes the place of the
  // last one of this slot (below Bus::kSlots). Empty: not connected.
  std::string new_delivery(int slot = 0);

  // False: not connected, or the write did not go out in time (the link is closed then).
  bool publish(std::string_view subject, std::string_view reply, const Headers&,
               std::string_view body);
  bool flush(std::chrono::milliseconds);

  // The next message within `wait`; nullopt when time is up, when woken, or when not connected.
  // With `many` it waits until so many are here, or to the end of `wait`, before it gives the
  // first: in a flood of answers a thread that is woken for each costs more than the answers do.
  std::optional<NatsMessage> next(std::chrono::milliseconds wait, size_t many = 1);
  // Publishes with a fresh inbox and waits for its answer; what else comes in meanwhile is kept for
  // next(). A 503 status, or silence, is nullopt; error() tells which.
  std::optional<NatsMessage> request(std::string_view subject, const Headers&,
                                     std::string_view body, std::chrono::milliseconds wait);
  // Any thread: next() returns at once.
  void wake();
  // True once after the server said "Permissions Violation": a configuration error, not an outage.
  std::optional<std::string> take_violation();
  // Messages that came in faster than next() took them, and are gone (more than 64k waited).
  int64_t dropped() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The library's version, for --version.
std::string nats_client_version();

}  // namespace pos::sync
