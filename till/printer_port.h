// The way to a printer: where it is, and one delivery of bytes to it. Every step has a deadline,
// and a stop cuts any of them short.
//
//   tcp://192.168.1.50          tcp://127.0.0.1:9100        an address, not a name: a till without
//                                                           network has nobody to ask for names
//   file:/dev/usb/lp0           any file: bytes are written at its end
//   serial:/dev/ttyS0?baud=19200&flow=rtscts                flow: none, rtscts, xonxoff
#pragma once

#include <string>
#include <string_view>

namespace pos::till {

struct PrinterAddress {
  enum class Kind { tcp, file, serial } kind = Kind::tcp;
  enum class Flow { none, rtscts, xonxoff } flow = Flow::none;
  std::string place;  // an IP address, or a path
  int port = 9100;
  int baud = 9600;
  bool operator==(const PrinterAddress&) const = default;
};
// Throws std::invalid_argument with words that go after "printer.url ".
PrinterAddress parse_printer_url(const std::string& url);
std::string to_text(const PrinterAddress&);

struct PortPatience {
  int open_ms = 3000;
  int stall_ms = 10'000;  // without one byte taken
};

struct Delivery {
  bool done = false;
  bool began = false;  // some bytes may be on paper: trying again could print them twice
  std::string words;   // when not done: what is wrong and what to do
};
// Opens, writes all, waits until the printer took it, closes. `stop` is readable when to give up.
Delivery deliver(const PrinterAddress&, std::string_view bytes, const PortPatience&, int stop);

}  // namespace pos::till
