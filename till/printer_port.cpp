#include "till/printer_port.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <stdexcept>

namespace pos::till {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kLookAgainMs = 20;   // at a queue that has no event of its own
constexpr int kLastWordsMs = 300;  // for the printer to close its side
constexpr const char* kStopped = "The till was closed before the printer took it.";

int number(std::string_view text, int least, int most, const char* what) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
    throw std::invalid_argument("has a bad " + std::string(what) + ": \"" + std::string(text) +
                                "\"");
  return value;
}

PrinterAddress tcp_address(std::string_view rest) {
  PrinterAddress a;
  a.kind = PrinterAddress::Kind::tcp;
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  const size_t bracket = rest.find(']');
  const size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    a.port = number(rest.substr(colon + 1), 1, 65535, "port");
    rest = rest.substr(0, colon);
  }
  if (rest.size() > 2 && rest.front() == '[') rest = rest.substr(1, rest.size() - 2);
  a.place = rest == "localhost" ? "127.0.0.1" : std::string(rest);
  in6_addr any{};
  if (inet_pton(AF_INET, a.place.c_str(), &any) != 1 &&
      inet_pton(AF_INET6, a.place.c_str(), &any) != 1)
    throw std::invalid_argument("must have an IP address, not \"" + a.place +
                                "\": the till prints without asking anybody for names");
  return a;
}

speed_t speed_of(int baud) {
  switch (baud) {
    case 1200:
      return B1200;
    case 2400:
      return B2400;
    case 4800:
      return B4800;
    case 9600:
      return B9600;
    case 19200:
      return B19200;
    case 38400:
      return B38400;
    case 57600:
      return B57600;
    case 115200:
      return B115200;
  }
  throw std::invalid_argument("has a bad baud: 1200, 2400 … 19200, 38400, 57600 or 115200");
}

void take_option(PrinterAddress& a, std::string_view option) {
  const size_t equals = option.find('=');
  const std::string_view key = option.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view{} : option.substr(equals + 1);
  if (key == "baud") {
    a.baud = number(value, 1, 1'000'000, "baud");
    speed_of(a.baud);
  } else if (key == "flow" && value == "none") {
    a.flow = PrinterAddress::Flow::none;
  } else if (key == "flow" && value == "rtscts") {
    a.flow = PrinterAddress::Flow::rtscts;
  } else if (key == "flow" && value == "xonxoff") {
    a.flow = PrinterAddress::Flow::xonxoff;
  } else {
    throw std::invalid_argument("knows baud=N and flow=none|rtscts|xonxoff, not \"" +
                                std::string(option) + "\"");
  }
}

PrinterAddress path_address(PrinterAddress::Kind kind, std::string_view rest) {
  PrinterAddress a;
  a.kind = kind;
  const bool serial = kind == PrinterAddress::Kind::serial;
  const size_t mark = serial ? rest.find('?') : std::string_view::npos;
  a.place = rest.substr(0, mark);
  if (a.place.empty() || a.place[0] != '/')
    throw std::invalid_argument("must have a path from the root, like file:/dev/usb/lp0");
  for (std::string_view options = mark == std::string_view::npos ? std::string_view{}
                                                                 : rest.substr(mark + 1);
       !options.empty();) {
    const size_t end = options.find('&');
    take_option(a, options.substr(0, end));
    options.remove_prefix(end == std::string_view::npos ? options.size() : end + 1);
  }
  return a;
}

std::string why() { return std::strerror(errno); }

// One open port and one delivery over it.
class Port {
 public:
  Port(const PrinterAddress& address, const PortPatience& patience, int stop)
      : address_(address), patience_(patience), stop_(stop) {}
  ~Port() {
    if (fd_ < 0) return;
    // close() of a serial line waits for its buffer, and a printer without paper never empties it.
    if (address_.kind == PrinterAddress::Kind::serial && !done_) tcflush(fd_, TCIOFLUSH);
    close(fd_);
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  Delivery deliver(std::string_view bytes) {
    done_ = open() && write(bytes) && taken();
    return {done_, began_, words_};
  }

 private:
  enum class Wait { ready, late, stopped };
  Wait wait(short events, int ms) const {
    const auto until = Clock::now() + std::chrono::milliseconds(ms);
    for (;;) {
      pollfd both[] = {{stop_, POLLIN, 0}, {fd_, events, 0}};
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
      const int n = poll(both, 2, left > 0 ? static_cast<int>(left) : 0);
      if (n < 0 && errno == EINTR) continue;
      if (both[0].revents) return Wait::stopped;
      if (n > 0 && both[1].revents) return Wait::ready;
      if (left <= 0) return Wait::late;
    }
  }

  bool fail(std::string words) {
    words_ = std::move(words);
    return false;
  }
  std::string the_printer() const { return "The printer at " + to_text(address_); }

  bool open() {
    switch (address_.kind) {
      case PrinterAddress::Kind::tcp:
        return connect();
      case PrinterAddress::Kind::file:
        return open_file();
      case PrinterAddress::Kind::serial:
        return open_serial();
    }
    return false;
  }

  bool connect() {
    sockaddr_storage to{};
    socklen_t size = sizeof(sockaddr_in);
    auto* v4 = reinterpret_cast<sockaddr_in*>(&to);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&to);
    const auto port = htons(static_cast<uint16_t>(address_.port));
    if (inet_pton(AF_INET, address_.place.c_str(), &v4->sin_addr) == 1) {
      v4->sin_family = AF_INET;
      v4->sin_port = port;
    } else {
      inet_pton(AF_INET6, address_.place.c_str(), &v6->sin6_addr);
      v6->sin6_family = AF_INET6;
      v6->sin6_port = port;
      size = sizeof *v6;
    }
    fd_ = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return fail("No socket: " + why());
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), size) != 0 && errno != EINPROGRESS)
      return unreachable(errno);
    const Wait w = wait(POLLOUT, patience_.open_ms);
    if (w == Wait::stopped) return fail(kStopped);
    int error = ETIMEDOUT;
    socklen_t length = sizeof error;
    if (w == Wait::ready) getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length);
    return error == 0 || unreachable(error);
  }
  bool unreachable(int error) {
    return fail(the_printer() + " does not answer (" + std::strerror(error) +
                "). Is it on, and is its cable in?");
  }

  bool open_file() {
    // A missing device must stay missing: a plain file in its place would swallow the receipts.
    const bool device = address_.place.rfind("/dev/", 0) == 0;
    const int create = device ? 0 : O_CREAT | O_APPEND;
    fd_ =
        ::open(address_.place.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | create, 0600);
    return fd_ >= 0 || no_device();
  }
  bool no_device() {
    return fail(the_printer() + " is not there (" + why() +
                "). Is it on, is its cable in, and may the till use it?");
  }

  bool open_serial() {
    fd_ = ::open(address_.place.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd_ < 0) return no_device();
    termios line{};
    if (tcgetattr(fd_, &line) != 0) return fail(the_printer() + " is not a serial line.");
    cfmakeraw(&line);
    line.c_cflag |= CLOCAL | CREAD;
    line.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS | CSTOPB);
    if (address_.flow == PrinterAddress::Flow::rtscts) line.c_cflag |= CRTSCTS;
    if (address_.flow == PrinterAddress::Flow::xonxoff) line.c_iflag |= IXON;
    cfsetspeed(&line, speed_of(address_.baud));
    return tcsetattr(fd_, TCSANOW, &line) == 0 || fail(the_printer() + ": " + why());
  }

  ssize_t put(std::string_view bytes) const {
    return address_.kind == PrinterAddress::Kind::tcp
               ? send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
               : ::write(fd_, bytes.data(), bytes.size());
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = put(bytes);
      if (n > 0) {
        began_ = true;
        bytes.remove_prefix(static_cast<size_t>(n));
      } else if (n < 0 && errno == EINTR) {
        continue;
      } else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
        return broke_off();
      } else if (!more_room()) {
        return false;
      }
    }
    return true;
  }
  bool more_room() {
    const Wait w = wait(POLLOUT, patience_.stall_ms);
    if (w == Wait::stopped) return fail(kStopped);
    return w == Wait::ready || stalled();
  }
  bool stalled() {
    return fail(the_printer() + " takes no more. Has it paper, and is its cover shut?");
  }

  // Bytes in the kernel's buffer are not with the printer yet, and a close may throw them away.
  bool taken() {
    if (address_.kind == PrinterAddress::Kind::file) return more_room();
    const bool tcp = address_.kind == PrinterAddress::Kind::tcp;
    int left = 0, least = INT32_MAX;
    for (auto until = Clock::now() + std::chrono::milliseconds(patience_.stall_ms);;) {
      if (ioctl(fd_, tcp ? SIOCOUTQ : TIOCOUTQ, &left) != 0) return broke_off();
      if (left == 0) break;
      if (left < least) until = Clock::now() + std::chrono::milliseconds(patience_.stall_ms);
      least = left < least ? left : least;
      if (Clock::now() >= until) return stalled();
      pollfd stop{stop_, POLLIN, 0};
      if (poll(&stop, 1, kLookAgainMs) > 0) return fail(kStopped);
    }
    if (!tcp) return true;
    // A reset empties the queue too.
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length) == 0) errno = error;
    if (errno != 0) return broke_off();
    say_good_bye();
    return true;
  }
  bool broke_off() { return fail(the_printer() + " broke off (" + why() + ")."); }
  // A close with the printer's status bytes unread would be a reset, and it would drop the receipt.
  void say_good_bye() const {
    shutdown(fd_, SHUT_WR);
    char status[256];
    const auto until = Clock::now() + std::chrono::milliseconds(kLastWordsMs);
    while (Clock::now() < until && wait(POLLIN, kLastWordsMs) == Wait::ready) {
      if (recv(fd_, status, sizeof status, 0) <= 0) return;
    }
  }

  const PrinterAddress& address_;
  const PortPatience& patience_;
  int stop_;
  int fd_ = -1;
  bool began_ = false, done_ = false;
  std::string words_;
};

}  // namespace

PrinterAddress parse_printer_url(const std::string& url) {
  const std::string_view all = url;
  if (all.rfind("tcp://", 0) == 0) return tcp_address(all.substr(6));
  if (all.rfind("file:", 0) == 0) return path_address(PrinterAddress::Kind::file, all.substr(5));
  if (all.rfind("serial:", 0) == 0)
    return path_address(PrinterAddress::Kind::serial, all.substr(7));
  throw std::invalid_argument(
      "must be tcp://ADDRESS:9100, file:/dev/usb/lp0 or serial:/dev/ttyS0?baud=19200, not \"" +
      url + "\"");
}

std::string to_text(const PrinterAddress& a) {
  if (a.kind != PrinterAddress::Kind::tcp) return a.place;
  const bool v6 = a.place.find(':') != std::string::npos;
  return (v6 ? "[" + a.place + "]" : a.place) + ":" + std::to_string(a.port);
}

Delivery deliver(const PrinterAddress& address, std::string_view bytes,
                 const PortPatience& patience, int stop) {
  return Port(address, patience, stop).deliver(bytes);
}

}  // namespace pos::till
