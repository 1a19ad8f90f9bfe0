#include "central/operator.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>

#include "central/catalogue_desk.h"
#include "central/dead_letters.h"
#include "central/fleet.h"
#include "central/registry.h"
#include "central/secret_files.h"
#include "central/server_files.h"
#include "central/sql.h"
#include "pos/receipt.h"

namespace pos::central {
namespace {

constexpr size_t kMaxImportBytes = 512UL * 1024 * 1024;
constexpr int64_t kRowsAPage = 500;
constexpr int kMaxFirstTills = 99;

Instant now() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

// `create`: only for the commands that begin a chain; a mistyped --db is an error for the others.
std::unique_ptr<Database> opened(const Config& config, bool create) {
  auto database = open_database(config.database, create);
  database->migrate();
  return database;
}

// A line from the terminal without showing it, or from a pipe as it is.
std::string read_secret(const char* question) {
  termios before{};
  bool terminal = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    std::cerr << question << std::flush;
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
  }
  std::string line;
  std::getline(std::cin, line);
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::cerr << "\n";
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string read_file(const std::string& path) {
  std::error_code fault;
  auto size = std::filesystem::file_size(path, fault);
  std::ifstream in(path, std::ios::binary);
  if (fault || !in) throw SecretFileError(path + " cannot be read");
  if (size > kMaxImportBytes) throw SecretFileError(path + " is larger than 512 MiB: split it");
  return {std::istreambuf_iterator<char>(in), {}};
}

void show_progress(size_t done, size_t all) {
  fmt::print(stderr, "\r{} of {} products{}", done, all, done == all ? "\n" : "");
  std::fflush(stderr);
}

void print_faults(const ImportReport& report) {
  for (const auto& fault : report.faults)
    fmt::print(stderr, "line {}: {}\n", fault.line, fault.words);
  int64_t more = report.fault_count - static_cast<int64_t>(report.faults.size());
  if (more > 0) fmt::print(stderr, "and {} more\n", more);
  fmt::print(stderr, "{} lines are wrong; nothing was changed\n", report.fault_count);
}

void each_dead_letter(Database& database, const std::function<void(const DeadLetter&)>& use) {
  DeadLetters letters(database);
  std::string reason, hash;
  for (;;) {
    const auto page = letters.list(reason, hash, kRowsAPage);
    for (const auto& letter : page) use(letter);
    if (page.size() < static_cast<size_t>(kRowsAPage)) return;
    reason = page.back().reason;
    hash = page.back().hash;
  }
}

}  // namespace

namespace {

std::string till_name(int number) { return "till" + std::to_string(number); }

struct StoreFiles {
  std::vector<std::string> bundles;  // of till1, till2 …
  std::string pin;
};
// None of them is there yet.
StoreFiles new_files(const StoreAdd& asked) {
  const std::filesystem::path out(asked.out);
  StoreFiles files;
  for (int n = 1; n <= asked.tills; ++n)
    files.bundles.push_back((out / (asked.id + "-" + till_name(n) + ".bundle.json")).string());
  files.pin = (out / (asked.id + "-manager.pin")).string();
  std::error_code fault;
  std::filesystem::create_directories(out, fault);
  if (fault) throw SecretFileError(asked.out + ": " + fault.message());
  auto all = files.bundles;
  all.push_back(files.pin);
  for (const auto& file : all) {
    if (std::filesystem::exists(file))
      throw SecretFileError(file + " is there already: name another directory with --out");
  }
  return files;
}

std::string random_pin() {
  constexpr uint32_t kPins = 1'000'000;
  for (;;) {
    uint32_t number = 0;
    for (const char byte : sync::random_bytes(3))
      number = number << 8 | static_cast<unsigned char>(byte);
    const std::string pin = fmt::format("{:06}", number % kPins);
    const bool drawn_fairly = number < (1U << 24) / kPins * kPins;
    if (drawn_fairly && pin.find_first_not_of(pin[0]) != std::string::npos) return pin;
  }
}

// A till opens for nobody, so the store has its manager first; she adds the others there.
void add_first_tills(const Config& config, const StoreAdd& asked, const StoreFiles& files,
                     Registry& registry) {
  const std::string pin = random_pin();
  registry.add_staff(asked.id, {"1", "Manager", "manager"}, pin);
  write_secret_file(files.pin, pin + "\n");
  const auto key = signing_key_file(config.key_file);
  for (int n = 1; n <= asked.tills; ++n)
    write_secret_file(
        files.bundles[static_cast<size_t>(n) - 1],
        registry.add_till(asked.id, till_name(n), asked.leaf_url, {key.public_key}, now()));
}

void say_what_is_next(const StoreAdd& asked, const StoreFiles& files) {
  fmt::print("Written, each for its owner's eyes alone (0600):\n");
  for (int n = 1; n <= asked.tills; ++n)
    fmt::print("  {}  the bundle of {}, with a one-time code\n",
               files.bundles[static_cast<size_t>(n) - 1], till_name(n));
  fmt::print("  {}  the PIN of its manager, person 1\n", files.pin);
  fmt::print(
      "Next:\n"
      "  leaftill-central nats-config hub --out DIR            the hub learns of the store\n"
      "  leaftill-central nats-config leaf {0} --out DIR --hub HOST:PORT    for the store's leaf\n"
      "  leaftillctl provision --bundle FILE                   on each till; then delete the file\n"
      "The manager changes her PIN at the till (staff_set), and adds the others.\n",
      asked.id);
}

}  // namespace

void store_add(const Config& config, const StoreAdd& asked) {
  if (asked.tills < 0 || asked.tills > kMaxFirstTills)
    throw ConfigError(fmt::format("--tills is a number from 0 to {}", kMaxFirstTills));
  const StoreFiles files = asked.tills > 0 ? new_files(asked) : StoreFiles{};
  auto database = opened(config, true);
  Registry registry(*database);
  registry.add_store({asked.id, asked.name, asked.currency, asked.time_zone, asked.receipt_head,
                      asked.receipt_foot, ""},
                     now());
  fmt::print("store {} added\n", asked.id);
  if (asked.tills == 0) return;
  try {
    add_first_tills(config, asked, files, registry);
  } catch (const SecretFileError& fault) {
    throw SecretFileError(
        fmt::format("{}. The store is there; make what is missing with `staff add` and `till add`",
                    fault.what()));
  }
  say_what_is_next(asked, files);
}

void store_list(const Config& config) {
  auto database = opened(config, false);
  Registry registry(*database);
  std::string after;
  for (;;) {
    auto page = registry.stores(after, kRowsAPage);
    for (const auto& store : page) {
      fmt::print("{:12}  {}  {:20}  {}\n", store.id, store.currency, store.time_zone, store.name);
    }
    if (page.size() < static_cast<size_t>(kRowsAPage)) return;
    after = page.back().id;
  }
}

void staff_add(const Config& config, const StaffAdd& asked) {
  auto database = opened(config, false);
  std::string pin = read_secret("PIN: ");
  auto person = Registry(*database).add_staff(asked.store, {asked.id, asked.name, asked.role}, pin);
  fmt::print("{} {} of store {}, {}: bundles from now on know this PIN\n",
             person.version == 1 ? "added" : "changed", asked.id, asked.store, person.role);
}

void staff_list(const Config& config, const std::string& store) {
  auto database = opened(config, false);
  for (const auto& person : Registry(*database).staff(store)) {
    fmt::print("{:8}  {:10}  {}{}\n", person.id, person.role, person.name,
               person.locked ? "  (locked)" : "");
  }
}

void till_add(const Config& config, const TillAdd& asked) {
  if (asked.out != "-" && std::filesystem::exists(asked.out)) {
    throw SecretFileError(asked.out + " is there already: name another file, or remove it");
  }
  auto database = opened(config, false);
  auto key = signing_key_file(config.key_file);
  std::string bundle = Registry(*database).add_till(asked.store, asked.till, asked.leaf_url,
                                                    {key.public_key}, now());
  if (asked.out == "-") {
    fmt::print("{}", bundle);
    return;
  }
  write_secret_file(asked.out, bundle);
  fmt::print(
      "till {} of store {}: {} goes to the till, for `leaftillctl provision`; then delete it.\n"
      "Give the store's leaf its new configuration: leaftill-central nats-config leaf {}\n",
      asked.till, asked.store, asked.out, asked.store);
}

void till_revoke(const Config& config, const std::string& store, const std::string& till) {
  auto database = opened(config, false);
  Registry(*database).revoke_till(store, till);
  fmt::print(
      "till {0} of store {1} is revoked: central takes nothing of it any more. Its rows stay on "
      "it, and wait.\n"
      "Its leaf lets it in until it is told, so now:\n"
      "  leaftill-central nats-config leaf {1} --out DIR    and on the leaf: kill -HUP, or "
      "systemctl reload\n"
      "To take it back: leaftill-central till add {1} {0}, then on the till `leaftillctl restore` "
      "with the new bundle (docs/operate.md).\n",
      till, store);
}

namespace {

// What is asked for, and what its configuration will name.
ServerFiles files_of(const NatsConfigAsk& asked, const std::string& name) {
  const bool elsewhere = asked.out.empty() && asked.found_at.empty();
  return {asked.out, name, elsewhere ? "/etc/leaftill" : asked.found_at};
}

// The certificate first: a configuration that names files which are not there starts no server.
void give(const Config& config, const NatsConfigAsk& asked, const ServerFiles& files,
          const Subject& subject, const std::string& file, const std::string& text) {
  if (asked.out.empty()) {
    fmt::print("{}", text);
    return;
  }
  const auto authority = authority_file(config.ca_file, now());
  const auto certificate = write_certificate(files, authority, subject, asked.renew, now());
  const std::string path = (std::filesystem::path(asked.out) / file).string();
  replace_secret_file(path, text);
  fmt::print("{} is written. The certificate of {} {} until {}.\n", path, subject.common_name,
             certificate.fresh ? "is new and good" : "is as it was, good",
             to_iso(certificate.ends).substr(0, 10));
  fmt::print("{}\n", certificate.fresh
                         ? "Start its nats-server with these files, or anew if it runs."
                         : "If its nats-server runs, tell it: kill -HUP, or systemctl reload.");
}

}  // namespace

void nats_config_hub(const Config& config, const NatsConfigAsk& asked) {
  auto database = opened(config, false);
  HubPlan plan = Registry(*database).hub_plan();
  plan.place = asked.place;
  plan.leafnode_port = asked.leafnode_port;
  plan.advertise = asked.advertise;
  plan.lab_user = asked.lab_user;
  if (!asked.lab_user.empty()) plan.lab_password = token_file(asked.lab_password_file);
  const ServerFiles files = files_of(asked, "hub");
  plan.tls = found_by_server(files);
  Subject subject{"hub", {"127.0.0.1", "localhost"}};
  for (const auto& name : asked.names) subject.names.push_back(name);
  give(config, asked, files, subject, "hub.conf", hub_configuration(plan));
}

void nats_config_leaf(const Config& config, const NatsConfigAsk& asked) {
  auto database = opened(config, false);
  LeafPlan plan = Registry(*database).leaf_plan(asked.store);
  plan.place = asked.place;
  plan.hub_address = asked.hub;
  const Subject subject = store_subject(plan.store);
  const ServerFiles files = files_of(asked, subject.common_name);
  plan.tls = found_by_server(files);
  give(config, asked, files, subject, "leaf.conf", leaf_configuration(plan));
}

bool products_import(const Config& config, const std::string& file, bool dry_run) {
  auto database = opened(config, false);
  std::string text = read_file(file);
  ImportOptions options;
  options.dry_run = dry_run;
  if (::isatty(STDERR_FILENO) == 1) options.progress = show_progress;
  auto report = CatalogueDesk(*database).import_csv(text, options, now());
  if (report.fault_count > 0) {
    print_faults(report);
    return false;
  }
  fmt::print("{} products: {} new, {} changed, {} as they were; {} opening stocks{}\n", report.rows,
             report.created, report.changed, report.unchanged, report.opening_stocks,
             dry_run ? " (a dry run: nothing was changed)" : "");
  return true;
}

void fleet(const Config& config, bool as_json) {
  auto database = opened(config, false);
  const auto lines = fleet_lines(*database, now());
  fmt::print("{}", as_json ? fleet_json(lines) : fleet_table(lines));
}

void dead_letters_list(const Config& config, bool as_json) {
  auto database = opened(config, false);
  int64_t count = 0;
  each_dead_letter(*database, [&](const DeadLetter& d) {
    ++count;
    if (as_json) return fmt::print("{}\n", export_line(d));
    fmt::print("{}  {:14} {:12} {:12} {:>8}  {}  x{}\n    {}\n", d.hash.substr(0, 16), d.reason,
               printable(d.store, 12), printable(d.till, 12), d.seq, d.received_at, d.times,
               words_of_reason(d.reason));
  });
  if (!as_json) fmt::print("{} dead letter{}\n", count, count == 1 ? "" : "s");
}

void dead_letters_show(const Config& config, const std::string& hash) {
  auto database = opened(config, false);
  const DeadLetter d = DeadLetters(*database).named(hash);
  fmt::print("{}\n{}: {}\n", export_line(d), d.reason, words_of_reason(d.reason));
}

bool dead_letters_retry(const Config& config, const std::string& hash) {
  auto database = opened(config, false);
  DeadLetters letters(*database);
  std::vector<DeadLetter> chosen;
  if (hash == "all")
    each_dead_letter(*database, [&](const DeadLetter& d) { chosen.push_back(d); });
  else
    chosen.push_back(letters.named(hash));
  bool all_gone = true;
  for (const auto& d : chosen) {
    const auto ended = letters.retry(d.reason, d.hash, now());
    if (!ended) continue;  // another hand was quicker
    all_gone = all_gone && ended->end != Retried::End::stays;
    fmt::print("{}  {}{}\n", d.hash.substr(0, 16), to_word(ended->end),
               ended->reason.empty() ? "" : ": " + std::string(words_of_reason(ended->reason)));
  }
  return all_gone;
}

void dead_letters_export(const Config& config, const std::string& file) {
  auto database = opened(config, false);
  std::string text;
  each_dead_letter(*database, [&](const DeadLetter& d) { text += export_line(d) + "\n"; });
  if (file == "-") return fmt::print("{}", text);
  if (std::filesystem::exists(file)) {
    throw SecretFileError(file + " is there already: name another file, or remove it");
  }
  write_secret_file(file, text);
}

void migrate(const Config& config) {
  opened(config, true);
  fmt::print("the database is up to date\n");
}

}  // namespace pos::central
