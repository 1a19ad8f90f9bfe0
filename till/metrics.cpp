#include "till/metrics.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace pos::till {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience{1000};
constexpr size_t kMaxRequest = 8192;

std::string decimal(int64_t value, int64_t per_one, int digits) {
  char text[48];
  const int64_t whole = value < 0 ? -(value / per_one) : value / per_one;
  const int64_t rest = value < 0 ? -(value % per_one) : value % per_one;
  std::snprintf(text, sizeof text, "%s%lld.%0*lld", value < 0 ? "-" : "",
                static_cast<long long>(whole), digits, static_cast<long long>(rest));
  return text;
}
std::string seconds_of_ms(int64_t ms) { return decimal(ms, 1000, 3); }
std::string seconds_of_us(int64_t us) { return decimal(us, 1'000'000, 6); }

std::string escaped(const std::string& label) {
  std::string out;
  for (const char c : label) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string head(const std::string& name, const char* type, const char* help) {
  return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}
std::string gauge(const std::string& name, const char* help, const std::string& value) {
  return head(name, "gauge", help) + name + " " + value + "\n";
}
std::string gauge(const std::string& name, const char* help, int64_t value) {
  return gauge(name, help, std::to_string(value));
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

std::optional<Address> address_of(const ListenAddress& where) {
  Address a;
  if (auto* v4 = reinterpret_cast<sockaddr_in*>(&a.storage);
      ::inet_pton(AF_INET, where.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(where.port);
    a.size = sizeof *v4;
    return a;
  }
  a = {};
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&a.storage);
  if (::inet_pton(AF_INET6, where.host.c_str(), &v6->sin6_addr) != 1) return {};
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(where.port);
  a.size = sizeof *v6;
  return a;
}

bool is_loopback(const Address& a) {
  if (a.storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(a.storage);
    return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(a.storage);
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

bool ready(int fd, short events, steady_clock::time_point until) {
  const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now()).count();
  pollfd p{fd, events, 0};
  return left > 0 && ::poll(&p, 1, static_cast<int>(left)) == 1;
}

}  // namespace

void CommitTimes::add(std::chrono::microseconds took) {
  size_t bucket = 0;
  while (bucket < kBounds.size() && took.count() > kBounds[bucket]) ++bucket;
  ++counts_[bucket];
  sum_us_ += took.count();
}

std::string CommitTimes::text(const std::string& name) const {
  std::string out =
      head(name, "histogram", "Durable commits of the till's database, BEGIN to COMMIT");
  int64_t count = 0;
  for (size_t i = 0; i <= kBounds.size(); ++i) {
    count += counts_[i];
    const std::string bound = i < kBounds.size() ? seconds_of_us(kBounds[i]) : "+Inf";
    out += name + "_bucket{le=\"" + bound + "\"} " + std::to_string(count) + "\n";
  }
  out += name + "_sum " + seconds_of_us(sum_us_) + "\n";
  return out + name + "_count " + std::to_string(count) + "\n";
}

std::string metrics_text(const TillNumbers& n, const CommitTimes& commits) {
  const sync::Status& s = n.status;
  const int64_t oldest =
      s.oldest_waiting.unix_ms ? std::max<int64_t>(n.now.unix_ms - s.oldest_waiting.unix_ms, 0) : 0;
  std::string out = head("leaftill_till_info", "gauge", "Which till this is");
  out += "leaftill_till_info{store=\"" + escaped(n.store) + "\",till=\"" + escaped(n.till) +
         "\",version=\"" + escaped(n.version) + "\"} 1\n";
  out += gauge("leaftill_outbox_rows", "Rows that central has not signed for", s.waiting);
  out += gauge("leaftill_outbox_oldest_seconds", "Age of the oldest of them; 0: there is none",
               seconds_of_ms(oldest));
  out += gauge("leaftill_outbox_sent", "Of them, those that the hub has stored", s.sent);
  out +=
      gauge("leaftill_rows_settled", "Rows of the journal that central has signed for", s.settled);
  out += head("leaftill_link", "gauge", "1 for the state that the line is in");
  for (const auto link : {sync::Link::offline, sync::Link::leaf_only, sync::Link::online}) {
    out += std::string("leaftill_link{state=\"") + sync::to_word(link) + "\"} " +
           (link == s.link ? "1\n" : "0\n");
  }
  out += gauge("leaftill_link_since_timestamp_seconds", "When that last changed",
               seconds_of_ms(s.link_since.unix_ms));
  out += gauge("leaftill_connect_attempts", "Failed connects to the leaf in a row", s.attempts);
  out += gauge("leaftill_attention", "Things that people have to see to", s.needs_attention);
  out += gauge("leaftill_central_heard_timestamp_seconds",
               "When central last answered a hello; 0: not since the start",
               seconds_of_ms(s.central_heard.unix_ms));
  out += gauge("leaftill_clock_skew_seconds", "How far central's clock is ahead of this one",
               seconds_of_ms(s.clock_skew_ms));
  out += gauge("leaftill_print_jobs_waiting", "Receipts that wait for the printer",
               n.print_jobs_waiting);
  return out + commits.text("leaftill_commit_seconds");
}

std::optional<ListenAddress> parse_loopback(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {};
  ListenAddress where;
  where.host = text.substr(0, colon);
  const bool bracketed = where.host.size() > 2 && where.host.front() == '[';
  if (bracketed) where.host = where.host.substr(1, where.host.size() - 2);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, where.port);
  if (error != std::errc() || stop != end) return {};
  const auto address = address_of(where);
  if (!address || !is_loopback(*address)) return {};
  return where;
}

MetricsPort::MetricsPort(const ListenAddress& where, std::function<std::string()> text,
                         std::function<void(const std::string&)> log)
    : text_(std::move(text)) {
  auto a = address_of(where);
  if (!a) return;
  listener_ = ::socket(a->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  auto* address = reinterpret_cast<sockaddr*>(&a->storage);
  const bool ok = listener_ >= 0 && ::bind(listener_, address, a->size) == 0 &&
                  ::listen(listener_, 8) == 0 && ::getsockname(listener_, address, &a->size) == 0 &&
                  ::pipe(stop_) == 0;
  if (!ok) {
    log("no metrics at " + where.host + ":" + std::to_string(where.port) + ": " +
        std::strerror(errno));
    return;
  }
  // The port stands at the same place in both kinds of address.
  port_ = ntohs(reinterpret_cast<const sockaddr_in*>(address)->sin_port);
  thread_ = std::thread([this] { serve(); });
}

MetricsPort::~MetricsPort() {
  if (thread_.joinable()) {
    [[maybe_unused]] const auto n = ::write(stop_[1], "x", 1);
    thread_.join();
  }
  for (const int fd : {listener_, stop_[0], stop_[1]}) {
    if (fd >= 0) ::close(fd);
  }
}

void MetricsPort::serve() {
  for (;;) {
    pollfd wait[2] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    if (::poll(wait, 2, -1) < 0 && errno != EINTR) return;
    if (wait[1].revents) return;
    if (!(wait[0].revents & POLLIN)) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) continue;
    serve_one(client);
    ::close(client);
  }
}

void MetricsPort::serve_one(int client) const {
  const auto until = steady_clock::now() + kPatience;
  std::string request;
  while (request.find("\r\n\r\n") == std::string::npos) {
    char buffer[1024];
    if (request.size() > kMaxRequest || !ready(client, POLLIN, until)) return;
    const ssize_t n = ::recv(client, buffer, sizeof buffer, 0);
    if (n <= 0) return;
    request.append(buffer, static_cast<size_t>(n));
  }
  const bool known = request.starts_with("GET /metrics ");
  const std::string body = known ? text_() : "only GET /metrics is here\n";
  const std::string answer = std::string("HTTP/1.1 ") + (known ? "200 OK" : "404 Not Found") +
                             "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                             "Content-Length: " +
                             std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
  for (size_t done = 0; done < answer.size() && ready(client, POLLOUT, until);) {
    const ssize_t n = ::send(client, answer.data() + done, answer.size() - done, MSG_NOSIGNAL);
    if (n <= 0) return;
    done += static_cast<size_t>(n);
  }
}

}  // namespace pos::till
