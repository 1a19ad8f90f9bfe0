#include "till/printer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>

#include "tests/till/folder.h"

namespace pos::till {
namespace {

using Clock = std::chrono::steady_clock;
using Ms = std::chrono::milliseconds;
using testing::HasSubstr;

constexpr auto kDeadline = std::chrono::seconds(20);

template <class Condition>
bool eventually(Condition condition) {
  for (const auto until = Clock::now() + kDeadline; Clock::now() < until;) {
    if (condition()) return true;
    std::this_thread::sleep_for(Ms(5));
  }
  return false;
}

// A listener on the loopback that takes connections, and reads only when it is asked to.
class Listener {
 public:
  explicit Listener(int receive_buffer = 0) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer)
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(listen(fd_, 8), 0);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
  }
  ~Listener() { close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  std::string url() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  // One connection, read to its end.
  std::string read_one() const {
    pollfd p{fd_, POLLIN, 0};
    if (poll(&p, 1, 20'000) != 1) return "nobody came";
    const int peer = accept(fd_, nullptr, nullptr);
    std::string all;
    char buffer[4096];
    for (ssize_t n; (n = recv(peer, buffer, sizeof buffer, 0)) > 0;)
      all.append(buffer, static_cast<size_t>(n));
    close(peer);
    return all;
  }

 private:
  int fd_ = -1;
  int port_ = 0;
};

ReceiptDocument paper(const std::string& text = "Hello") {
  Paper p(42);
  p.left(text);
  p.cut();
  return p.take();
}

// More than any buffer between us and the printer holds.
ReceiptDocument long_paper() {
  Paper p(42);
  for (int i = 0; i < 100'000; ++i) p.left("A line among very many others, forty columns");
  return p.take();
}

PrinterSettings at(const std::string& url) {
  PrinterSettings settings;
  settings.address = parse_printer_url(url);
  settings.port = {300, 300};
  settings.patience_ms = 300;
  settings.drawer_patience_ms = 200;
  settings.retry_ms = 20;
  settings.closing_ms = 200;
  return settings;
}

PrintJob job(const Printer& printer, int64_t id) {
  for (const PrintJob& j : printer.jobs()) {
    if (j.id == id) return j;
  }
  return {};
}

bool ended(const Printer& printer, int64_t id) {
  const PrintState state = job(printer, id).state;
  return state == PrintState::done || state == PrintState::failed;
}

struct NoFont final : Rasteriser {
  Bitmap draw(std::string_view, int, Style) override { return {}; }
};
std::string bytes_of(const ReceiptDocument& document) {
  NoFont none;
  return encode(document, {}, none);
}

TEST(PrinterUrl, IsReadOrRefusedWithWords) {
  using Kind = PrinterAddress::Kind;
  EXPECT_EQ(to_text(parse_printer_url("tcp://192.168.1.50")), "192.168.1.50:9100");
  EXPECT_EQ(to_text(parse_printer_url("tcp://[::1]:9101")), "[::1]:9101");
  EXPECT_EQ(parse_printer_url("file:/dev/usb/lp0").kind, Kind::file);
  const PrinterAddress serial = parse_printer_url("serial:/dev/ttyS0?baud=19200&flow=rtscts");
  EXPECT_EQ(serial.kind, Kind::serial);
  EXPECT_EQ(serial.baud, 19200);
  EXPECT_EQ(serial.flow, PrinterAddress::Flow::rtscts);
  EXPECT_EQ(serial.place, "/dev/ttyS0");
  for (const char* bad :
       {"", "lp0", "tcp://", "tcp://printer.local", "tcp://127.0.0.1:0", "tcp://127.0.0.1:x",
        "file:lp0", "serial:/dev/ttyS0?baud=7", "serial:/dev/ttyS0?colour=red", "http://127.0.0.1",
        "tcp://[", "tcp://[]", "serial:/dev/ttyS0?baud"}) {
    EXPECT_THROW(parse_printer_url(bad), std::invalid_argument) << bad;
  }
}

TEST(Printer, OverTcpTheWholeReceiptArrives) {
  const Listener listener;
  Printer printer(at(listener.url()));
  const int64_t id = printer.print("r1", paper("5 €"));
  EXPECT_EQ(listener.read_one(), bytes_of(paper("5 €")));
  ASSERT_TRUE(eventually([&] { return ended(printer, id); }));
  EXPECT_EQ(job(printer, id).state, PrintState::done) << job(printer, id).words;
  EXPECT_EQ(job(printer, id).title, "r1");
}

TEST(Printer, IntoAFileReceiptsStandOneAfterAnother) {
  const Folder folder;
  Printer printer(at("file:" + (folder / "paper")));
  printer.print("r1", paper("one"));
  const int64_t last = printer.print("r2", paper("two"));
  ASSERT_TRUE(eventually([&] { return ended(printer, last); }));
  std::ifstream in(folder / "paper", std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(all, bytes_of(paper("one")) + bytes_of(paper("two")));
}

TEST(Printer, OverASerialLineEveryByteArrivesUnchanged) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(master, 0);
  ASSERT_EQ(grantpt(master), 0);
  ASSERT_EQ(unlockpt(master), 0);
  // The other end stays open: a serial line does not forget when a program closes it.
  const int other = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  Printer printer(at(std::string("serial:") + ptsname(master) + "?baud=19200"));
  // Every byte a terminal would like to do something with: as a picture they are all raw.
  ReceiptDocument document = paper("100% ~ \\ {}");
  document.elements.push_back(PaperQr{"\x03\x04\x11\x13\x1a\r\n\xff"});
  printer.print("r1", document);
  const std::string want = bytes_of(document);
  std::string got;
  EXPECT_TRUE(eventually([&] {
    char buffer[512];
    pollfd p{master, POLLIN, 0};
    const ssize_t n = poll(&p, 1, 20) == 1 ? read(master, buffer, sizeof buffer) : 0;
    if (n > 0) got.append(buffer, static_cast<size_t>(n));  // -1: not open yet, or no longer
    return got.size() >= want.size();
  }));
  EXPECT_EQ(got, want);
  close(other);
  close(master);
}

TEST(Printer, AMissingDeviceStaysMissingAndTheJobSaysWhatToDo) {
  const std::string device = "/dev/leaftill-no-such-printer";
  Printer printer(at("file:" + device));
  const int64_t id = printer.print("r1", paper());
  ASSERT_TRUE(eventually([&] { return ended(printer, id); }));
  EXPECT_EQ(job(printer, id).state, PrintState::failed);
  EXPECT_THAT(job(printer, id).words, HasSubstr("is not there"));
  EXPECT_THAT(job(printer, id).words, HasSubstr("cable"));
  EXPECT_NE(access(device.c_str(), F_OK), 0);
}

TEST(Printer, NobodyThereIsTriedAgainUntilPatienceEnds) {
  std::string url;
  {
    const Listener gone;
    url = gone.url();
  }
  Printer printer(at(url));
  const int64_t id = printer.print("r1", paper());
  ASSERT_TRUE(eventually([&] { return ended(printer, id); }));
  EXPECT_THAT(job(printer, id).words, HasSubstr("does not answer"));
}

TEST(Printer, APrinterThatIsSwitchedOnInTimePrints) {
  const Folder folder;
  ASSERT_EQ(mkfifo((folder / "lp").c_str(), 0600), 0);  // nobody reads: open fails
  PrinterSettings settings = at("file:" + (folder / "lp"));
  settings.patience_ms = 20'000;
  Printer printer(settings);
  const int64_t id = printer.print("r1", paper());
  ASSERT_TRUE(eventually([&] { return !job(printer, id).words.empty(); }))
      << "says what it waits for";
  EXPECT_EQ(job(printer, id).state, PrintState::printing);
  const int reader = open((folder / "lp").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_TRUE(eventually([&] { return ended(printer, id); }));
  EXPECT_EQ(job(printer, id).state, PrintState::done) << job(printer, id).words;
  close(reader);
}

TEST(Printer, OneThatStallsFailsTheJobAndIsNotSentItTwice) {
  const Listener listener(4096);  // takes the connection, never reads
  Printer printer(at(listener.url()));
  const int64_t id = printer.print("r1", long_paper());
  ASSERT_TRUE(eventually([&] { return ended(printer, id); }));
  EXPECT_EQ(job(printer, id).state, PrintState::failed);
  EXPECT_THAT(job(printer, id).words, HasSubstr("takes no more"));
  EXPECT_THAT(job(printer, id).words, HasSubstr("print it again as a copy"));
}

TEST(Printer, NeverDelaysWhoeverPrintsAndBoundsItsQueue) {
  const Listener listener(4096);
  PrinterSettings settings = at(listener.url());
  settings.port = {20'000, 20'000};
  const auto stalls = long_paper();  // its pictures take a sanitizer longer than the printer
  const auto begun = Clock::now();
  int64_t last = 0;
  {
    Printer printer(settings);
    printer.print("stalls", stalls);
    ASSERT_TRUE(eventually([&] { return printer.waiting() == 1; }));
    const auto before = Clock::now();
    for (size_t i = 0; i <= Printer::kMostWaiting + 1; ++i) last = printer.print("r", paper());
    EXPECT_LT(Clock::now() - before, Ms(500));
    EXPECT_EQ(job(printer, last).state, PrintState::failed);
    EXPECT_THAT(job(printer, last).words, HasSubstr("wait for the printer already"));
    EXPECT_LE(printer.waiting(), Printer::kMostWaiting + 1);
    EXPECT_LE(printer.jobs().size(), Printer::kRemembered);
  }
  EXPECT_LT(Clock::now() - begun, kDeadline) << "closing does not wait for the printer";
}

TEST(Printer, TheDrawerGoesAheadOfTheReceiptsOrNotAtAll) {
  const Folder folder;
  ASSERT_EQ(mkfifo((folder / "lp").c_str(), 0600), 0);
  PrinterSettings settings = at("file:" + (folder / "lp"));
  settings.drawer_patience_ms = settings.patience_ms = 20'000;
  Printer printer(settings);
  const int64_t first = printer.print("r1", paper("one"));
  ASSERT_TRUE(eventually([&] { return job(printer, first).state == PrintState::printing; }));
  const int64_t second = printer.print("r2", paper("two"));
  printer.open_drawer();
  const int reader = open((folder / "lp").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_TRUE(eventually([&] { return ended(printer, second); }));
  char buffer[4096];
  const ssize_t n = read(reader, buffer, sizeof buffer);
  EXPECT_EQ(std::string(buffer, static_cast<size_t>(std::max<ssize_t>(n, 0))),
            bytes_of(paper("one")) + drawer_kick() + bytes_of(paper("two")));
  close(reader);

  PrinterSettings dead = at("file:/dev/leaftill-no-such-printer");
  Printer broken(dead);
  const int64_t drawer = broken.open_drawer();
  ASSERT_TRUE(eventually([&] { return ended(broken, drawer); }));
  EXPECT_EQ(job(broken, drawer).state, PrintState::failed);
}

TEST(Printer, WhatIsQueuedWhenTheTillClosesIsStillPrinted) {
  const Folder folder;
  std::atomic<int> done = 0;
  {
    PrinterSettings settings = at("file:" + (folder / "paper"));
    settings.closing_ms = 20'000;
    Printer printer(settings, [&](const PrintJob& j) { done += j.state == PrintState::done; });
    for (int i = 0; i < 10; ++i) printer.print("r", paper());
  }
  EXPECT_EQ(done, 10);
}

}  // namespace
}  // namespace pos::till
