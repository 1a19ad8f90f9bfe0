// leaftill-lab: a whole chain on this machine's loopback, in the foreground (contract section 8).
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "pos/version.h"
#include "tests/lab/control.h"
#include "tests/lab/lab.h"

namespace {

namespace fs = std::filesystem;
using pos::lab::Lab;
using pos::lab::LabOptions;

constexpr const char* kHelp =
    R"(leaftill-lab DIR [--stores N] [--tills N] [--products FILE.csv] [--db URL]
    Makes a chain below DIR (hub, one leaf per store, central, provisioned tills),
    starts all but the tills, writes DIR/lab.json and stays. SIGTERM or Ctrl-C stops
    everything that it started.
      --stores N        stores s1, s2 ...            (default 1)
      --tills N         tills till1 ... per store    (default 1)
      --products FILE   catalogue and opening stock  (default: a grocer's)
      --db URL          central's database; "postgres" makes a private PostgreSQL
                        (default: SQLite in DIR)

leaftill-lab --control DIR cut|hole|heal STORE|all     breaks or heals a running lab's links
leaftill-lab --control DIR state                       tells how they are

    A till:  leaftill --headless --config DIR/s1/till1/till.toml
)";

struct Usage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

int number(const std::string& text) {
  size_t end = 0;
  int value = 0;
  try {
    value = std::stoi(text, &end);
  } catch (const std::exception&) {
    end = 0;
  }
  if (end != text.size() || value < 1 || value > 99)
    throw Usage("not a number from 1 to 99: " + text);
  return value;
}

LabOptions parse(const std::vector<std::string>& args) {
  LabOptions options;
  for (size_t i = 0; i < args.size(); ++i) {
    auto value = [&] {
      if (i + 1 >= args.size()) throw Usage(args[i] + " needs a value");
      return args[++i];
    };
    if (args[i] == "--stores")
      options.stores = number(value());
    else if (args[i] == "--tills")
      options.tills = number(value());
    else if (args[i] == "--products")
      options.products = value();
    else if (args[i] == "--db")
      options.database = value();
    else if (args[i].starts_with("-"))
      throw Usage("unknown option " + args[i]);
    else if (options.directory.empty())
      options.directory = args[i];
    else
      throw Usage("one directory is enough: " + args[i]);
  }
  if (options.directory.empty()) throw Usage("name a directory for the lab");
  if (options.database == "postgres") {
    options.database.clear();
    options.postgres = true;
  }
  return options;
}

std::string socket_of(const fs::path& directory) {
  return (fs::absolute(directory) / "lab.sock").string();
}

// Written whole and renamed: who sees lab.json sees all of it.
void publish(const Lab& lab, const std::string& control) {
  const auto file = lab.directory() / "lab.json";
  const auto draft = lab.directory() / "lab.json.new";
  std::ofstream(draft) << lab.json(control);
  fs::permissions(draft, fs::perms::owner_read | fs::perms::owner_write);
  fs::rename(draft, file);
  std::printf("The lab stands: %s\nStop it with Ctrl-C, or kill %d.\n", file.c_str(), getpid());
  std::fflush(stdout);
}

int stay(const LabOptions& options) {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int s : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ends, s);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread is made
  const int asked = signalfd(-1, &ends, SFD_CLOEXEC);
  Lab lab(options);
  pos::lab::Control control(lab, socket_of(options.directory));
  publish(lab, control.path());
  for (;;) {
    pollfd fds[]{{asked, POLLIN, 0}, {control.fd(), POLLIN, 0}};
    poll(fds, 2, -1);
    if (fds[1].revents) control.serve_one();
    if (fds[0].revents) break;
  }
  fs::remove(lab.directory() / "lab.json");
  return 0;
}

int tell(const std::vector<std::string>& args) {
  if (args.size() < 3) throw Usage("say --control DIR cut|hole|heal STORE, or --control DIR state");
  const auto answer =
      pos::lab::tell_lab(socket_of(args[1]), args[2] + (args.size() > 3 ? " " + args[3] : ""));
  std::cout << answer << "\n";
  return answer.starts_with("ok") ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (!args.empty() && args[0] == "--help") return std::fputs(kHelp, stdout), 0;
  if (!args.empty() && args[0] == "--version")
    return std::printf("leaftill-lab %s\n", pos::kVersion), 0;
  if (!args.empty() && args[0] == "--control") return tell(args);
  return stay(parse(args));
} catch (const Usage& error) {
  std::cerr << "leaftill-lab: " << error.what() << "\n\n" << kHelp;
  return 2;
} catch (const std::exception& error) {
  std::cerr << "leaftill-lab: " << error.what() << "\n";
  return 1;
}
