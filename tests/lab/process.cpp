#include "tests/lab/process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace pos::lab {
namespace {

// PR_SET_PDEATHSIG fires when the *thread* that forked ends, not the process. A child started from
// a test's worker thread would die with that thread, so all children come from this one.
class Nursery {
 public:
  static Nursery& instance() {
    static Nursery nursery;
    return nursery;
  }
  pid_t birth(std::function<pid_t()> work) {
    std::packaged_task<pid_t()> task(std::move(work));
    auto pid = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(task));
    }
    wake_.notify_one();
    return pid.get();
  }

 private:
  Nursery() : thread_([this] { run(); }) {}
  ~Nursery() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  void run() {
    for (;;) {
      std::packaged_task<pid_t()> task;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stop_ || !queue_.empty(); });
        if (queue_.empty()) return;
        task = std::move(queue_.front());
        queue_.pop_front();
      }
      task();
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::packaged_task<pid_t()>> queue_;
  bool stop_ = false;
  std::thread thread_;  // last: it uses all of the above
};

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
    read = ends[0];
    write = ends[1];
  }
};

std::vector<std::string> environment(const Command& command) {
  std::vector<std::string> all;
  auto replaced = [&](std::string_view entry) {
    return std::any_of(command.env.begin(), command.env.end(), [&](const auto& e) {
      return entry.size() > e.first.size() && entry.starts_with(e.first) &&
             entry[e.first.size()] == '=';
    });
  };
  for (char** e = environ; *e; ++e) {
    if (!replaced(*e)) all.emplace_back(*e);
  }
  for (const auto& [name, value] : command.env) {
    if (!value.empty()) all.push_back(name + "=" + value);
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

struct Birth {  // everything that the child needs, made before the fork
  std::vector<char*> argv, env;
  const char* directory = nullptr;
  int in = -1, out = -1, err = -1;
  bool other_user = false;
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t parent = 0;
};

// In the child: only calls that are safe between fork and exec of a threaded program.
[[noreturn]] void become(const Birth& birth) {
  setpgid(0, 0);
  dup2(birth.in, 0);
  dup2(birth.out, 1);
  dup2(birth.err, 2);
  close_range(3, UINT_MAX, 0);
  for (int s = 1; s < NSIG; ++s) ::signal(s, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (birth.other_user && (setgroups(0, nullptr) || setgid(birth.gid) || setuid(birth.uid)))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // after setuid, which clears it
  if (getppid() != birth.parent) _exit(125);
  if (birth.directory && chdir(birth.directory) != 0) _exit(124);
  execvpe(birth.argv[0], birth.argv.data(), birth.env.data());
  constexpr std::string_view kWords = "cannot be started: ";
  [[maybe_unused]] auto a = ::write(2, kWords.data(), kWords.size());
  [[maybe_unused]] auto b = ::write(2, birth.argv[0], std::strlen(birth.argv[0]));
  _exit(127);
}

int open_log(const std::string& file) {
  const char* name = file.empty() ? "/dev/null" : file.c_str();
  const int fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) fail("cannot open " + std::string(name));
  return fd;
}

void close_fd(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

}  // namespace

Process::Process(const Command& command) {
  static const bool ignored = [] { return ::signal(SIGPIPE, SIG_IGN) != SIG_ERR; }();
  (void)ignored;
  auto argv = command.argv;
  auto env = environment(command);
  Birth birth;
  birth.argv = pointers(argv);
  birth.env = pointers(env);
  birth.directory = command.directory.empty() ? nullptr : command.directory.c_str();
  birth.parent = getpid();
  if (!command.user.empty()) {
    const passwd* entry = getpwnam(command.user.c_str());
    if (!entry) throw std::runtime_error("there is no user " + command.user);
    birth.other_user = true;
    birth.uid = entry->pw_uid;
    birth.gid = entry->pw_gid;
  }
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  birth.err = open_log(command.log);
  birth.in = null;
  birth.out = birth.err;
  int child_in = -1, child_out = -1;
  if (command.pipes) {
    const Pipe to, from;
    in_ = to.write;
    child_in = birth.in = to.read;
    out_ = from.read;
    child_out = birth.out = from.write;
  }
  pid_ = Nursery::instance().birth([&birth] {
    const pid_t pid = fork();
    if (pid == 0) become(birth);
    return pid;
  });
  close_fd(null);
  close_fd(birth.err);
  close_fd(child_in);
  close_fd(child_out);
  if (pid_ < 0) fail("fork");
}

Process::~Process() {
  kill();
  close_pipes();
}

Process::Process(Process&& other) noexcept { *this = std::move(other); }

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  kill();
  close_pipes();
  pid_ = std::exchange(other.pid_, -1);
  in_ = std::exchange(other.in_, -1);
  out_ = std::exchange(other.out_, -1);
  unread_ = std::move(other.unread_);
  ended_ = other.ended_;
  return *this;
}

void Process::close_pipes() {
  close_fd(in_);
  close_fd(out_);
}

bool Process::running() { return pid_ > 0 && !wait(Millis(0)); }

std::optional<Ended> Process::wait(Millis patience) {
  if (pid_ <= 0) return Ended{};
  until(
      patience,
      [this] {
        if (ended_) return true;
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
        ended_ = WIFEXITED(status) ? Ended{WEXITSTATUS(status), 0} : Ended{-1, WTERMSIG(status)};
        return true;
      },
      Millis(2));
  return ended_;
}

void Process::signal(int number) {
  if (pid_ > 0 && !ended_) ::kill(pid_, number);
}

void Process::kill() {
  if (pid_ <= 0 || ended_) return;
  ::kill(pid_, SIGKILL);
  wait(seconds(30));
}

bool Process::stop(Millis patience, int number) {
  if (pid_ <= 0 || ended_) return true;
  signal(number);
  signal(SIGCONT);  // a frozen one could not hear it
  if (wait(patience)) return true;
  kill();
  return false;
}

bool Process::write_line(std::string_view line) {
  if (in_ < 0) return false;
  std::string bytes(line);
  bytes += '\n';
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::write(in_, bytes.data() + done, bytes.size() - done);
    if (n <= 0) return false;
    done += static_cast<size_t>(n);
  }
  return true;
}

void Process::close_input() { close_fd(in_); }

std::optional<std::string> Process::read_line(Millis patience) {
  const Deadline deadline(patience);
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    pollfd ready{out_, POLLIN, 0};
    const int n = poll(&ready, 1, static_cast<int>(deadline.left().count()));
    if (n == 0 || (n < 0 && errno != EINTR)) return std::nullopt;
    std::array<char, 65536> bytes;
    const ssize_t got = n > 0 ? ::read(out_, bytes.data(), bytes.size()) : 0;
    if (n > 0 && got <= 0) return std::nullopt;
    unread_.append(bytes.data(), static_cast<size_t>(got));
  }
}

namespace {

struct TemporaryFile {
  std::string name;
  TemporaryFile() {
    name = (std::filesystem::temp_directory_path() / "leaftill-err-XXXXXX").string();
    const int fd = mkostemp(name.data(), O_CLOEXEC);
    if (fd < 0) fail("cannot make a file in the temporary directory");
    ::close(fd);
  }
  ~TemporaryFile() { unlink(name.c_str()); }
};

std::string read_all(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Finished run(const Command& command, std::string_view input, Millis patience) {
  const TemporaryFile err;
  Command piped = command;
  piped.pipes = true;
  piped.log = err.name;
  if (!command.user.empty()) chmod(err.name.c_str(), 0666);
  Process process(piped);
  if (!input.empty()) process.write_line(input);
  process.close_input();
  Finished finished;
  const Deadline deadline(patience);
  while (auto line = process.read_line(deadline.left())) finished.out += *line + "\n";
  const auto ended = process.wait(deadline.left() + Millis(100));
  finished.code = ended ? ended->code : -1;
  finished.err = read_all(err.name);
  if (!ended) finished.err += "\n(it was killed after its time was up)";
  return finished;
}

std::string run_well(const Command& command, std::string_view input, Millis patience) {
  auto finished = run(command, input, patience);
  if (finished.code == 0) return finished.out;
  std::string words;
  for (const auto& word : command.argv) words += word + " ";
  throw std::runtime_error(words + "failed with code " + std::to_string(finished.code) + "\n" +
                           finished.out + finished.err);
}

std::string tail(const std::string& file, size_t lines) {
  std::ifstream in(file);
  std::deque<std::string> last;
  for (std::string line; std::getline(in, line);) {
    last.push_back(line);
    if (last.size() > lines) last.pop_front();
  }
  std::string text;
  for (const auto& line : last) text += line + "\n";
  return text;
}

}  // namespace pos::lab
