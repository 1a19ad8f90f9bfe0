// A scale on a real line: a pseudo-terminal with somebody at its other end who answers as scales
// do, late, wrongly or not at all.
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <thread>

#include "till/serial_scale.h"
#include "till/toledo_8217.h"

namespace pos::till {
namespace {

using State = ScaleReading::State;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string status(unsigned char bits) {
  return std::string{kStx} + '?' + static_cast<char>(bits | kAlways) + '\r';
}
std::string weight(const std::string& text) { return kStx + text + '\r'; }

// Answers each command with what `reply` says, in pieces with pauses between if it is slow.
class PretendedScale {
 public:
  using Reply = std::function<std::string(char command)>;
  explicit PretendedScale(Reply reply, milliseconds between_bytes = {})
      : reply_(std::move(reply)), between_(between_bytes) {
    char name[128] = {};
    EXPECT_EQ(::openpty(&master_, &slave_, name, nullptr, nullptr), 0);
    termios raw{};
    ::tcgetattr(slave_, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(slave_, TCSANOW, &raw);
    device_ = name;
    thread_ = std::thread([this] { answer(); });
  }
  ~PretendedScale() { unplug(); }
  void unplug() {
    if (!thread_.joinable()) return;
    stop_ = true;
    thread_.join();
    ::close(slave_);
    ::close(master_);
  }
  const std::string& device() const { return device_; }
  std::atomic<int> asked{0};

 private:
  void answer() {
    std::string command;
    while (!stop_) {
      pollfd line{master_, POLLIN, 0};
      if (::poll(&line, 1, 20) <= 0) continue;
      char byte = 0;
      if (::read(master_, &byte, 1) != 1) continue;
      if (byte != '\r') {
        command = byte;
        continue;
      }
      ++asked;
      for (const char c : reply_(command.empty() ? ' ' : command[0])) {
        if (stop_) return;
        std::this_thread::sleep_for(between_);
        if (::write(master_, &c, 1) != 1) return;
      }
    }
  }
  const Reply reply_;
  const milliseconds between_;
  int master_ = -1, slave_ = -1;
  std::string device_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

PretendedScale::Reply always(std::string bytes) {
  return [bytes = std::move(bytes)](char) { return bytes; };
}

// What one question comes to, and that it was answered in time.
ScaleReading ask(Scale& scale) {
  const auto begun = steady_clock::now();
  const ScaleReading reading = scale.read();
  EXPECT_LT(steady_clock::now() - begun, milliseconds(1500));
  return reading;
}

TEST(Scale, AWeightThatStandsStillIsTheWeight) {
  PretendedScale other(always(weight("01.234")));
  SerialScale scale(other.device());
  const auto reading = ask(scale);
  EXPECT_EQ(reading, (ScaleReading{State::stable, {1234}, false}));
  EXPECT_EQ(*weight_of(reading), Quantity{1234});
}

TEST(Scale, WhatIsNoWeightIsRefusedInWordsThatFit) {
  struct Case {
    std::string bytes;
    State state;
    RefusalCode code;
  };
  for (const Case& c :
       std::vector<Case>{{status(kMoving), State::moving, RefusalCode::moving_weight},
                         {status(kMoving | kAtZero), State::moving, RefusalCode::moving_weight},
                         {status(kAtZero), State::zero, RefusalCode::no_weight},
                         {weight("00.000"), State::zero, RefusalCode::no_weight},
                         {status(kBelowZero), State::below_zero, RefusalCode::no_weight},
                         {status(kBelowZero | kMoving), State::below_zero, RefusalCode::no_weight},
                         {status(kOver), State::over, RefusalCode::no_weight},
                         {status(kFarFromZero), State::moving, RefusalCode::moving_weight},
                         {weight("02.72"), State::other_unit, RefusalCode::no_scale},
                         {weight("1.2.3"), State::garbled, RefusalCode::no_scale},
                         {weight(""), State::garbled, RefusalCode::no_scale},
                         {weight("-1.234"), State::garbled, RefusalCode::no_scale},
                         {weight("9999999.999"), State::garbled, RefusalCode::no_scale}}) {
    PretendedScale other(always(c.bytes));
    SerialScale scale(other.device());
    const auto reading = ask(scale);
    EXPECT_EQ(reading.state, c.state) << to_word(c.state) << " " << to_word(reading.state);
    ASSERT_FALSE(weight_of(reading));
    EXPECT_EQ(weight_of(reading).refusal().code, c.code) << to_word(c.state);
  }
}

TEST(Scale, ATareIsTakenOffAndClearedAgain) {
  std::atomic<bool> tared{false};
  PretendedScale other([&](char command) {
    if (command == 'T') tared = true;
    if (command == 'C') tared = false;
    if (command != 'W') return status(tared ? kNet | kAtZero : kAtZero);
    return tared ? weight("00.950N") : weight("01.000");
  });
  SerialScale scale(other.device());
  EXPECT_EQ(scale.read().weight, Quantity{1000});
  EXPECT_TRUE(scale.tare().net);
  EXPECT_EQ(scale.read(), (ScaleReading{State::stable, {950}, true}));
  EXPECT_FALSE(scale.clear().net);
  EXPECT_EQ(scale.zero().state, State::zero);
  EXPECT_EQ(scale.read().weight, Quantity{1000});
}

TEST(Scale, NoiseBeforeAnAnswerIsNotPartOfIt) {
  PretendedScale other(always("\x7f\x03xx" + std::string{kStx} + "99.9" + weight("00.250")));
  SerialScale scale(other.device());
  EXPECT_EQ(ask(scale).weight, Quantity{250});
}

TEST(Scale, ParityThatNobodyTookOffIsNoPartOfADigit) {
  std::string bytes = weight("00.250");
  for (char& c : bytes) c = static_cast<char>(c | 0x80);
  PretendedScale other(always(bytes));
  SerialScale scale(other.device());
  EXPECT_EQ(ask(scale).weight, Quantity{250});
}

TEST(Scale, NothingButNoiseIsNeverAWeight) {
  std::mt19937 random(20'261'122);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes;
    for (int n = 0; n < 20; ++n) bytes += static_cast<char>(random() % 128);
    EXPECT_NE(read_8217(bytes).state, State::stable) << i;
  }
  PretendedScale other(always(std::string(200, 'U')));
  SerialScale scale(other.device());
  EXPECT_EQ(ask(scale).state, State::garbled);
}

TEST(Scale, ASlowOneIsWaitedForAndADeadOneIsNot) {
  PretendedScale slow(always(weight("00.250")), milliseconds(20));
  SerialScale scale(slow.device(), {}, 1200);
  EXPECT_EQ(ask(scale).weight, Quantity{250});
  PretendedScale slower(always(weight("00.250")), milliseconds(200));
  SerialScale other(slower.device(), {}, 300);
  EXPECT_EQ(ask(other).state, State::silent);
  PretendedScale dead(always(""));
  SerialScale third(dead.device(), {}, 300);
  EXPECT_EQ(ask(third).state, State::silent);
  SerialScale nowhere("/dev/leaftill-no-such-scale");
  EXPECT_EQ(ask(nowhere).state, State::silent);
}

// An answer that comes after its question was given up is not the answer to the next one.
TEST(Scale, ALateAnswerIsNotTheNextOnes) {
  std::atomic<int> n{0};
  PretendedScale other([&](char) {
    if (n++ > 0) return weight("00.250");
    std::this_thread::sleep_for(milliseconds(400));
    return weight("09.999");
  });
  SerialScale scale(other.device(), {}, 200);
  EXPECT_EQ(scale.read().state, State::silent);
  const auto end = steady_clock::now() + milliseconds(5000);
  while (other.asked < 1 && steady_clock::now() < end) std::this_thread::yield();
  std::this_thread::sleep_for(milliseconds(500));  // until the late answer lies in the line
  const auto reading = scale.read();
  EXPECT_EQ(reading.weight, Quantity{250}) << to_word(reading.state);
}

TEST(Scale, OneThatIsUnpluggedInTheMiddleOfAnAnswerIsSilent) {
  auto other = std::make_unique<PretendedScale>(always(weight("00.250")), milliseconds(150));
  SerialScale scale(other->device(), {}, 900);
  std::thread hand([&] {
    const auto end = steady_clock::now() + milliseconds(5000);
    while (other->asked < 1 && steady_clock::now() < end) std::this_thread::yield();
    std::this_thread::sleep_for(milliseconds(200));
    other->unplug();
  });
  EXPECT_EQ(ask(scale).state, State::silent);
  hand.join();
  EXPECT_EQ(ask(scale).state, State::silent);
}

TEST(SerialLine, IsReadOrRefused) {
  EXPECT_EQ(parse_serial_line("9600 7E1"), (SerialLine{9600, 7, 'E', 1}));
  EXPECT_EQ(parse_serial_line("115200 8N2"), (SerialLine{115'200, 8, 'N', 2}));
  for (const char* text : {"", "9600", "9600 7E", "9601 7E1", "9600 6E1", "9600 7X1", "9600 7E3",
                           "9600  7E1", "9600 7E1 ", "-9600 7E1"}) {
    EXPECT_FALSE(parse_serial_line(text)) << text;
  }
}

}  // namespace
}  // namespace pos::till
