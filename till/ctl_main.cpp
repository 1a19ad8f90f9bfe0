// leaftillctl: the till's operator. Asks a running till over its socket, and opens the database
// itself only when none runs.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "pos/version.h"
#include "storage/outbox.h"
#include "storage/provision.h"
#include "storage/verify.h"
#include "till/bundle.h"
#include "till/config.h"
#include "till/control_socket.h"
#include "till/versions.h"

namespace {

using nlohmann::ordered_json;
constexpr int kNotInSync = 3;
constexpr int kSocketPatienceMs = 120'000;

pos::Instant now() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

// The answer of the till that runs on this database, if one does.
std::optional<ordered_json> ask(const pos::till::Config& config, const std::string& request) {
  namespace fs = std::filesystem;
  std::vector<std::string> paths = {fs::path(config.database).replace_extension(".sock").string()};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/run/leaftill", error)) {
    if (entry.path().extension() == ".sock") paths.push_back(entry.path().string());
  }
  for (const std::string& path : paths) {
    if (const auto answer = pos::till::ask_till(path, request, kSocketPatienceMs)) {
      return ordered_json::parse(*answer, nullptr, false);
    }
  }
  return {};
}

int provision(const std::string& bundle, const std::string& directory) {
  const pos::till::Bundle b = pos::till::read_bundle(bundle);
  pos::till::provision(b, directory, now());
  std::printf(
      "Till %s of store %s is provisioned in %s.\nStart it: leaftill --config %s/till.toml\n",
      b.till.till.c_str(), b.till.store.c_str(), directory.c_str(), directory.c_str());
  return 0;
}

ordered_json status_of_file(const pos::till::Config& config) {
  pos::storage::Database database(config.database);
  pos::storage::PendingStock pending(database);
  pos::storage::Outbox outbox(database, pending);
  const auto counts = outbox.counts();
  return {{"link", "offline"},
          {"waiting", counts.waiting},
          {"sent", 0},
          {"settled", counts.settled},
          {"needs_attention", outbox.note("fork").empty() ? 0 : 1},
          {"lastReceipt", counts.last_receipt}};
}

int status(const pos::till::Config& config, bool as_json) {
  const auto running = ask(config, "status");
  ordered_json s = running ? *running : status_of_file(config);
  s["running"] = running.has_value();
  if (as_json) {
    std::printf("%s\n", s.dump().c_str());
  } else {
    std::printf("%s, link %s: %lld confirmed, %lld waiting, %lld need attention; last receipt %s\n",
                running ? "running" : "not running", s.value("link", "").c_str(),
                static_cast<long long>(s.value("settled", 0LL)),
                static_cast<long long>(s.value("waiting", 0LL)),
                static_cast<long long>(s.value("needs_attention", 0LL)),
                s.value("lastReceipt", "").c_str());
  }
  return s.value("waiting", 0LL) == 0 && s.value("needs_attention", 0LL) == 0 ? 0 : kNotInSync;
}

ordered_json verify_file(const pos::till::Config& config) {
  pos::storage::Database database(config.database);
  const auto r = pos::storage::verify_journal(database);
  return {
      {"rows", r.rows}, {"sales", r.sales}, {"lastReceipt", r.last_receipt}, {"faults", r.faults}};
}

int verify(const pos::till::Config& config, bool as_json) {
  const auto running = ask(config, "verify");
  const ordered_json r = running ? *running : verify_file(config);
  const auto faults = r.value("faults", std::vector<std::string>{});
  if (as_json) {
    std::printf("%s\n", r.dump().c_str());
  } else {
    for (const std::string& fault : faults) std::printf("FAULT %s\n", fault.c_str());
    std::printf("%lld rows, %lld sales, last receipt %s: %s\n",
                static_cast<long long>(r.value("rows", 0LL)),
                static_cast<long long>(r.value("sales", 0LL)),
                r.value("lastReceipt", "none").c_str(),
                faults.empty() ? "the journal is whole" : "the journal is NOT whole");
  }
  return faults.empty() ? 0 : 1;
}

int later(const std::string& what) {
  std::fprintf(stderr, "leaftillctl: this version cannot `%s` yet (docs/wire.md, later).\n",
               what.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"leaftillctl, for whoever looks after a till"};
  std::string file, bundle, directory = ".";
  bool as_json = false;
  std::map<std::string, std::string> flags;
  app.set_version_flag("--version", pos::till::versions("leaftillctl"));
  app.add_option("--config", file, "the till.toml of the till")->envname("LEAFTILL_CONFIG");
  app.add_option_function<std::string>(
      "--database", [&](const std::string& v) { flags["database"] = v; }, "the till's database");
  app.add_flag("--json", as_json, "one JSON object instead of words");
  app.require_subcommand(1);
  app.fallthrough();
  auto* cmd_provision = app.add_subcommand("provision", "make a new till out of a bundle file");
  cmd_provision->add_option("--bundle", bundle, "the file that `leaftill-central till add` wrote")
      ->required();
  cmd_provision->add_option("--dir", directory, "where the till's files shall be")
      ->capture_default_str();
  auto* cmd_status = app.add_subcommand(
      "status", "what is confirmed and what waits; exit code 3 if anything waits");
  auto* cmd_verify = app.add_subcommand("verify", "prove that the journal is what the till wrote");
  for (const char* name : {"import", "doctor", "backup", "restore", "export", "rotate-key"}) {
    app.add_subcommand(name, "later");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  try {
    if (*cmd_provision) return provision(bundle, directory);
    const auto config = [&] {
      return pos::till::load_config(file, flags, pos::till::process_environment());
    };
    if (*cmd_status) return status(config(), as_json);
    if (*cmd_verify) return verify(config(), as_json);
    return later(app.get_subcommands().front()->get_name());
  } catch (const pos::till::ConfigError& e) {
    std::fprintf(stderr, "leaftillctl: %s\n", e.what());
    return 2;
  } catch (const pos::till::BundleError& e) {
    std::fprintf(stderr, "leaftillctl: %s\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "leaftillctl: %s\n", e.what());
    return 1;
  }
}
