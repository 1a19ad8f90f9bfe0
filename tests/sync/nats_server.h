// A real nats-server of a test's own, on a free loopback port, and a peer that only pretends to be
// one. Both go when they go out of scope, and with the test process, however that ends.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

namespace pos::sync {

// One that this process had not yet, and that no other test's has.
uint16_t free_port();

// Polls until `done`, for at most `limit`; false if it never came true.
bool soon(const std::function<bool()>& done,
          std::chrono::milliseconds limit = std::chrono::seconds(10));

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path path;
};

class NatsServer {
 public:
  // `config`: what stands in the file besides `listen`. DIR in it becomes a folder of its own.
  explicit NatsServer(std::string config = "", uint16_t port = free_port());
  ~NatsServer();
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  void start();   // and waits until it answers
  void kill();    // SIGKILL, and waits until it is gone
  void freeze();  // SIGSTOP
  void thaw();    // SIGCONT
  uint16_t port() const { return port_; }
  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
  std::filesystem::path folder() const { return folder_.path; }

 private:
  const TempFolder folder_;
  const uint16_t port_;
  pid_t pid_ = 0;
};

// Listens, says INFO to all (if `says_info`), and PONG to the first `pongs` peers only.
class Rogue {
 public:
  Rogue(bool says_info, int pongs);
  ~Rogue();
  Rogue(const Rogue&) = delete;
  Rogue& operator=(const Rogue&) = delete;
  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
  uint16_t port() const { return port_; }
  int guests() const { return guests_; }

 private:
  void serve(bool says_info, int pongs);
  uint16_t port_ = 0;  // before the listener, which finds it
  int listener_ = -1;
  std::atomic<int> guests_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace pos::sync
