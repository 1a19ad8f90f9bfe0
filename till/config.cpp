#include "till/config.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

#include "pos/receipt.h"
#include "till/metrics.h"
#include "till/printer_port.h"

// toml++ is a compiled library in Debian.
#include <toml++/toml.h>

namespace pos::till {
namespace {

namespace fs = std::filesystem;

// One setting: its place in the file, its flag and variable, and how it is taken.
struct Setting {
  const char* table;
  const char* key;
  const char* flag;  // the variable is LEAFTILL_ + flag in capitals, '_' for '-'
  void (*take)(Config&, const std::string& value);
};

int64_t number(const std::string& text, int64_t least, int64_t most) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    throw ConfigError("must be a whole number from " + std::to_string(least) + " to " +
                      std::to_string(most) + ", not \"" + text + "\"");
  }
  return value;
}

bool yes_or_no(const std::string& text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  throw ConfigError("must be true or false, not \"" + text + "\"");
}

std::string not_empty(const std::string& text) {
  if (text.empty()) throw ConfigError("must not be empty");
  return text;
}

std::string language(const std::string& text) {
  std::string all;
  for (const std::string& known : receipt_languages()) {
    if (text == known) return text;
    all += (all.empty() ? "" : ", ") + known;
  }
  throw ConfigError("must be one of " + all + ", not \"" + text + "\"");
}

// Whether anything opens it.
bool drawer(const std::string& text) {
  if (text == "cash" || text == "never") return text == "cash";
  throw ConfigError("must be cash or never, not \"" + text + "\"");
}

std::string printer(const std::string& url) {
  try {
    if (!url.empty()) parse_printer_url(url);
  } catch (const std::invalid_argument& e) {
    throw ConfigError(e.what());
  }
  return url;
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = {
      {"till", "database", "database",
       [](Config& c, const std::string& v) { c.database = not_empty(v); }},
      {"till", "key", "key", [](Config& c, const std::string& v) { c.key = not_empty(v); }},
      {"till", "lock_after_s", "lock-after-s",
       [](Config& c, const std::string& v) { c.lock_after_s = number(v, 0, 86'400); }},
      {"till", "keep_days", "keep-days",
       [](Config& c, const std::string& v) { c.keep_days = number(v, 30, 36'500); }},
      {"nats", "url", "nats-url",
       [](Config& c, const std::string& v) { c.nats_url = not_empty(v); }},
      {"nats", "attempts", "nats-attempts",
       [](Config& c, const std::string& v) { c.nats_attempts = number(v, 0, 1'000'000); }},
      {"nats", "delay_ms", "nats-delay-ms",
       [](Config& c, const std::string& v) { c.nats_delay_ms = number(v, 10, 600'000); }},
      {"sync", "carry_after_s", "carry-after-s",
       [](Config& c, const std::string& v) { c.carry_after_s = number(v, 1, 86'400); }},
      {"store", "time_zone", "time-zone",
       [](Config& c, const std::string& v) { c.time_zone = not_empty(v); }},
      {"labels", "preset", "label-preset",
       [](Config& c, const std::string& v) {
         if (!v.empty() && label_preset(v).empty()) {
           throw ConfigError("must be one of GB, DE, DK, FI, SE, NO, FR, IT, US, or empty, not \"" +
                             v + "\"");
         }
         c.label_preset = v;
       }},
      {"labels", "patterns", "label-patterns",
       [](Config& c, const std::string& v) {
         const auto patterns = parse_label_patterns(v);
         if (!patterns) {
           throw ConfigError(
               "must be patterns like \"21:5:-:weight:3\": prefix, digits of the item, v or - for "
               "a verifier, price, weight or count, decimals; not \"" +
               v + "\"");
         }
         c.label_patterns = *patterns;
       }},
      {"scale", "device", "scale-device",
       [](Config& c, const std::string& v) { c.scale_device = v; }},
      {"scale", "line", "scale-line",
       [](Config& c, const std::string& v) {
         const auto line = parse_serial_line(v);
         if (!line) {
           throw ConfigError("must be a speed and a frame, like \"9600 7E1\", not \"" + v + "\"");
         }
         c.scale_line = *line;
       }},
      {"receipt", "columns", "receipt-columns",
       [](Config& c, const std::string& v) { c.receipt_columns = number(v, 24, 80); }},
      {"receipt", "language", "receipt-language",
       [](Config& c, const std::string& v) { c.receipt_language = language(v); }},
      {"printer", "url", "printer-url",
       [](Config& c, const std::string& v) { c.printer_url = printer(v); }},
      {"printer", "code_page", "printer-code-page",
       [](Config& c, const std::string& v) {
         printer_pages(v);
         c.printer_code_page = v;
       }},
      {"printer", "columns", "printer-columns",
       [](Config& c, const std::string& v) { c.printer_columns = number(v, 24, 80); }},
      {"printer", "drawer", "printer-drawer",
       [](Config& c, const std::string& v) { c.printer_drawer = drawer(v); }},
      {"window", "full_screen", "full-screen",
       [](Config& c, const std::string& v) { c.full_screen = yes_or_no(v); }},
      {"window", "width", "width",
       [](Config& c, const std::string& v) { c.window_width = number(v, 640, 8192); }},
      {"window", "height", "height",
       [](Config& c, const std::string& v) { c.window_height = number(v, 480, 8192); }},
      {"window", "micrometres_per_pixel", "micrometres-per-pixel",
       [](Config& c, const std::string& v) { c.micrometres_per_pixel = number(v, 0, 2000); }},
      {"metrics", "listen", "metrics-listen",
       [](Config& c, const std::string& v) {
         if (!v.empty() && !parse_loopback(v)) {
           throw ConfigError(
               "must be an address of this machine alone and a port, like \"127.0.0.1:9464\", not "
               "\"" +
               v + "\"");
         }
         c.metrics_listen = v;
       }},
      {"log", "format", "log-format",
       [](Config& c, const std::string& v) {
         if (v != "text" && v != "json")
           throw ConfigError("must be \"text\" or \"json\", not \"" + v + "\"");
         c.json_log = v == "json";
       }},
  };
  return all;
}

std::string variable_of(const Setting& setting) {
  std::string name = "LEAFTILL_";
  for (const char* c = setting.flag; *c; ++c) {
    name += *c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(*c)));
  }
  return name;
}

std::string at(const std::string& file, const toml::source_region& where) {
  std::ostringstream text;
  text << file << ":" << where.begin.line << ":" << where.begin.column << ": ";
  return text.str();
}

void take(Config& config, const Setting& setting, const std::string& value,
          const std::string& from) {
  try {
    setting.take(config, value);
  } catch (const ConfigError& e) {
    throw ConfigError(from + setting.table + "." + setting.key + " " + e.what());
  }
}

std::string config_text(const toml::node& node) {
  if (const auto* s = node.as_string()) return s->get();
  if (const auto* i = node.as_integer()) return std::to_string(i->get());
  if (const auto* b = node.as_boolean()) return b->get() ? "true" : "false";
  throw ConfigError("must be text, a whole number, true or false");
}

void take_table(Config& config, const std::string& file, const std::string& table,
                const toml::table& keys) {
  for (const auto& [key, node] : keys) {
    const Setting* found = nullptr;
    for (const Setting& s : settings()) {
      if (table == s.table && std::string_view(key) == s.key) found = &s;
    }
    const std::string where = at(file, key.source());
    if (!found) throw ConfigError(where + "there is no setting " + table + "." + std::string(key));
    try {
      take(config, *found, config_text(node), where);
    } catch (const ConfigError& e) {
      if (std::string(e.what()).rfind(where, 0) == 0) throw;
      throw ConfigError(where + table + "." + std::string(key) + " " + e.what());
    }
  }
}

void take_file(Config& config, const std::string& file) {
  toml::table document;
  try {
    document = toml::parse_file(file);
  } catch (const toml::parse_error& e) {
    throw ConfigError(at(file, e.source()) + std::string(e.description()));
  }
  for (const auto& [name, node] : document) {
    const auto* table = node.as_table();
    bool known = false;
    for (const Setting& s : settings()) known = known || std::string_view(name) == s.table;
    if (!table || !known) {
      throw ConfigError(at(file, name.source()) + "there is no setting " + std::string(name));
    }
    take_table(config, file, std::string(name), *table);
  }
  // Paths in the file are meant beside the file, wherever the till is started.
  const fs::path folder = fs::absolute(file).parent_path();
  for (std::string* path : {&config.database, &config.key}) {
    if (!path->empty()) *path = (folder / *path).lexically_normal().string();
  }
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (!value) return {};
    return std::string(value);
  };
}

Config load_config(const std::string& file, const std::map<std::string, std::string>& flags,
                   const Environment& environment) {
  Config config;
  if (!file.empty()) {
    if (!fs::is_regular_file(file)) {
      throw ConfigError(file + ": there is no such file. `leaftillctl provision` writes one.");
    }
    take_file(config, file);
  }
  for (const Setting& s : settings()) {
    if (const auto value = environment(variable_of(s)))
      take(config, s, *value, variable_of(s) + ": ");
    const auto flag = flags.find(s.flag);
    if (flag != flags.end()) take(config, s, flag->second, "--" + std::string(s.flag) + ": ");
  }
  if (config.database.empty()) {
    throw ConfigError(
        "No database is named: give --config FILE (the till.toml of this till) or --database "
        "FILE.");
  }
  if (config.key.empty()) config.key = fs::path(config.database).replace_extension(".key").string();
  return config;
}

std::vector<PrinterPage> printer_pages(const std::string& text) {
  std::vector<PrinterPage> pages;
  std::istringstream in(text);
  for (std::string one; std::getline(in, one, ',');) {
    one.erase(0, one.find_first_not_of(' '));
    one.erase(one.find_last_not_of(' ') + 1);
    const auto page = printer_page(one);
    if (!page) {
      throw ConfigError(
          "has pages of pc437, pc850, pc852, pc858, pc866, wpc1252 and wpc1253, like \"pc858\" or "
          "\"pc858, pc852=18\"; there is no \"" +
          one + "\"");
    }
    pages.push_back(*page);
  }
  if (pages.empty()) throw ConfigError("must not be empty");
  return pages;
}

std::string config_text(const std::string& nats_url, const std::string& time_zone) {
  return "# This till. `leaftill --config THIS_FILE` starts it; every setting is in "
         "docs/operate.md.\n"
         "[till]\ndatabase = \"till.db\"\nkey = \"till.key\"\n\n[nats]\nurl = \"" +
         nats_url +
         "\"\nattempts = 0       # 0: try for ever\ndelay_ms = 1000\n\n[store]\ntime_zone = \"" +
         time_zone + "\"\n";
}

}  // namespace pos::till
