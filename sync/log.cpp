#include "sync/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>

#include "pos/receipt.h"
#include "pos/time.h"

namespace pos::sync {
namespace {

LogFormat chosen = LogFormat::text;

// Bytes of a stranger come into log lines: no line of theirs may look like one of ours.
std::string escaped(std::string_view text, bool quoted) {
  std::string out;
  out.reserve(text.size() + 2);
  bool utf8 = valid_utf8(text);
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (quoted && (c == '"' || c == '\\')) {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f || (byte > 0x7f && !utf8)) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

spdlog::logger& logger() {
  static const auto made = [] {
    auto it = spdlog::stderr_logger_mt("leaftill");
    it->set_pattern("%v");
    it->flush_on(spdlog::level::info);
    return it;
  }();
  return *made;
}

void write(spdlog::level::level_enum level, std::string_view word, std::string_view message,
           LogFields fields) {
  auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  logger().log(level, spdlog::string_view_t(
                          log_line(chosen, word, to_iso(Instant{now.count()}), message, fields)));
}

std::string json_line(std::string_view level, std::string_view time, std::string_view message,
                      LogFields fields) {
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","message":"{}")", time, level,
                                 escaped(message, true));
  for (const auto& [name, value] : fields) {
    line += fmt::format(R"(,"{}":"{}")", escaped(name, true), escaped(value, true));
  }
  return line + "}";
}

std::string text_line(std::string_view level, std::string_view time, std::string_view message,
                      LogFields fields) {
  std::string line = fmt::format("{} {:5} {}", time, level, escaped(message, false));
  for (const auto& [name, value] : fields) {
    bool quote = value.empty() || value.find_first_of(" =\"\\") != std::string::npos;
    const char* mark = quote ? "\"" : "";
    line += fmt::format(" {}={}{}{}", name, mark, escaped(value, quote), mark);
  }
  return line;
}

}  // namespace

void start_log(LogFormat format) { chosen = format; }

void log_info(std::string_view message, LogFields fields) {
  write(spdlog::level::info, "info", message, fields);
}
void log_warn(std::string_view message, LogFields fields) {
  write(spdlog::level::warn, "warn", message, fields);
}
void log_error(std::string_view message, LogFields fields) {
  write(spdlog::level::err, "error", message, fields);
}

std::string log_line(LogFormat format, std::string_view level, std::string_view iso_time,
                     std::string_view message, LogFields fields) {
  return format == LogFormat::json ? json_line(level, iso_time, message, fields)
                                   : text_line(level, iso_time, message, fields);
}

}  // namespace pos::sync
