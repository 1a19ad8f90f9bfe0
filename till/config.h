// The till's settings: flag > environment LEAFTILL_* > file > default. An unknown key, a wrong type
// or a number out of range is an error with line and column; nothing is guessed.
//
//   [till]    database = "till.db"   key = "till.key"          # relative to the file
//             lock_after_s = 0                                 # 0: the window never locks itself
//             keep_days = 3650                                 # of the journal, 30 at least
//   [nats]    url = "nats://127.0.0.1:4222"   attempts = 0   delay_ms = 1000   # 0: for ever
//   [sync]    carry_after_s = 180                              # a silent neighbour's rows
//   [store]   time_zone = "Europe/Vienna"
//   [labels]  preset = "DE"   patterns = "21:5:-:weight:3"     # own patterns before the preset's
//   [scale]   device = "/dev/ttyUSB0"   line = "9600 7E1"      # empty: weights are typed
//   [receipt] columns = 42   language = "en"
//   [printer] url = "tcp://192.168.1.50:9100"   code_page = "pc858"   columns = 42
//             drawer = "cash"
//   [metrics] listen = "127.0.0.1:9464"                         # empty: no such port
//   [window]  full_screen = false   pixels_per_mm = "0"        # 0: ask the monitor
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "pos/code_page.h"
#include "pos/label.h"
#include "till/serial_scale.h"

namespace pos::till {

struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Config {
  std::string database, key;
  int64_t lock_after_s = 0;  // without a key or a touch; 0: never
  int64_t keep_days = 3650;  // of the journal; at least 30 after central has signed
  std::string nats_url = "nats://127.0.0.1:4222";
  int64_t nats_attempts = 0;
  int64_t nats_delay_ms = 1000;
  int64_t carry_after_s = 180;  // rows of a neighbour that is silent so long are carried
  std::string time_zone;        // empty: what provisioning wrote
  std::string label_preset;     // "DE": what its scales print; empty: none
  std::vector<LabelPattern> label_patterns;  // pos/label.h
  std::string scale_device;                  // empty: none
  SerialLine scale_line;
  int64_t receipt_columns = 42;
  std::string receipt_language = "en";
  std::string printer_url;  // empty: no printer
  std::string printer_code_page = "pc858";
  int64_t printer_columns = 0;  // 0: receipt_columns
  bool printer_drawer = true;   // "cash": it opens for cash; "never": there is none
  bool full_screen = false;
  int64_t window_width = 1280, window_height = 800;
  int64_t micrometres_per_pixel = 0;  // 0: ask the monitor
  bool json_log = false;
  std::string metrics_listen;  // empty: nobody is told
};

using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// Flags by their name without dashes ("database"), as text. Throws ConfigError.
Config load_config(const std::string& file, const std::map<std::string, std::string>& flags,
                   const Environment& environment);

// "pc858, pc852=18": a printer's pages, as preferred; a number where it differs from Epson's.
std::vector<PrinterPage> printer_pages(const std::string& text);

// The text of a new configuration file, for provisioning.
std::string config_text(const std::string& nats_url, const std::string& time_zone);

}  // namespace pos::till
