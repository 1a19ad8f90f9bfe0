// Ports: free TCP ports on 127.0.0.1 that stay ours for the life of this object, also while nothing
// listens there, so that a server can be killed and started again on its port.
//
// They lie outside the kernel's ephemeral range (32768-60999), where any outgoing connection may
// take one; and each is locked in one file of this machine's user, so that labs that run side by
// side never pick the same one. The lock ends with the process, however it ends.
#pragma once

#include <set>

namespace pos::lab {

class Ports {
 public:
  Ports();
  ~Ports();
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  int take();  // throws std::runtime_error when all are taken

 private:
  bool reserve(int port) const;
  int file_ = -1;
  std::set<int> taken_;
};

// True if nothing listens on 127.0.0.1:port now.
bool port_is_free(int port);

}  // namespace pos::lab
