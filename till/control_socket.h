// The Unix socket over which leaftillctl asks a running till: one line in, one line out. Mode 0600,
// and the peer must be the same user (or root). In /run/leaftill if that is there, else beside the
// database.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace pos::till {

std::string control_path(const std::string& database, const std::string& till);

class ControlSocket {
 public:
  using Answer = std::function<std::string(const std::string& request)>;
  // A path that is too long (107 bytes) or cannot be made is told to `log`, and the till goes on.
  ControlSocket(std::string path, Answer answer, std::function<void(const std::string&)> log);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

 private:
  void serve();
  void serve_one(int peer);
  std::string path_;
  Answer answer_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};
  std::thread thread_;
};

// nullopt: no till listens there.
std::optional<std::string> ask_till(const std::string& path, const std::string& request,
                                    int timeout_ms);

}  // namespace pos::till
