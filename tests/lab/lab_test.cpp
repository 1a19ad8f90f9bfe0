// The lab's own tools, tested alone: a lab that lies makes every other test lie.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <csignal>

#include <set>
#include <thread>

#include "tests/lab/lab.h"

namespace pos::lab {
namespace {

TEST(Process, AnswersALineAndSaysNothingWhenItsTimeIsUp) {
  Process cat({.argv = {"cat"}, .pipes = true});
  ASSERT_TRUE(cat.write_line("a sale"));
  EXPECT_EQ(cat.read_line(seconds(5)), "a sale");
  EXPECT_EQ(cat.read_line(Millis(50)), std::nullopt);
}

TEST(Process, IsGoneAfterKillAndTellsHowItEnded) {
  Process sleep({.argv = {"sleep", "60"}});
  ASSERT_TRUE(sleep.running());
  sleep.kill();
  ASSERT_FALSE(sleep.running());
  EXPECT_EQ(sleep.wait(Millis(0))->by_signal, SIGKILL);
}

TEST(Process, SaysWhatAFailedCommandSaid) {
  try {
    run_well({.argv = {"sh", "-c", "echo no such store >&2; exit 3"}});
    FAIL() << "it did not throw";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(),
                testing::AllOf(testing::HasSubstr("no such store"), testing::HasSubstr("code 3")));
  }
}

// The lab is killed with -9 and cannot clean up: its children must end all the same, also those
// that were started from a thread that is long gone.
TEST(Process, DiesWithItsParentAndNotWithTheThreadThatMadeIt) {
  Process parent({.argv = {LEAFTILL_BINARY_DIR "/tests/lab/parent_to_kill"}, .pipes = true});
  const auto pid = parent.read_line(seconds(20)).value_or("-1");
  ASSERT_NE(pid, "-1") << "it died with the thread";
  parent.kill();
  EXPECT_TRUE(until(seconds(5), [&] {
    const auto stat = tail("/proc/" + pid + "/stat", 1);
    return stat.empty() || stat.find(") Z") != std::string::npos;
  }));
}

TEST(Ports, AreNeverGivenTwiceAndLieOutsideTheEphemeralRange) {
  Ports one, other;
  std::set<int> seen;
  for (int i = 0; i < 200; ++i) {
    const int port = (i % 2 ? one : other).take();
    EXPECT_TRUE(seen.insert(port).second) << port;
    EXPECT_LT(port, 32768);
    EXPECT_GE(port, 15000);
  }
}

// A server that greets like a nats-server and then echoes.
class Greeter {
 public:
  explicit Greeter(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port_(port) {
    const int on = 1;
    setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<uint16_t>(port));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) || listen(fd_, 8)) abort();
    thread_ = std::thread([this] { serve(); });
  }
  ~Greeter() {
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    close(fd_);
  }

 private:
  void serve() {
    for (int client; (client = accept(fd_, nullptr, nullptr)) >= 0; close(client)) {
      const std::string info =
          "INFO {\"leafnode_urls\":[\"127.0.0.1:" + std::to_string(port_) + "\"]}\r\n";
      if (write(client, info.data(), info.size()) < 0) continue;
      char bytes[4096];
      for (ssize_t n; (n = read(client, bytes, sizeof bytes)) > 0;) {
        if (write(client, bytes, static_cast<size_t>(n)) < 0) break;
      }
    }
  }
  int fd_, port_;
  std::thread thread_;
};

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<uint16_t>(port));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  timeval patience{5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 ? fd : -1;
}

std::string receive(int fd) {
  char bytes[4096];
  const ssize_t n = read(fd, bytes, sizeof bytes);
  return n < 0 ? "(nothing)" : std::string(bytes, static_cast<size_t>(n));
}

struct LinkTest : testing::Test {
  Ports ports;
  int hub = ports.take();
  Greeter greeter{hub};
  Link link{ports.take(), hub};
};

TEST_F(LinkTest, HidesTheHubsOwnAddressFromALeaf) {
  const int fd = connect_to(link.port());
  auto info = [](int port) {
    return "INFO {\"leafnode_urls\":[\"127.0.0.1:" + std::to_string(port) + "\"]}\r\n";
  };
  EXPECT_EQ(receive(fd), info(link.port()));
  const std::string later = "PING\r\n" + info(hub);  // the greeter sends back what it gets
  ASSERT_EQ(write(fd, later.data(), later.size()), static_cast<ssize_t>(later.size()));
  EXPECT_EQ(receive(fd), "PING\r\n" + info(link.port()));
  close(fd);
}

TEST_F(LinkTest, CutClosesWhatIsOpenAndWhatComes) {
  const int fd = connect_to(link.port());
  receive(fd);
  link.cut();
  EXPECT_EQ(receive(fd), "");
  const int second = connect_to(link.port());
  EXPECT_THAT(receive(second), testing::AnyOf("", "(nothing)"));
  link.heal();
  const int third = connect_to(link.port());
  EXPECT_THAT(receive(third), testing::StartsWith("INFO"));
  for (const int one : {fd, second, third}) close(one);
}

TEST_F(LinkTest, AHoleKeepsTheConnectionAndLetsNothingThrough) {
  const int fd = connect_to(link.port());
  receive(fd);
  link.hole();
  ASSERT_EQ(write(fd, "sale", 4), 4);
  timeval patience{0, 200'000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(receive(fd), "(nothing)");
  link.heal();
  EXPECT_TRUE(until(seconds(5), [&] { return receive(fd) == "sale"; }));
  close(fd);
}

TEST(Products, OfTheLabAreSixtyOddWithRightCheckDigits) {
  const auto products = read_products(default_products());
  EXPECT_GT(products.size(), 50u);
  for (const auto& product : products) {
    ASSERT_EQ(product.code.size(), 13u) << product.id;
    int sum = 0;
    for (size_t i = 0; i < 13; ++i) sum += (product.code[i] - '0') * (i % 2 ? 3 : 1);
    EXPECT_EQ(sum % 10, 0) << product.id;
    EXPECT_GT(product.price, 0) << product.id;
  }
}

}  // namespace
}  // namespace pos::lab
