// Snapshot: several reads that see the books as of one moment. SQLite's one connection gives that
// by itself; PostgreSQL has to be told. Nothing is written in it.
#pragma once

#include "central/sql.h"

namespace pos::central {

class Snapshot {
 public:
  explicit Snapshot(Session& session) : session_(session) {
    if (!session.is_postgres()) return;
    session.begin();
    session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  }
  ~Snapshot() {
    if (!session_.is_postgres()) return;
    try {
      session_.rollback();
    } catch (const SqlError&) {  // the session's next statement will tell
    }
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Session& session_;
};

}  // namespace pos::central
