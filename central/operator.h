// The operator's commands: each opens the database itself, does one thing, says what it did on
// standard output, and returns. While central runs on the same SQLite file they cannot, and say so.
// Throws Refused, SqlError, SecretFileError and ConfigError with words for standard error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "central/config.h"
#include "central/topology.h"

namespace pos::central {

struct StoreAdd {
  std::string id, name, currency = "EUR", time_zone = "UTC", receipt_foot;
  std::vector<std::string> receipt_head;
  int tills = 0;  // till1, till2 …, each with a bundle in the directory `out`, and a first manager
  std::string leaf_url = "nats://127.0.0.1:4222", out = ".";
};
void store_add(const Config&, const StoreAdd&);
void store_list(const Config&);

struct StaffAdd {
  std::string store, id, name, role;
};
void staff_add(const Config&, const StaffAdd&);  // the PIN comes on standard input
void staff_list(const Config&, const std::string& store);

struct TillAdd {
  std::string store, till, leaf_url, out;  // out: a new file; "-" for standard output
};
void till_add(const Config&, const TillAdd&);
void till_revoke(const Config&, const std::string& store, const std::string& till);

// Without `out` the configuration alone is printed, and no certificate is made.
struct NatsConfigAsk {
  ServerPlace place;
  std::string out, found_at;  // directories (ServerFiles)
  bool renew = false;
  uint16_t leafnode_port = 7422;
  std::string advertise;           // of the hub, to leafs; empty: where it listens
  std::vector<std::string> names;  // by which the stores reach the hub
  std::string lab_user, lab_password_file;
  std::string store, hub;  // of a leaf
};
void nats_config_hub(const Config&, const NatsConfigAsk&);
void nats_config_leaf(const Config&, const NatsConfigAsk&);

// True: nothing wrong was found in the file.
bool products_import(const Config&, const std::string& file, bool dry_run);

void fleet(const Config&, bool as_json);
// Dead letters (central/dead_letters.h). `hash`: its first digits, or "all" for retry, which is
// false if one of them stays. `file`: a new one, or "-".
void dead_letters_list(const Config&, bool as_json);
void dead_letters_show(const Config&, const std::string& hash);
bool dead_letters_retry(const Config&, const std::string& hash);
void dead_letters_export(const Config&, const std::string& file);
void migrate(const Config&);

}  // namespace pos::central
