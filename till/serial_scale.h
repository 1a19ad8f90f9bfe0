// A scale on a serial line, speaking 8217. The port is opened when it is first asked, and again
// after it was lost; every question has one deadline, whatever the line does meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pos/scale.h"

namespace pos::till {

// "9600 7E1": baud, data bits, parity, stop bits.
struct SerialLine {
  int baud = 9600;
  int data_bits = 7;  // 7, 8
  char parity = 'E';  // E, O, N
  int stop_bits = 1;  // 1, 2
  bool operator==(const SerialLine&) const = default;
};
std::optional<SerialLine> parse_serial_line(std::string_view);

class SerialScale final : public Scale {
 public:
  explicit SerialScale(std::string device, SerialLine line = {}, int64_t patience_ms = 700)
      : device_(std::move(device)), line_(line), patience_ms_(patience_ms) {}
  ~SerialScale() override { close(); }
  SerialScale(const SerialScale&) = delete;

  ScaleReading read() override { return ask('W'); }
  ScaleReading zero() override { return ask('Z'); }
  ScaleReading tare() override { return ask('T'); }
  ScaleReading clear() override { return ask('C'); }

 private:
  bool open();
  void close();
  ScaleReading ask(char command);
  bool send(char command, int64_t until_ms);
  std::optional<std::string> receive(int64_t until_ms);

  const std::string device_;
  const SerialLine line_;
  const int64_t patience_ms_;
  int fd_ = -1;
};

}  // namespace pos::till
