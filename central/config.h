// Where leaftill-central's settings come from: a flag goes before the environment, that before the
// TOML file (--config), that before the default. CLI11 lets a file beat the environment, so the
// merge is here. What cannot be understood is a ConfigError with words that name the place; a key
// of the file that nobody knows is one too, with line and column.
//
//   [central]  database = "sqlite:/var/lib/leaftill/central.db"   key = "…"   token = "…"   http =
//   "127.0.0.1:8080" [nats]     url = "nats://127.0.0.1:4222"   user = "central"   password = "…"
//   attempts = 0   delay_ms = 1000 [log]      format = "json"
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sync/log.h"

namespace pos::central {

struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Config {
  std::string database = "sqlite:central.db";
  std::string key_file, ca_file, token_file;  // never empty: default beside the SQLite file
  std::string nats_url = "nats://127.0.0.1:4222";
  std::string nats_user, nats_password;  // empty: "central" and what the registry keeps
  int64_t nats_attempts = 0;             // 0: for ever
  int64_t nats_delay_ms = 1000;
  std::string http_host = "127.0.0.1";
  uint16_t http_port = 8080;  // 0: a free one
  sync::LogFormat log_format = sync::LogFormat::text;
};

// One setting's names in the three places. `--db` is flag "db".
struct Setting {
  const char* flag;
  std::vector<const char*> environment;  // the first that is set counts
  const char* table;
  const char* key;
  const char* help;
  void (*take)(Config&, const std::string& value);  // throws ConfigError with words
};
const std::vector<Setting>& settings();

using Flags = std::map<std::string, std::string>;  // by Setting::flag; only what was given
using Environment = std::function<std::optional<std::string>(const char* name)>;

// `file`: the path of a TOML file, or empty. Throws ConfigError.
Config read_config(const Flags& flags, const Environment& environment, const std::string& file);

// The same with the file's text at hand; `name` is for the words.
Config merge_config(const Flags& flags, const Environment& environment, std::string_view text,
                    const std::string& name);

}  // namespace pos::central
