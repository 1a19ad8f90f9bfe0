#include "central/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace pos::central {
namespace {

int64_t whole_number(const std::string& value, int64_t least, int64_t most) {
  int64_t number = 0;
  auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (fault != std::errc() || end != value.data() + value.size() || number < least ||
      number > most) {
    throw ConfigError(fmt::format("'{}' is not a whole number from {} to {}", value, least, most));
  }
  return number;
}

std::string filled(const std::string& value) {
  if (value.empty()) throw ConfigError("it is empty");
  return value;
}

void take_database(Config& config, const std::string& value) {
  for (const char* scheme : {"sqlite:", "postgresql://", "postgres://"}) {
    if (value.rfind(scheme, 0) == 0 && value.size() > std::string_view(scheme).size()) {
      config.database = value;
      return;
    }
  }
  throw ConfigError(
      "the database is sqlite:FILE or postgresql://USER@HOST/NAME");  // may hold a password
}

void take_nats_url(Config& config, const std::string& value) {
  // NATS_SERVER of existing services is often HOST:PORT alone.
  config.nats_url = value.find("://") == std::string::npos ? "nats://" + filled(value) : value;
}

void take_http(Config& config, const std::string& value) {
  size_t colon = value.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    throw ConfigError(fmt::format("'{}' is not HOST:PORT, as 127.0.0.1:8080", value));
  }
  config.http_port = static_cast<uint16_t>(whole_number(value.substr(colon + 1), 0, 65535));
  std::string host = value.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos) {
    throw ConfigError(fmt::format("'{}' is not a numeric address, as 127.0.0.1", host));
  }
  config.http_host = host;
}

void take_log_format(Config& config, const std::string& value) {
  if (value != "text" && value != "json") throw ConfigError("it is text or json");
  config.log_format = value == "json" ? sync::LogFormat::json : sync::LogFormat::text;
}

void take(const Setting& setting, const std::string& where, Config& config,
          const std::string& value) {
  try {
    setting.take(config, value);
  } catch (const ConfigError& fault) {
    throw ConfigError(fmt::format("{}: {}", where, fault.what()));
  }
}

std::string place_of(const std::string& name, const toml::source_region& source) {
  return fmt::format("{}:{}:{}", name, source.begin.line, source.begin.column);
}

std::string value_text(const toml::node& node, const std::string& where) {
  if (auto text = node.value_exact<std::string>()) return *text;
  if (auto number = node.value_exact<int64_t>()) return std::to_string(*number);
  throw ConfigError(where + ": it is neither a text in quotes nor a whole number");
}

std::string known_words(std::string_view table) {
  std::string words;
  for (const auto& setting : settings()) {
    std::string word = table.empty() ? setting.table : setting.key;
    if (!table.empty() && table != setting.table) continue;
    if ((", " + words + ",").find(", " + word + ",") != std::string::npos) continue;
    words += (words.empty() ? "" : ", ") + word;
  }
  return words;
}

void take_table(Config& config, const std::string& table, const toml::table& keys,
                const std::string& name) {
  for (const auto& [key, node] : keys) {
    std::string where = place_of(name, key.source());
    auto found = std::find_if(
        settings().begin(), settings().end(),
        [&, k = key.str()](const Setting& s) { return table == s.table && k == s.key; });
    if (found == settings().end()) {
      throw ConfigError(fmt::format("{}: unknown key '{}' in [{}]; it has: {}", where, key.str(),
                                    table, known_words(table)));
    }
    take(*found, fmt::format("{}: {}.{}", where, table, key.str()), config,
         value_text(node, fmt::format("{}: {}.{}", where, table, key.str())));
  }
}

void take_file(Config& config, std::string_view text, const std::string& name) {
  toml::table root;
  try {
    root = toml::parse(text, name);
  } catch (const toml::parse_error& fault) {
    throw ConfigError(fmt::format("{}: {}", place_of(name, fault.source()), fault.description()));
  }
  for (const auto& [key, node] : root) {
    std::string table(key.str()), tables = ", " + known_words("") + ",";
    if (!node.is_table() || tables.find(", " + table + ",") == std::string::npos) {
      throw ConfigError(fmt::format("{}: unknown key '{}'; the tables are: {}",
                                    place_of(name, key.source()), table, known_words("")));
    }
    take_table(config, table, *node.as_table(), name);
  }
}

std::string beside_database(const Config& config, const std::string& name) {
  constexpr std::string_view scheme = "sqlite:";
  if (config.database.rfind(scheme, 0) != 0) return name;
  std::string file = config.database.substr(scheme.size());
  size_t slash = file.rfind('/');
  return slash == std::string::npos ? name : file.substr(0, slash + 1) + name;
}

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = {
      {"db",
       {"LEAFTILL_DB", "DATABASE_URL"},
       "central",
       "database",
       "sqlite:FILE or postgresql://…; default sqlite:central.db",
       take_database},
      {"key-file",
       {"LEAFTILL_KEY_FILE"},
       "central",
       "key",
       "central's signing key, made if missing; default central.key beside the SQLite file",
       [](Config& c, const std::string& v) { c.key_file = filled(v); }},
      {"ca-file",
       {"LEAFTILL_CA_FILE"},
       "central",
       "ca",
       "the chain's certificate authority, made if missing; default central.ca beside the SQLite "
       "file",
       [](Config& c, const std::string& v) { c.ca_file = filled(v); }},
      {"token-file",
       {"LEAFTILL_TOKEN_FILE"},
       "central",
       "token",
       "the HTTP bearer token, made if missing; default central.token beside the SQLite file",
       [](Config& c, const std::string& v) { c.token_file = filled(v); }},
      {"http",
       {"LEAFTILL_HTTP"},
       "central",
       "http",
       "HOST:PORT to listen on; default 127.0.0.1:8080, port 0 takes a free one",
       take_http},
      {"nats-url",
       {"LEAFTILL_NATS_URL", "NATS_SERVER"},
       "nats",
       "url",
       "the hub; default nats://127.0.0.1:4222",
       take_nats_url},
      {"nats-user",
       {"LEAFTILL_NATS_USER"},
       "nats",
       "user",
       "default central",
       [](Config& c, const std::string& v) { c.nats_user = filled(v); }},
      {"nats-password",
       {"LEAFTILL_NATS_PASSWORD"},
       "nats",
       "password",
       "default: what nats-config hub printed for central",
       [](Config& c, const std::string& v) { c.nats_password = filled(v); }},
      {"nats-attempts",
       {"LEAFTILL_NATS_ATTEMPTS"},
       "nats",
       "attempts",
       "failed connects in a row before central gives up; default 0, for ever",
       [](Config& c, const std::string& v) { c.nats_attempts = whole_number(v, 0, 1'000'000); }},
      {"nats-delay-ms",
       {"LEAFTILL_NATS_DELAY_MS"},
       "nats",
       "delay_ms",
       "milliseconds between attempts; default 1000",
       [](Config& c, const std::string& v) { c.nats_delay_ms = whole_number(v, 1, 3'600'000); }},
      {"log-format", {"LEAFTILL_LOG_FORMAT"}, "log", "format", "text or json", take_log_format},
  };
  return all;
}

Config merge_config(const Flags& flags, const Environment& environment, std::string_view text,
                    const std::string& name) {
  Config config;
  take_file(config, text, name);
  for (const auto& setting : settings()) {
    for (const char* variable : setting.environment) {
      auto value = environment(variable);
      if (!value || value->empty()) continue;
      take(setting, variable, config, *value);
      break;
    }
    auto flag = flags.find(setting.flag);
    if (flag != flags.end()) take(setting, std::string("--") + setting.flag, config, flag->second);
  }
  if (config.key_file.empty()) config.key_file = beside_database(config, "central.key");
  if (config.ca_file.empty()) config.ca_file = beside_database(config, "central.ca");
  if (config.token_file.empty()) config.token_file = beside_database(config, "central.token");
  return config;
}

Config read_config(const Flags& flags, const Environment& environment, const std::string& file) {
  if (file.empty()) return merge_config(flags, environment, "", "");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw ConfigError(fmt::format("{}: this configuration file cannot be read", file));
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return merge_config(flags, environment, text, file);
}

}  // namespace pos::central
