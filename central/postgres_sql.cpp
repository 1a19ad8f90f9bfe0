// The only file with libpq. Every call is asynchronous underneath with a deadline of ours: a frozen
// server answers neither yes nor no, and PQexec would wait for it as long as it sleeps.
#include <libpq-fe.h>
#include <poll.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "central/schema.h"
#include "central/sql.h"
#include "central/sql_engines.h"

namespace pos::central {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kConnectFor{3000};
constexpr milliseconds kStatementFor{20000};
constexpr milliseconds kLockCheckFor{2000};
constexpr milliseconds kSlice{100};  // how fast an interrupt is seen
constexpr size_t kMaxIdle = 4;
constexpr size_t kMaxCachedStatements = 400;
constexpr const char* kApplierLock = "SELECT pg_try_advisory_lock(4991623, 1)";
constexpr const char* kMigrationLock = "SELECT pg_advisory_xact_lock(4991623, 2)";

// pg_type.dat: these numbers never change.
constexpr Oid kInt8 = 20, kInt2 = 21, kInt4 = 23;

struct ResultClear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ResultClear>;

// Only what is wrong with the data itself will never pass: classes of SQLSTATE (Appendix A of the
// manual) data exception, constraint violation, program limit. A lost connection comes back, and a
// missing table may be restored: a row must not be set aside for these.
bool may_pass(const char* state) {
  if (!state || strlen(state) != 5) return true;  // libpq's own: the connection broke
  for (const char* group : {"22", "23", "54"})
    if (strncmp(state, group, 2) == 0) return false;
  return true;
}

std::string one_line(const char* text) {
  std::string line = text ? text : "";
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

class Connection {
 public:
  Connection(const std::string& url, const std::atomic<bool>& interrupted);
  ~Connection() { PQfinish(c_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result run(std::string_view sql, const std::vector<Param>& params,
             milliseconds limit = kStatementFor);
  // Statements without parameters, which are not kept prepared.
  Result script(const std::string& sql);
  // Whether the server has not hung up since the last use; costs no round trip.
  bool fresh();
  bool in_transaction() const { return PQtransactionStatus(c_) != PQTRANS_IDLE; }
  bool broken() const { return broken_ || PQstatus(c_) != CONNECTION_OK; }

 private:
  void wait_for(short events, steady_clock::time_point until);
  Result finish(milliseconds limit);
  const std::string& prepared(std::string_view sql, milliseconds limit);
  [[noreturn]] void fail(const std::string& words);

  PGconn* c_ = nullptr;
  const std::atomic<bool>& interrupted_;
  std::map<std::string, std::string, std::less<>> names_;  // SQL -> its prepared statement
  uint64_t next_name_ = 1;
  bool broken_ = false;
};

Connection::Connection(const std::string& url, const std::atomic<bool>& interrupted)
    : interrupted_(interrupted) {
  const char* keys[] = {"dbname",
                        "client_encoding",
                        "application_name",
                        "keepalives_idle",
                        "keepalives_interval",
                        "keepalives_count",
                        "tcp_user_timeout",
                        nullptr};
  const char* values[] = {url.c_str(), "UTF8", "leaftill-central", "5", "2", "3", "10000", nullptr};
  c_ = PQconnectStartParams(keys, values, 1);
  if (!c_) throw std::bad_alloc();
  try {
    const auto until = steady_clock::now() + kConnectFor;
    for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK; next = PQconnectPoll(c_)) {
      if (next == PGRES_POLLING_FAILED || PQstatus(c_) == CONNECTION_BAD) fail(PQerrorMessage(c_));
      wait_for(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, until);
    }
    PQsetnonblocking(c_, 1);
    PQsetNoticeProcessor(
        c_, [](void*, const char*) {}, nullptr);
    // "commit" means durable; an instance that freezes inside a transaction gives its rows free;
    // and the server notices a dead client by itself.
    run("SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'",
        {});
    run("SELECT set_config('lock_timeout', '10s', false), "
        "set_config('idle_in_transaction_session_timeout', '60s', false), "
        "set_config('tcp_keepalives_idle', '2', false), set_config('tcp_keepalives_interval', '1', "
        "false), "
        "set_config('tcp_keepalives_count', '3', false)",
        {});
  } catch (...) {
    PQfinish(c_);
    throw;
  }
}

void Connection::fail(const std::string& words) {
  broken_ = true;
  throw SqlError("PostgreSQL: " + one_line(words.c_str()), true);
}

void Connection::wait_for(short events, steady_clock::time_point until) {
  for (;;) {
    if (interrupted_) fail("stopping");
    if (steady_clock::now() >= until) fail("no answer in time");
    pollfd p{PQsocket(c_), events, 0};
    if (p.fd < 0) fail("the connection is gone");
    if (poll(&p, 1, static_cast<int>(kSlice.count())) > 0) return;
  }
}

Result Connection::finish(milliseconds limit) {
  const auto until = steady_clock::now() + limit;
  for (int left; (left = PQflush(c_)) != 0;) {
    if (left < 0) fail(PQerrorMessage(c_));
    wait_for(POLLOUT, until);
  }
  Result last;
  for (;;) {
    while (PQisBusy(c_)) {
      wait_for(POLLIN, until);
      if (!PQconsumeInput(c_)) fail(PQerrorMessage(c_));
    }
    Result next(PQgetResult(c_));
    if (!next) break;
    const bool first_error = last && PQresultStatus(last.get()) == PGRES_FATAL_ERROR;
    if (!first_error) last = std::move(next);
  }
  if (!last) fail(PQerrorMessage(c_));
  const auto status = PQresultStatus(last.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return last;
  const char* state = PQresultErrorField(last.get(), PG_DIAG_SQLSTATE);
  if (PQstatus(c_) != CONNECTION_OK) broken_ = true;
  throw SqlError("PostgreSQL: " + one_line(PQresultErrorMessage(last.get())),
                 broken_ || may_pass(state));
}

const std::string& Connection::prepared(std::string_view sql, milliseconds limit) {
  if (auto found = names_.find(sql); found != names_.end()) return found->second;
  if (names_.size() >= kMaxCachedStatements) {
    script("DEALLOCATE ALL");
    names_.clear();
  }
  const std::string name = "s" + std::to_string(next_name_++), text(sql);
  if (!PQsendPrepare(c_, name.c_str(), text.c_str(), 0, nullptr)) fail(PQerrorMessage(c_));
  finish(limit);
  return names_.emplace(text, name).first->second;
}

Result Connection::run(std::string_view sql, const std::vector<Param>& params, milliseconds limit) {
  const auto& name = prepared(sql, limit);
  std::vector<std::string> numbers(params.size());
  std::vector<const char*> values(params.size());
  for (size_t i = 0; i < params.size(); ++i) {
    if (auto* number = std::get_if<int64_t>(&params[i])) {
      values[i] = (numbers[i] = std::to_string(*number)).c_str();
    } else if (auto* text = std::get_if<std::string>(&params[i])) {
      if (text->find('\0') != std::string::npos) throw SqlError("text with a NUL byte", false);
      values[i] = text->c_str();
    }
  }
  if (!PQsendQueryPrepared(c_, name.c_str(), static_cast<int>(params.size()), values.data(),
                           nullptr, nullptr, 0))
    fail(PQerrorMessage(c_));
  return finish(limit);
}

Result Connection::script(const std::string& sql) {
  if (!PQsendQuery(c_, sql.c_str())) fail(PQerrorMessage(c_));
  return finish(kStatementFor);
}

// A server has nothing to say to an idle client but good-bye.
bool Connection::fresh() {
  pollfd p{PQsocket(c_), POLLIN, 0};
  return !broken() && !in_transaction() && p.fd >= 0 && poll(&p, 1, 0) == 0;
}

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(std::string url) : url_(std::move(url)) {}
  std::unique_ptr<Session> session() override;
  bool hold_applier_lock() override;
  void migrate() override;
  void interrupt() override { interrupted_ = true; }

  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection>);

 private:
  const std::string url_;
  std::atomic<bool> interrupted_ = false;
  std::mutex mutex_;  // guards idle_
  std::vector<std::unique_ptr<Connection>> idle_;
  std::unique_ptr<Connection> lock_;  // the applier's thread only; holds the lock while it stands
};

class PostgresSession final : public Session {
 public:
  explicit PostgresSession(PostgresDatabase& database) : database_(database), c_(database.take()) {}
  ~PostgresSession() override {
    try {
      rollback();
      database_.give_back(std::move(c_));
    } catch (const SqlError&) {  // the connection goes with the session
    }
  }
  ResultRows query(std::string_view sql, const std::vector<Param>& params) override;
  int64_t execute(std::string_view sql, const std::vector<Param>& params) override;
  void begin() override { run("BEGIN"); }
  void commit() override;
  void rollback() override {
    if (!c_->broken() && c_->in_transaction()) run("ROLLBACK");
  }
  void savepoint() override { run("SAVEPOINT one"); }
  void release() override { run("RELEASE SAVEPOINT one"); }
  void rollback_to_savepoint() override {
    run("ROLLBACK TO SAVEPOINT one");
    run("RELEASE SAVEPOINT one");
  }
  bool is_postgres() const override { return true; }

 private:
  void run(const char* sql) { c_->script(sql); }
  PostgresDatabase& database_;
  std::unique_ptr<Connection> c_;
};

Param cell_of(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return nullptr;
  const char* text = PQgetvalue(result, row, column);
  const Oid type = PQftype(result, column);
  if (type == kInt8 || type == kInt4 || type == kInt2) return int64_t{strtoll(text, nullptr, 10)};
  return std::string(text, static_cast<size_t>(PQgetlength(result, row, column)));
}

ResultRows PostgresSession::query(std::string_view sql, const std::vector<Param>& params) {
  const Result result = c_->run(sql, params);
  const int columns = PQnfields(result.get());
  ResultRows rows;
  rows.reserve(static_cast<size_t>(PQntuples(result.get())));
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    std::vector<Param> cells;
    cells.reserve(static_cast<size_t>(columns));
    for (int column = 0; column < columns; ++column)
      cells.push_back(cell_of(result.get(), row, column));
    rows.emplace_back(std::move(cells));
  }
  return rows;
}

int64_t PostgresSession::execute(std::string_view sql, const std::vector<Param>& params) {
  const Result result = c_->run(sql, params);
  return strtoll(PQcmdTuples(result.get()), nullptr, 10);
}

// COMMIT of a transaction that has failed answers ROLLBACK, and calls that a success.
void PostgresSession::commit() {
  const Result result = c_->script("COMMIT");
  if (strcmp(PQcmdStatus(result.get()), "COMMIT") != 0)
    throw SqlError("PostgreSQL rolled the transaction back", true);
}

std::unique_ptr<Session> PostgresDatabase::session() {
  return std::make_unique<PostgresSession>(*this);
}

std::unique_ptr<Connection> PostgresDatabase::take() {
  for (;;) {
    std::unique_ptr<Connection> kept;
    {
      std::lock_guard hold(mutex_);
      if (idle_.empty()) break;
      kept = std::move(idle_.back());
      idle_.pop_back();
    }
    if (kept->fresh()) return kept;  // after a restart of the server all the kept ones are stale
  }
  return std::make_unique<Connection>(url_, interrupted_);
}

void PostgresDatabase::give_back(std::unique_ptr<Connection> c) {
  std::lock_guard hold(mutex_);
  if (!c->broken() && idle_.size() < kMaxIdle) idle_.push_back(std::move(c));
}

bool PostgresDatabase::hold_applier_lock() {
  try {
    if (lock_) {
      lock_->run("SELECT 1", {}, kLockCheckFor);
      return true;
    }
    auto candidate = std::make_unique<Connection>(url_, interrupted_);
    const Result result = candidate->run(kApplierLock, {}, kLockCheckFor);
    if (strcmp(PQgetvalue(result.get(), 0, 0), "t") != 0) return false;
    lock_ = std::move(candidate);
    return true;
  } catch (const SqlError&) {  // whoever the server gives it to now has it
    lock_.reset();
    throw;
  }
}

void PostgresDatabase::migrate() {
  Connection c(url_, interrupted_);
  c.script("BEGIN");
  c.script(kMigrationLock);  // several instances may start at once
  c.script("CREATE TABLE IF NOT EXISTS leaftill_schema (version BIGINT NOT NULL)");
  const Result found = c.run("SELECT coalesce(max(version), 0) FROM leaftill_schema", {});
  int version = atoi(PQgetvalue(found.get(), 0, 0));
  if (version > newest_schema())
    throw SqlError("the database was made by a newer leaftill-central (schema " +
                       std::to_string(version) + ", this program knows " +
                       std::to_string(newest_schema()) + "): install that version",
                   false);
  while (version < newest_schema()) {
    c.script(postgres_migration(++version));
    c.script("INSERT INTO leaftill_schema VALUES (" + std::to_string(version) + ")");
  }
  c.script("COMMIT");
}

}  // namespace

std::unique_ptr<Database> open_postgres(const std::string& url) {
  return std::make_unique<PostgresDatabase>(url);
}

}  // namespace pos::central
