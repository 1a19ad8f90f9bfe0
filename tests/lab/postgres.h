// Postgres: a private cluster in a directory of the lab, on a port of the lab, as PostgreSQL's own
// user when we are root (initdb refuses root). Durable settings are off: a lab kills servers, not
// power supplies.
#pragma once

#include <memory>
#include <string>

#include "tests/lab/server.h"

namespace pos::lab {

// True if this machine has PostgreSQL's server programs.
bool postgres_is_installed();

class Postgres {
 public:
  Postgres(const std::string& directory, int port);  // initdb, start, an empty database "leaftill"
  Server& server() { return *server_; }
  const std::string& url() const { return url_; }  // postgresql://leaftill@127.0.0.1:PORT/leaftill
  std::string psql(const std::string& sql) const;  // unaligned output of one statement

 private:
  std::string user_, url_;
  int port_;
  std::unique_ptr<Server> server_;
};

}  // namespace pos::lab
