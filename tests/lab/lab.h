// Lab: a whole chain on this machine's loopback (contract section 8): a hub, one leaf per store,
// each behind a Link that can be broken, central, and provisioned tills that are not yet running.
//
//   Lab lab({.directory = dir, .stores = 1, .tills = 2});
//   Till& till = lab.till("s1", "till1");
//   till.start();
//   lab.link("s1").cut();
//
// All of it is private: ports of its own, files below `directory`, children that die with this
// process. Two labs never meet.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/lab/central.h"
#include "tests/lab/link.h"
#include "tests/lab/ports.h"
#include "tests/lab/postgres.h"
#include "tests/lab/server.h"
#include "tests/lab/till.h"

namespace pos::lab {

struct LabOptions {
  std::filesystem::path directory;
  int stores = 1, tills = 1;
  std::filesystem::path products{};  // CSV; empty: the lab's own catalogue
  std::string database{};            // central's --db; empty: SQLite in the directory
  bool postgres = false;             // a private PostgreSQL for central instead
  std::string currency = "EUR";
  std::filesystem::path programs{};  // the build tree; empty: the one this was built in
};

struct Product {
  std::string id, name, code, unit, category;
  int64_t price = 0;           // minor units
  int64_t on_hand = 0;         // thousandths, opening stock of every store
  bool by_code_alone = false;  // one scan is enough: no age, weight or price is asked for
};
// The products of a CSV file in the contract's form.
std::vector<Product> read_products(const std::filesystem::path& csv);
std::filesystem::path default_products();

inline constexpr const char* kCashierPin = "1234";
inline constexpr const char* kSupervisorPin = "8642";
inline constexpr const char* kManagerPin = "97531";

struct Store {
  std::string id;
  int leaf_port = 0, monitor_port = 0;
  std::filesystem::path config;
  std::unique_ptr<Link> link;
  std::unique_ptr<Server> leaf;
  std::vector<std::unique_ptr<Till>> tills;
};

class Lab {
 public:
  explicit Lab(LabOptions);  // returns when everything answers; throws with words
  ~Lab();                    // stops all that it started, by pid
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  Server& hub() { return *hub_; }
  Server& central() { return *central_; }
  Server& leaf(const std::string& store) { return *find(store).leaf; }
  Link& link(const std::string& store) { return *find(store).link; }
  Till& till(const std::string& store, const std::string& till);
  Postgres* postgres() { return postgres_.get(); }
  const std::vector<Store>& stores() const { return stores_; }
  std::vector<Till*> all_tills();
  // Starts a till, opens it for business, and waits until its catalogue has come down.
  void open(Till&);
  std::vector<Link*> all_links();

  Central api() const;
  const std::vector<Product>& all_products() const { return products_; }
  std::vector<Product> products() const;  // those that one scan sells
  const std::string& database() const { return database_; }
  std::string hub_url() const { return "nats://127.0.0.1:" + std::to_string(hub_port_); }
  std::string hub_user() const { return "lab"; }
  const std::string& hub_password() const { return lab_password_; }
  std::filesystem::path directory() const { return options_.directory; }
  std::filesystem::path program(const std::string& name) const;  // "leaftillctl"

  // Writes the leaf's configuration of what is registered now, as operate(), and has the running
  // leaf read it (SIGHUP).
  void reload_leaf(const std::string& store);

  // Runs `leaftill-central ARGS` on this lab's database; central itself must not run with SQLite.
  std::string operate(std::vector<std::string> args, std::string_view input = {}) const;
  // Runs `leaftillctl ARGS`.
  Finished control(std::vector<std::string> args) const;

  // contract section 8, plus "argv" beside each pid, "link" beside each leaf, and
  // "link":{"control"}.
  std::string json(const std::string& control_socket = {}) const;

 private:
  Store& find(const std::string& store);
  void make_directories() const;
  void choose_ports();
  void make_links();
  void register_chain();
  void make_hub();
  void make_leafs();
  void make_central();
  void provision_tills();
  void make_till(Store&, const std::string& till) const;
  std::vector<std::string> central_flags() const;
  void write_hub_config() const;
  void write_leaf_config(const Store&) const;

  LabOptions options_;
  Ports ports_;
  std::string lab_password_, token_, database_;
  int hub_port_ = 0, hub_monitor_ = 0, hub_leafnode_ = 0, http_port_ = 0;
  // What the hub tells its leafs inside TLS, where no proxy can mend it: they would go past theirs.
  int nowhere_ = 0;
  std::vector<Product> products_;
  std::unique_ptr<Postgres> postgres_;
  std::unique_ptr<Server> hub_;
  std::vector<Store> stores_;
  std::unique_ptr<Server> central_;
};

}  // namespace pos::lab
