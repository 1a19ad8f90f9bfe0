// What a program tells its operator while it runs: one line on standard error for each event, as
// text or as JSON. log.cpp is the only file with spdlog. Any thread may call it.
//
//   log_info("http listening on http://127.0.0.1:8080");
//   log_warn("row quarantined", {{"store", "s1"}, {"till", "till1"}, {"why", "bad_signature"}});
//
// Never a password, PIN, token, seed or one-time code.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace pos::sync {

enum class LogFormat { text, json };
using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

void start_log(LogFormat);  // without it: text
void log_info(std::string_view message, LogFields = {});
void log_warn(std::string_view message, LogFields = {});
void log_error(std::string_view message, LogFields = {});

// The line without its end: what start_log's format makes of it.
std::string log_line(LogFormat, std::string_view level, std::string_view iso_time,
                     std::string_view message, LogFields);

}  // namespace pos::sync
