#include "tests/lab/postgres.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace pos::lab {
namespace {

namespace fs = std::filesystem;

std::string programs() {  // /usr/lib/postgresql/15/bin, the newest
  std::vector<std::string> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const auto bin = entry.path() / "bin";
    if (fs::exists(bin / "postgres") && fs::exists(bin / "initdb")) found.push_back(bin.string());
  }
  std::sort(found.begin(), found.end());
  return found.empty() ? "" : found.back();
}

std::string other_user() {
  if (geteuid() != 0) return "";
  for (const char* name : {"postgres", "nobody"}) {
    if (getpwnam(name)) return name;
  }
  throw std::runtime_error(
      "PostgreSQL does not run as root, and there is no user postgres or nobody");
}

// The other user must be able to reach the directory, and to write in it.
void give(const std::string& directory, const std::string& user) {
  fs::create_directories(directory);
  if (user.empty()) return;
  const passwd* entry = getpwnam(user.c_str());
  if (chown(directory.c_str(), entry->pw_uid, entry->pw_gid) != 0) {
    throw std::runtime_error("cannot give " + directory + " to " + user);
  }
  for (auto parent = fs::path(directory).parent_path(); parent != parent.root_path();
       parent = parent.parent_path()) {
    std::error_code none;
    fs::permissions(parent, fs::perms::others_exec, fs::perm_options::add, none);
  }
}

}  // namespace

bool postgres_is_installed() { return !programs().empty(); }

Postgres::Postgres(const std::string& directory, int port) : user_(other_user()), port_(port) {
  const std::string bin = programs();
  if (bin.empty()) throw std::runtime_error("PostgreSQL's server is not installed: ./run deps");
  give(directory, user_);
  const std::string data = directory + "/data", log = directory + "/postgres.log";
  run_well({.argv = {bin + "/initdb", "-D", data, "-U", "leaftill", "-A", "trust", "-N", "-E",
                     "UTF8", "--locale=C.UTF-8"},
            .directory = directory,
            .user = user_});
  const std::string number = std::to_string(port);
  server_ = std::make_unique<Server>(
      "postgres",
      Command{
          .argv = {bin + "/postgres", "-D", data, "-p", number, "-c", "listen_addresses=127.0.0.1",
                   "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=60"},
          .directory = directory,
          .log = log,
          .user = user_},
      [bin, number, directory] {
        return run({.argv = {bin + "/pg_isready", "-q", "-h", "127.0.0.1", "-p", number},
                    .directory = "/"})
                   .code == 0;
      });
  server_->set_stop_signal(SIGINT);  // "fast": it does not wait for its clients
  server_->start();
  url_ = "postgresql://leaftill@127.0.0.1:" + number + "/leaftill";
  run_well(
      {.argv = {bin + "/createdb", "-h", "127.0.0.1", "-p", number, "-U", "leaftill", "leaftill"},
       .directory = "/"});
}

std::string Postgres::psql(const std::string& sql) const {
  return run_well(
      {.argv = {"psql", "-AtX", "-v", "ON_ERROR_STOP=1", "-d", url_, "-c", sql}, .directory = "/"});
}

}  // namespace pos::lab
