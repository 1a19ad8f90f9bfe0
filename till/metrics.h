// The till's numbers for Prometheus (text format 0.0.4), on a loopback port of their own: off
// unless [metrics] listen names one. Asking for them costs the cashier nothing: they are copies,
// and the port has a thread of its own.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "pos/time.h"
#include "sync/status.h"

namespace pos::till {

// How long durable commits took. Any thread adds, any thread reads.
class CommitTimes {
 public:
  // Upper bounds of the buckets, in microseconds; one more is without a bound.
  static constexpr std::array<int64_t, 11> kBounds = {
      500, 1000, 2000, 5000, 10'000, 20'000, 50'000, 100'000, 200'000, 500'000, 1'000'000};
  void add(std::chrono::microseconds);
  // The histogram's lines, under this name.
  std::string text(const std::string& name) const;

 private:
  std::array<std::atomic<int64_t>, kBounds.size() + 1> counts_{};
  std::atomic<int64_t> sum_us_{0};
};

struct TillNumbers {
  std::string store, till, version;
  sync::Status status;
  int64_t print_jobs_waiting = 0;
  Instant now;
};
std::string metrics_text(const TillNumbers&, const CommitTimes&);

// "127.0.0.1:9464" or "[::1]:9464".
struct ListenAddress {
  std::string host;
  uint16_t port = 0;
};
// nullopt unless it is an address of this machine's own loopback, and a port.
std::optional<ListenAddress> parse_loopback(const std::string& text);

// Answers GET /metrics with `text`, one client at a time, each for a second at most.
class MetricsPort {
 public:
  // A port that cannot be had is told to `log`, and the till goes on. Port 0 takes a free one.
  MetricsPort(const ListenAddress&, std::function<std::string()> text,
              std::function<void(const std::string&)> log);
  ~MetricsPort();
  MetricsPort(const MetricsPort&) = delete;
  MetricsPort& operator=(const MetricsPort&) = delete;
  uint16_t port() const { return port_; }  // 0: it does not listen

 private:
  void serve();
  void serve_one(int client) const;
  const std::function<std::string()> text_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};
  uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace pos::till
