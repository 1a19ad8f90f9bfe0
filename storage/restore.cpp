#include "storage/restore.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "storage/ledger.h"
#include "storage/provision.h"
#include "storage/verify.h"

namespace pos::storage {
namespace {

namespace fs = std::filesystem;
constexpr const char* kParts[] = {"", "-wal", "-journal"};

[[noreturn]] void fail(const std::string& file) { throw Error(file + ": " + std::strerror(errno)); }

void sync_folder_of(const std::string& file) {
  const std::string folder = fs::absolute(file).parent_path().string();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || ::fsync(fd) != 0) fail(folder);
  ::close(fd);
}

void copy_bytes(int from, int to, const std::string& name) {
  std::array<char, 1 << 16> block;
  for (;;) {
    const ssize_t n = ::read(from, block.data(), block.size());
    if (n == 0) return;
    if (n < 0 || ::write(to, block.data(), static_cast<size_t>(n)) != n) fail(name);
  }
}

void copy_file(const std::string& from, const std::string& to) {
  const int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) fail(from);
  const int out = ::open(to.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  try {
    if (out < 0) fail(to);
    copy_bytes(in, out, to);
    if (::fsync(out) != 0) fail(to);
  } catch (...) {
    ::close(in), ::close(out);
    throw;
  }
  ::close(in), ::close(out);
}

void prove(const std::string& part) {
  Database database(part);
  {
    const Database::Turn turn(database, Database::Who::cashier);
    Query whole(database, "PRAGMA quick_check");
    if (!whole.row() || whole.text(0) != "ok") throw Error("it is damaged");
  }
  const VerifyReport report = verify_journal(database);
  if (!report.ok()) throw Error("its journal is not whole: " + report.faults.front());
}

// What an upgrade of the copy keeps of it is the backup once more.
void forget_upgraded(const std::string& part) {
  for (int v = 1; v < 100; ++v) ::unlink((part + ".v" + std::to_string(v)).c_str());
}

void forget(const std::string& part) {
  for (const char* tail : kParts) ::unlink((part + tail).c_str());
  forget_upgraded(part);
}

bool is_damage(int code) {
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

}  // namespace

Present look_at(const std::string& database) {
  if (!fs::exists(database)) return {};
  try {
    Database there(database);
    PendingStock pending(there);
    const Database::Turn turn(there, Database::Who::cashier);
    Query q(there, "SELECT series FROM till");
    return {true, false, q.row() ? q.integer(0) : 0};
  } catch (const Error& e) {
    if ((e.code & 0xff) == SQLITE_BUSY) throw;
    return {true, is_damage(e.code) || fs::file_size(database) == 0, 0};
  }
}

void take_backup(const std::string& backup, const std::string& part) {
  if (!fs::is_regular_file(backup)) throw Error(backup + ": there is no such file.");
  forget(part);
  try {
    copy_file(backup, part);
    if (fs::exists(backup + "-wal")) copy_file(backup + "-wal", part + "-wal");
    prove(part);
  } catch (const std::exception& e) {
    forget(part);
    throw Error(backup + " cannot be restored: " + e.what() + ". Nothing was changed.");
  }
}

std::string begin_anew(const std::string& part, const sync::SigningKey& key, bool new_at_central,
                       Instant now, int64_t series_above) {
  Database database(part);
  PendingStock pending(database);
  Ledger ledger(database, pending, key);
  TillNoted noted;
  noted.header.at = now;
  noted.header.id = ledger.new_transaction_id(now);
  noted.header.business_date = to_iso(now).substr(0, 10);
  noted.code = "restored";
  noted.text = "out of a backup";
  ledger.begin_epoch(noted, series_above);
  const NewTill till = identity(database);
  const Database::Turn turn(database, Database::Who::cashier);
  if (new_at_central) {
    database.transact(Database::Durability::full,
                      [&] { Query(database, "DELETE FROM note WHERE name = 'enrolled'").run(); });
  }
  database.checkpoint_all();
  Query q(database, "SELECT series FROM till");
  q.row();
  return receipt_text(till.store, till.till, q.integer(0), 1);
}

std::string set_aside(const std::string& file, const std::string& mark, Instant now) {
  if (!fs::exists(file)) return {};
  std::string when = to_iso(now).substr(0, 19) + "Z";
  std::erase_if(when, [](char c) { return c == '-' || c == ':'; });
  std::string aside = file + "." + mark + "-" + when;
  for (int i = 2; fs::exists(aside); ++i)
    aside = file + "." + mark + "-" + when + "-" + std::to_string(i);
  fs::rename(file, aside);
  return aside;
}

std::string put_in_place(const std::string& part, const std::string& database,
                         const std::string& mark, Instant now) {
  // The WAL first: without its database it is nothing, but beside another one it would be its end.
  std::string aside;
  for (const char* tail : {"-wal", "-journal", ""}) {
    const std::string name = set_aside(database + tail, mark, now);
    if (*tail == 0) aside = name;
  }
  fs::rename(part, database);
  forget_upgraded(part);
  sync_folder_of(database);
  return aside;
}

}  // namespace pos::storage
