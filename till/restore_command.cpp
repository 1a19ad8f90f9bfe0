#include "till/restore_command.h"

#include <cstdio>
#include <filesystem>
#include <optional>

#include "storage/provision.h"
#include "storage/restore.h"
#include "till/bundle.h"
#include "till/secrets.h"

namespace pos::till {
namespace {

namespace fs = std::filesystem;

void check(const Config& config, const RestoreOptions& options, const storage::Present& present) {
  if (options.bundle.empty() == !options.keep_key) {
    throw ConfigError(
        "A backup holds no key. Give --bundle FILE (from `leaftill-central till add`), or "
        "--keep-key to go on with the key file that is here.");
  }
  if (present.there && !options.replace) {
    throw storage::Error(config.database + (present.damaged ? " is damaged" : " is there") +
                         ": with --replace it is put aside, and kept. Nothing was changed.");
  }
}

// A change of the key that was cut off is finished where the journal can tell.
Secrets kept_secrets(const Config& config) {
  try {
    storage::Database database(config.database);
    return settled_secrets(config.key, database);
  } catch (const storage::Error&) {
    return read_secrets(config.key);
  }
}

void must_be_of(const storage::NewTill& till, const std::string& part) {
  storage::Database database(part);
  const storage::NewTill backed_up = storage::identity(database);
  if (till.store == backed_up.store && till.till == backed_up.till) return;
  throw BundleError("The bundle is for till " + till.till + " of store " + till.store +
                    ", the backup is of till " + backed_up.till + " of store " + backed_up.store +
                    ". Nothing was changed.");
}

void say(const Config& config, const std::string& aside, const std::string& first_receipt,
         bool new_key) {
  std::printf("%s is restored. Receipts go on with %s.\n", config.database.c_str(),
              first_receipt.c_str());
  if (!aside.empty()) std::printf("What was there is kept as %s.\n", aside.c_str());
  std::printf("%s\n", new_key ? "The till has a new key: it enrols with central by itself."
                              : "The till keeps the key that it had.");
  std::printf("What was sold after the backup is at central, as far as it was sent.\n");
}

}  // namespace

int restore_till(const Config& config, const RestoreOptions& options, Instant now) {
  const storage::Present present = storage::look_at(config.database);
  check(config, options, present);
  const std::string part = config.database + ".restoring", new_key = config.key + ".restoring";
  std::optional<Bundle> bundle;
  if (!options.keep_key) bundle = read_bundle(options.bundle);
  const Secrets secrets = bundle ? Secrets{sync::make_signing_key(), bundle->nkey_seed,
                                           bundle->pepper, bundle->enrol_code, bundle->central_keys}
                                 : kept_secrets(config);
  storage::take_backup(options.backup, part);
  try {
    if (bundle) must_be_of(bundle->till, part);
    const std::string first =
        storage::begin_anew(part, secrets.signing, bundle.has_value(), now, present.series);
    if (bundle) {
      fs::remove(new_key);
      write_secrets(new_key, secrets);
    }
    const std::string aside =
        storage::put_in_place(part, config.database, present.damaged ? "damaged" : "before", now);
    if (bundle) {
      storage::set_aside(config.key, "before", now);
      fs::remove(config.key + ".next");  // of a change that was cut off
      fs::rename(new_key, config.key);
    }
    say(config, aside, first, bundle.has_value());
    return 0;
  } catch (...) {
    std::error_code error;
    for (const char* tail : {"", "-wal", "-journal"}) fs::remove(part + tail, error);
    fs::remove(new_key, error);
    throw;
  }
}

}  // namespace pos::till
