// leaftillctl: the till's operator. Asks a running till over its socket, and opens the database
// itself only when none runs.
#include <fcntl.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "pos/receipt.h"
#include "pos/version.h"
#include "storage/ledger.h"
#include "storage/outbox.h"
#include "storage/provision.h"
#include "till/bundle.h"
#include "till/config.h"
#include "till/control_socket.h"
#include "till/doctor.h"
#include "till/font.h"
#include "till/import_command.h"
#include "till/key_rotation.h"
#include "till/operator.h"
#include "till/paper_picture.h"
#include "till/restore_command.h"
#include "till/status_command.h"
#include "till/versions.h"

namespace {

using nlohmann::ordered_json;
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

pos::till::AskTill asker(const pos::till::Config& config) {
  return [&config](const std::string& request) -> std::optional<std::string> {
    const auto answer = ask(config, request);
    if (!answer) return {};
    return answer->dump();
  };
}

// Of the running till, or of the resting one's database.
ordered_json ask_either(const pos::till::Config& config, const std::string& request) {
  auto answer = ask(config, request);
  if (!answer) {
    pos::storage::Database database(config.database);
    answer = ordered_json::parse(pos::till::answer_operator(database, request), nullptr, false);
  }
  if (!answer->is_object()) throw std::runtime_error("The till's answer was cut short: ask again.");
  if (answer->contains("error")) throw std::runtime_error(answer->value("error", ""));
  return *answer;
}

int verify(const pos::till::Config& config, bool as_json) {
  const ordered_json r = ask_either(config, "verify");
  const auto faults = r.value("faults", std::vector<std::string>{});
  if (as_json) {
    std::printf("%s\n", r.dump().c_str());
  } else {
    for (const std::string& fault : faults) std::printf("FAULT %s\n", fault.c_str());
    if (const auto pruned = r.value("pruned", 0LL); pruned > 0) {
      std::printf("%lld rows before them were pruned, as a signed row says\n", pruned);
    }
    std::printf("%lld rows, %lld sales, last receipt %s: %s\n",
                static_cast<long long>(r.value("rows", 0LL)),
                static_cast<long long>(r.value("sales", 0LL)),
                r.value("lastReceipt", "none").c_str(),
                faults.empty() ? "the journal is whole" : "the journal is NOT whole");
  }
  return faults.empty() ? 0 : 1;
}

// 0600, and never over a file that is there: it holds what was sold, and to whom.
std::FILE* private_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  std::FILE* file = fd < 0 ? nullptr : ::fdopen(fd, "w");
  if (!file) throw std::runtime_error(path + ": " + std::strerror(errno));
  return file;
}

int export_journal(const pos::till::Config& config, const std::string& format,
                   const std::string& to) {
  std::FILE* out = to.empty() ? stdout : private_file(to);
  int64_t after = 0, next = 0;
  do {
    const auto part = ask_either(config, "export " + format + " " + std::to_string(after));
    for (const auto& line : part.at("lines")) {
      std::fprintf(out, "%s\n", line.get<std::string>().c_str());
    }
    next = part.value("next", int64_t{0});
    after = next;
  } while (next != 0);
  const bool written = std::fflush(out) == 0 && std::ferror(out) == 0;
  if (out != stdout) std::fclose(out);
  if (!written)
    throw std::runtime_error("The export could not be written whole: is the disk full?");
  return 0;
}

int backup(const pos::till::Config& config, const std::string& file) {
  const std::string path = std::filesystem::absolute(file).string();
  ask_either(config, "backup " + path);
  std::printf("%s is a backup of the till's database. The key file is not in it.\n", path.c_str());
  return 0;
}

int receipt(const pos::till::Config& config, const std::string& number, const std::string& png) {
  const ordered_json kept = ask_either(config, "receipt " + number);
  const auto sale = pos::storage::sale_in(kept.value("body", ""));
  if (!sale) throw std::runtime_error("This version of Leaftill cannot read that receipt.");
  const pos::ReceiptHead head{kept.value("head", std::vector<std::string>{}),
                              kept.value("foot", ""), static_cast<int>(config.receipt_columns),
                              config.receipt_language, kept.value("till", "")};
  const auto document = pos::receipt_document(*sale, head, {.for_office = true});
  if (png.empty()) {
    std::printf("%s", pos::text_of(document).c_str());
    return 0;
  }
  pos::till::Font font;
  std::ofstream out(png, std::ios::binary);
  out << pos::till::png_of(pos::till::picture_of(document, font));
  out.close();
  if (!out) throw std::runtime_error(png + " cannot be written.");
  return 0;
}

// Of a till that rests: an import holds the database from beginning to end.
void must_rest(const pos::till::Config& config, const char* what) {
  if (ask(config, "status")) {
    throw std::runtime_error(std::string("This till is running: end it first, then ") + what +
                             ". Nothing was changed.");
  }
}

int import(const pos::till::Config& config, const std::string& file, bool dry_run) {
  must_rest(config, "import (or change the products at central, which reaches a running till)");
  return pos::till::import_products(config, file, dry_run);
}

int restore(const pos::till::Config& config, const pos::till::RestoreOptions& options) {
  must_rest(config, "restore");
  return pos::till::restore_till(config, options, now());
}

int rotate_key(const pos::till::Config& config) {
  auto answer = ask(config, "rotate-key");
  if (!answer) {
    pos::storage::Database database(config.database);
    pos::storage::PendingStock pending(database);
    pos::till::Secrets secrets = pos::till::settled_secrets(config.key, database);
    pos::storage::Ledger ledger(database, pending, secrets.signing);
    pos::storage::Outbox outbox(database, pending);
    answer = ordered_json::parse(pos::till::rotate_key(config.key, secrets, ledger, outbox, now()),
                                 nullptr, false);
  }
  if (!answer->is_object())
    throw std::runtime_error("The till's answer was cut short: ask `leaftillctl verify`.");
  if (answer->contains("error")) throw std::runtime_error(answer->value("error", ""));
  std::printf(
      "The till signs with the key %s now; %s signed its last row, which names the new one.\n"
      "Central takes it from there by itself, and old rows stay good.\n",
      answer->value("key", "").c_str(), answer->value("was", "").c_str());
  return 0;
}

int later(const std::string& what) {
  std::fprintf(stderr, "leaftillctl: this version cannot `%s` yet (docs/wire.md, later).\n",
               what.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"leaftillctl, for whoever looks after a till"};
  std::string file, bundle, number, png, directory = ".";
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
  pos::till::StatusAsked status;
  cmd_status->add_flag("--watch", status.watch, "and again whenever it changes, until ^C");
  auto* cmd_doctor = app.add_subcommand(
      "doctor", "look at all that the till stands on; exit code 1 if something is wrong");
  auto* cmd_verify = app.add_subcommand("verify", "prove that the journal is what the till wrote");
  std::string format = "jsonl", out;
  auto* cmd_export = app.add_subcommand("export", "the whole journal as lines of JSON, or as CSV");
  cmd_export->add_option("--format", format, "jsonl or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}))
      ->capture_default_str();
  cmd_export->add_option("--out", out, "a new file; without it, standard output");
  auto* cmd_backup = app.add_subcommand("backup", "copy the database while the till sells");
  cmd_backup->add_option("FILE", out, "a new file")->required();
  auto* cmd_receipt = app.add_subcommand("receipt", "show a receipt, or draw it; it says COPY");
  cmd_receipt->add_option("number", number, "as printed, s1-till1-A000042")->required();
  cmd_receipt->add_option("--png", png, "draw it into this file");
  bool dry_run = false;
  auto* cmd_import =
      app.add_subcommand("import", "take in products from a CSV file, all or nothing");
  cmd_import->add_option("FILE", out, "its columns are in docs/operate.md, section 5")->required();
  cmd_import->add_flag("--dry-run", dry_run, "only say what would be done, and what is wrong");
  pos::till::RestoreOptions restoring;
  auto* cmd_restore = app.add_subcommand("restore", "a backup becomes this till's database again");
  cmd_restore->add_option("BACKUP", restoring.backup, "what `leaftillctl backup` wrote")
      ->required();
  cmd_restore->add_option("--bundle", restoring.bundle, "a new bundle of central: a new key");
  cmd_restore->add_flag("--keep-key", restoring.keep_key, "go on with the key file that is here");
  cmd_restore->add_flag("--replace", restoring.replace, "put a database that is there aside");
  auto* cmd_rotate =
      app.add_subcommand("rotate-key", "a new key for the journal, which the old one vouches for");
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
    if (*cmd_status || *cmd_doctor) {
      const auto c = config();
      status.as_json = as_json;
      return *cmd_status ? pos::till::show_status(c, asker(c), status)
                         : pos::till::doctor(c, asker(c), now(), as_json);
    }
    if (*cmd_receipt) return receipt(config(), number, png);
    if (*cmd_verify) return verify(config(), as_json);
    if (*cmd_export) return export_journal(config(), format, out);
    if (*cmd_import) return import(config(), out, dry_run);
    if (*cmd_restore) return restore(config(), restoring);
    if (*cmd_backup) return backup(config(), out);
    if (*cmd_rotate) return rotate_key(config());
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
