#include "tests/lab/lab.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

namespace pos::lab {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string secret() {
  std::random_device random;
  constexpr const char* kHex = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 32; ++i) text += kHex[random() & 15];
  return text;
}

void write_file(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + file.string());
}

void write_secret(const fs::path& file, const std::string& text) {
  write_file(file, text);
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

// One record of the catalogue's CSV; quotes are for names with commas.
std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      all.emplace_back();
    } else if (c != '\r') {
      all.back() += c;
    }
  }
  return all;
}

std::string till_name(int n) { return "till" + std::to_string(n); }

}  // namespace

fs::path default_products() { return fs::path(LEAFTILL_SOURCE_DIR) / "tests/lab/products.csv"; }

std::vector<Product> read_products(const fs::path& csv) {
  std::ifstream in(csv);
  if (!in) throw std::runtime_error("cannot read " + csv.string());
  std::string line;
  std::getline(in, line);
  const auto names = cells(line);
  std::vector<Product> products;
  while (std::getline(in, line)) {
    const auto values = cells(line);
    auto at = [&](std::string_view name) -> std::string {
      for (size_t i = 0; i < names.size() && i < values.size(); ++i) {
        if (names[i] == name) return values[i];
      }
      return "";
    };
    auto number = [&](std::string_view name) {
      const auto text = at(name);
      return text.empty() ? int64_t{0} : std::stoll(text);
    };
    const auto codes = at("codes");
    const bool by_code_alone = !codes.empty() && at("unit") == "each" && number("age_limit") == 0 &&
                               at("openPrice") != "true";
    products.push_back({at("id"), at("name"), codes.substr(0, codes.find(' ')), at("unit"),
                        at("category"), number("price"), number("on_hand"), by_code_alone});
  }
  return products;
}

Lab::Lab(LabOptions options)
    : options_(std::move(options)), lab_password_(secret()), token_(secret()) {
  options_.directory = fs::absolute(options_.directory);
  if (options_.programs.empty()) options_.programs = LEAFTILL_BINARY_DIR;
  if (options_.products.empty()) options_.products = default_products();
  products_ = read_products(options_.products);
  make_directories();
  choose_ports();
  if (options_.postgres) {
    postgres_ =
        std::make_unique<Postgres>((options_.directory / "postgres").string(), ports_.take());
    database_ = postgres_->url();
  } else {
    database_ = options_.database.empty()
                    ? "sqlite:" + (options_.directory / "central/central.db").string()
                    : options_.database;
  }
  make_links();
  register_chain();
  make_hub();
  make_leafs();
  make_central();
  provision_tills();
}

// Tills first, so that their last rows still find a way; then what they talk to.
Lab::~Lab() {
  for (auto* till : all_tills()) till->process().signal(SIGTERM);
  for (auto* till : all_tills()) till->process().stop(seconds(5));
  if (central_) central_->stop();
  for (auto& store : stores_) {
    if (store.leaf) store.leaf->stop();
  }
  if (hub_) hub_->stop();
  if (postgres_) postgres_->server().stop();
}

fs::path Lab::program(const std::string& name) const {
  const std::string room = name == "leaftill-central" ? "central" : "till";
  auto path = options_.programs / room / name;
  if (!fs::exists(path)) throw std::runtime_error(path.string() + " is not built: ./run build");
  return path;
}

void Lab::make_directories() const {
  const auto& top = options_.directory;
  if (fs::exists(top / "hub")) {
    throw std::runtime_error(top.string() +
                             " holds another lab already: name a new directory, or remove it");
  }
  for (const char* name : {"hub", "central"}) fs::create_directories(top / name);
  for (int s = 1; s <= options_.stores; ++s)
    fs::create_directories(top / ("s" + std::to_string(s)));
}

void Lab::choose_ports() {
  hub_port_ = ports_.take();
  hub_monitor_ = ports_.take();
  hub_leafnode_ = ports_.take();
  nowhere_ = ports_.take();
  http_port_ = ports_.take();
}

void Lab::make_links() {
  for (int s = 1; s <= options_.stores; ++s) {
    Store store;
    store.id = "s" + std::to_string(s);
    store.leaf_port = ports_.take();
    store.monitor_port = ports_.take();
    store.link = std::make_unique<Link>(ports_.take(), hub_leafnode_);
    store.config = options_.directory / store.id / "leaf.conf";
    stores_.push_back(std::move(store));
  }
}

std::vector<std::string> Lab::central_flags() const {
  return {"--db",       database_,
          "--key-file", (options_.directory / "central/central.key").string(),
          "--ca-file",  (options_.directory / "central/central.ca").string()};
}

std::string Lab::operate(std::vector<std::string> args, std::string_view input) const {
  std::vector<std::string> argv{program("leaftill-central").string()};
  for (auto& flag : central_flags()) argv.push_back(flag);
  argv.insert(argv.end(), args.begin(), args.end());
  return run_well({.argv = std::move(argv)}, input);
}

Finished Lab::control(std::vector<std::string> args) const {
  args.insert(args.begin(), program("leaftillctl").string());
  return run({.argv = std::move(args)});
}

// Through the operator's own commands, as a person would set up a chain.
void Lab::register_chain() {
  for (const auto& store : stores_) {
    operate(
        {"store", "add", store.id, "--name", "Store " + store.id, "--currency", options_.currency});
    operate({"staff", "add", store.id, "1", "Anna", "cashier"}, kCashierPin);
    operate({"staff", "add", store.id, "2", "Bela", "supervisor"}, kSupervisorPin);
    operate({"staff", "add", store.id, "3", "Clara", "manager"}, kManagerPin);
    for (int t = 1; t <= options_.tills; ++t) {
      const auto place = options_.directory / store.id / till_name(t);
      fs::create_directories(place);
      operate({"till", "add", store.id, till_name(t), "--leaf-url",
               "nats://127.0.0.1:" + std::to_string(store.leaf_port), "--out",
               (place / "bundle.json").string()});
    }
  }
  operate({"products", "import", options_.products.string()});
}

void Lab::write_hub_config() const {
  const auto place = options_.directory / "hub";
  operate({"nats-config", "hub", "--port", std::to_string(hub_port_), "--monitor-port",
           std::to_string(hub_monitor_), "--leafnode-port", std::to_string(hub_leafnode_),
           "--advertise", "127.0.0.1:" + std::to_string(nowhere_), "--store-dir",
           (place / "jetstream").string(), "--lab-user", hub_user(), "--lab-password-file",
           (place / "lab.password").string(), "--out", place.string()});
}

void Lab::write_leaf_config(const Store& store) const {
  const auto place = options_.directory / store.id;
  operate({"nats-config", "leaf", store.id, "--port", std::to_string(store.leaf_port),
           "--monitor-port", std::to_string(store.monitor_port), "--hub",
           "127.0.0.1:" + std::to_string(store.link->port()), "--store-dir",
           (place / "jetstream").string(), "--out", place.string()});
}

void Lab::reload_leaf(const std::string& id) {
  Store& store = find(id);
  write_leaf_config(store);
  store.leaf->reload();
}

namespace {

// A nats-server answers when its monitor says ok, JetStream included.
std::unique_ptr<Server> nats_server(const std::string& name, const fs::path& config, int monitor) {
  const std::string origin = "http://127.0.0.1:" + std::to_string(monitor);
  Command command{.argv = {"nats-server", "-c", config.string()},
                  .log = (config.parent_path() / (config.stem().string() + ".log")).string()};
  return std::make_unique<Server>(name, command, [origin] {
    return http("GET", origin, "/healthz?js-enabled=true", {}, {}, seconds(1)).ok();
  });
}

}  // namespace

void Lab::make_hub() {
  const auto place = options_.directory / "hub";
  write_secret(place / "lab.password", lab_password_ + "\n");
  write_hub_config();
  hub_ = nats_server("hub", place / "hub.conf", hub_monitor_);
  hub_->start();
}

void Lab::make_leafs() {
  for (auto& store : stores_) {
    write_leaf_config(store);
    store.leaf = nats_server("leaf " + store.id, store.config, store.monitor_port);
    store.leaf->start();
  }
}

void Lab::make_central() {
  const auto place = options_.directory / "central";
  write_secret(place / "token", token_ + "\n");
  std::vector<std::string> argv{program("leaftill-central").string()};
  for (auto& flag : central_flags()) argv.push_back(flag);
  for (std::string word : {std::string("--nats-url"), hub_url(), std::string("--http"),
                           "127.0.0.1:" + std::to_string(http_port_), std::string("--token-file"),
                           (place / "token").string()}) {
    argv.push_back(std::move(word));
  }
  const Central asked = api();
  central_ = std::make_unique<Server>(
      "central", Command{.argv = std::move(argv), .log = (place / "central.log").string()},
      [asked] { return asked.ready(); });
  central_->start();
}

std::vector<Product> Lab::products() const {
  std::vector<Product> some;
  std::copy_if(products_.begin(), products_.end(), std::back_inserter(some),
               [](const Product& product) { return product.by_code_alone; });
  return some;
}

Central Lab::api() const { return {"http://127.0.0.1:" + std::to_string(http_port_), token_}; }

void Lab::provision_tills() {
  for (auto& store : stores_) {
    for (int t = 1; t <= options_.tills; ++t) make_till(store, till_name(t));
  }
}

void Lab::make_till(Store& store, const std::string& till) const {
  const auto place = options_.directory / store.id / till;
  run_well({.argv = {program("leaftillctl").string(), "provision", "--bundle",
                     (place / "bundle.json").string(), "--dir", place.string()}});
  store.tills.push_back(std::make_unique<Till>(
      TillPlace{store.id, till, place.string(), (place / "till.toml").string(),
                (place / "till.db").string()},
      program("leaftill").string()));
}

Store& Lab::find(const std::string& id) {
  for (auto& store : stores_) {
    if (store.id == id) return store;
  }
  throw std::runtime_error("the lab has no store " + id);
}

Till& Lab::till(const std::string& store, const std::string& till) {
  for (auto& one : find(store).tills) {
    if (one->place().till == till) return *one;
  }
  throw std::runtime_error("store " + store + " has no till " + till);
}

void Lab::open(Till& till) {
  till.start();
  till.open_for_business(kCashierPin);
  const bool complete = until(seconds(60), [&] {
    return std::all_of(products_.begin(), products_.end(), [&](const Product& product) {
      return product.code.empty() || till.knows(product.code);
    });
  });
  if (!complete)
    throw std::runtime_error(till.name() + " did not get its catalogue; its log ends:\n" +
                             till.last_log());
}

std::vector<Till*> Lab::all_tills() {
  std::vector<Till*> all;
  for (auto& store : stores_) {
    for (auto& till : store.tills) all.push_back(till.get());
  }
  return all;
}

std::vector<Link*> Lab::all_links() {
  std::vector<Link*> all;
  for (auto& store : stores_) all.push_back(store.link.get());
  return all;
}

std::string Lab::json(const std::string& control_socket) const {
  auto url = [](const std::string& scheme, int port) {
    return scheme + "://127.0.0.1:" + std::to_string(port);
  };
  nlohmann::json root;
  root["hub"] = {{"url", hub_url()},   {"monitor", url("http", hub_monitor_)},
                 {"pid", hub_->pid()}, {"argv", hub_->command().argv},
                 {"user", hub_user()}, {"password", lab_password_}};
  root["central"] = {{"http", api().origin()},
                     {"token", token_},
                     {"pid", central_->pid()},
                     {"argv", central_->command().argv},
                     {"db", database_}};
  root["pins"] = {
      {"cashier", kCashierPin}, {"supervisor", kSupervisorPin}, {"manager", kManagerPin}};
  root["stores"] = nlohmann::json::array();
  for (const auto& store : stores_) {
    nlohmann::json one{{"id", store.id}, {"tills", nlohmann::json::array()}};
    one["leaf"] = {{"url", url("nats", store.leaf_port)},
                   {"leafnode", url("nats-leaf", store.link->port())},
                   {"pid", store.leaf->pid()},
                   {"argv", store.leaf->command().argv},
                   {"config", store.config.string()},
                   {"monitor", url("http", store.monitor_port)}};
    for (const auto& till : store.tills) {
      one["tills"].push_back({{"id", till->place().till},
                              {"config", till->place().config},
                              {"database", till->place().database}});
    }
    root["stores"].push_back(std::move(one));
  }
  if (!control_socket.empty()) root["link"] = {{"control", control_socket}};
  return root.dump(1) + "\n";
}

}  // namespace pos::lab
