// The chain's NATS servers as configuration text: one hub, one leaf for each store. Pure: what goes
// in is the registry's data, what comes out is a file for nats-server 2.9 or newer.
//
// Who may do what is decided here and by the servers, not by good manners: a till speaks only in
// its own name, a store only in its own, and neither reaches an API of the hub beyond the sources
// that bring down its own store's values. Nothing is allowed without a name and a secret (no
// no_auth_user), into SYS nobody comes at all, and a leaf is the store that its certificate names
// (verify_and_map: "CN=store-s1", nothing else in the subject), whatever it says. Permissions were
// measured against nats-server 2.9.10: 33 kinds of misuse refused. That version lets a certificate
// in for a user without a password only, and on its client port lets anybody in for such a user:
// hence LEAFNODE.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pos::central {

struct ServerPlace {
  std::string host = "127.0.0.1";
  uint16_t port = 0;          // for clients
  uint16_t monitor_port = 0;  // 0: none
  std::string store_dir;      // JetStream's files
};

// Where the server finds them, PEM each: nats-server reads relative ones from where it was started.
struct TlsFiles {
  std::string certificate, key, authority;
};

struct HubPlan {
  ServerPlace place;
  uint16_t leafnode_port = 0;  // for the stores' leaves
  std::string advertise;       // HOST:PORT that leaves are told; empty: where it listens
  TlsFiles tls;
  std::string central_password;
  std::vector<std::string> stores;
  std::string lab_user, lab_password;  // for tests: may do everything; empty: no such user
};

struct LeafTill {
  std::string till;
  std::vector<std::string> nkeys;  // "U…"; two while a new bundle waits for its till
};

struct LeafPlan {
  ServerPlace place;
  std::string store;
  std::string hub_address;  // "127.0.0.1:7422", the hub's leafnode port
  TlsFiles tls;
  std::vector<LeafTill> tills;
};

inline constexpr const char* kCentralUser = "central";

std::string hub_configuration(const HubPlan&);
std::string leaf_configuration(const LeafPlan&);

}  // namespace pos::central
