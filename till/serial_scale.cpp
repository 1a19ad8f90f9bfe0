#include "till/serial_scale.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>

#include "till/toledo_8217.h"

namespace pos::till {
namespace {

constexpr size_t kLongestAnswer = 64;  // more without an end is noise
constexpr int kSevenBits = 0x7f;

struct Speed {
  int baud;
  speed_t constant;
};
constexpr std::array kSpeeds = {
    Speed{1200, B1200},    Speed{2400, B2400},    Speed{4800, B4800},    Speed{9600, B9600},
    Speed{19'200, B19200}, Speed{38'400, B38400}, Speed{57'600, B57600}, Speed{115'200, B115200}};

int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

// False: time is up, or the line is gone.
bool wait_for(int fd, short what, int64_t until_ms) {
  for (;;) {
    pollfd line{fd, what, 0};
    const int64_t left = until_ms - now_ms();
    if (left <= 0) return false;
    const int n = ::poll(&line, 1, static_cast<int>(left));
    if (n < 0 && errno == EINTR) continue;
    return n > 0 && (line.revents & what) != 0;
  }
}

bool set_line(int fd, const SerialLine& line) {
  termios settings{};
  if (::tcgetattr(fd, &settings) != 0) return false;
  ::cfmakeraw(&settings);
  settings.c_cflag &= ~static_cast<tcflag_t>(CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS);
  settings.c_cflag |= CLOCAL | CREAD | (line.data_bits == 7 ? CS7 : CS8);
  if (line.parity != 'N') settings.c_cflag |= PARENB;
  if (line.parity == 'O') settings.c_cflag |= PARODD;
  if (line.stop_bits == 2) settings.c_cflag |= CSTOPB;
  for (const Speed& speed : kSpeeds) {
    if (speed.baud == line.baud) ::cfsetspeed(&settings, speed.constant);
  }
  // EINVAL: some adapter cannot do just this frame, and is set to the nearest. Its answers tell.
  return ::tcsetattr(fd, TCSANOW, &settings) == 0 || errno == EINVAL;
}

}  // namespace

std::optional<SerialLine> parse_serial_line(std::string_view text) {
  SerialLine line;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), line.baud);
  const auto frame = text.substr(static_cast<size_t>(end - text.data()));
  const bool known = std::any_of(kSpeeds.begin(), kSpeeds.end(),
                                 [&](const Speed& s) { return s.baud == line.baud; });
  if (error != std::errc() || !known || frame.size() != 4 || frame[0] != ' ') return {};
  line.data_bits = frame[1] - '0';
  line.parity = frame[2];
  line.stop_bits = frame[3] - '0';
  const bool can_be = (line.data_bits == 7 || line.data_bits == 8) &&
                      (line.parity == 'E' || line.parity == 'O' || line.parity == 'N') &&
                      (line.stop_bits == 1 || line.stop_bits == 2);
  return can_be ? std::optional(line) : std::nullopt;
}

bool SerialScale::open() {
  if (fd_ >= 0) return true;
  fd_ = ::open(device_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0) return false;
  ::ioctl(fd_, TIOCEXCL);  // nobody else takes its answers
  if (set_line(fd_, line_)) return true;
  close();
  return false;
}

void SerialScale::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

// A port that failed is closed: it was unplugged, perhaps, and comes back as another.
ScaleReading SerialScale::ask(char command) {
  const int64_t until_ms = now_ms() + patience_ms_;
  if (!open()) return {};
  ::tcflush(fd_, TCIFLUSH);  // the late answer to an earlier question is not this one's
  const auto answer = send(command, until_ms) ? receive(until_ms) : std::nullopt;
  if (answer) return read_8217(*answer);
  close();
  return {};
}

bool SerialScale::send(char command, int64_t until_ms) {
  const char bytes[] = {command, '\r'};
  for (size_t done = 0; done < sizeof bytes;) {
    if (!wait_for(fd_, POLLOUT, until_ms)) return false;
    const ssize_t n = ::write(fd_, bytes + done, sizeof bytes - done);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return false;
    done += static_cast<size_t>(n);
  }
  return true;
}

// Up to the first carriage return behind an STX.
std::optional<std::string> SerialScale::receive(int64_t until_ms) {
  std::string answer;
  while (wait_for(fd_, POLLIN, until_ms)) {
    char byte = 0;
    const ssize_t n = ::read(fd_, &byte, 1);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return {};
    byte = static_cast<char>(byte & kSevenBits);  // the eighth is parity where nobody took it off
    if (byte == '\r' && answer.find(kStx) != std::string::npos) return answer;
    answer += byte;
    if (answer.size() > kLongestAnswer) return answer;
  }
  return {};
}

}  // namespace pos::till
