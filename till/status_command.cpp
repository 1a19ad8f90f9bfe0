#include "till/status_command.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "pos/time.h"
#include "storage/outbox.h"
#include "sync/sync_core.h"

namespace pos::till {
namespace {

using nlohmann::ordered_json;
constexpr int kNotInSync = 3, kInterrupted = 130;
constexpr std::chrono::milliseconds kLook{250};

volatile sig_atomic_t interrupted = 0;

ordered_json time_or_null(Instant at) {
  return at.unix_ms ? ordered_json(to_iso(at)) : ordered_json(nullptr);
}

// Of a till that rests: what its database says.
ordered_json status_of_file(const Config& config) {
  storage::Database database(config.database);
  storage::PendingStock pending(database);
  storage::Outbox outbox(database, pending);
  const auto counts = outbox.counts();
  const std::string fork = outbox.note("fork");
  std::istringstream clock(outbox.note(sync::kCentralClock));
  std::string heard;
  int64_t skew = 0;
  clock >> heard >> skew;
  return {{"link", "offline"},
          {"waiting", counts.waiting},
          {"sent", 0},
          {"settled", counts.settled},
          {"needs_attention", fork.empty() ? 0 : 1},
          {"attention", fork},
          {"lastReceipt", counts.last_receipt},
          {"oldestWaiting", time_or_null(counts.oldest_waiting)},
          {"centralHeard", heard.empty() ? ordered_json(nullptr) : ordered_json(heard)},
          {"clockSkewMs", skew}};
}

ordered_json status_now(const Config& config, const AskTill& ask) {
  const auto answer = ask("status");
  ordered_json s = answer ? ordered_json::parse(*answer, nullptr, false) : status_of_file(config);
  if (!s.is_object()) throw std::runtime_error("The till's answer was cut short: ask again.");
  if (s.contains("error")) throw std::runtime_error(s.value("error", ""));
  s["running"] = answer.has_value();
  return s;
}

std::string words_of(const ordered_json& s) {
  const auto number = [&](const char* name) { return std::to_string(s.value(name, int64_t{0})); };
  const auto text = [&](const char* name) {
    const auto it = s.find(name);
    return it != s.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  std::string words =
      std::string(s.value("running", false) ? "running" : "not running") + ", link " +
      text("link") + ": " + number("settled") + " confirmed, " + number("waiting") + " waiting, " +
      number("needs_attention") + " need attention; " +
      (text("lastReceipt").empty() ? "no receipt yet" : "last receipt " + text("lastReceipt"));
  if (const auto oldest = text("oldestWaiting"); !oldest.empty())
    words += "; waiting since " + oldest;
  if (const auto left = s.find("leftSeconds"); left != s.end() && left->is_number())
    words += "; about " + roughly(left->get<int64_t>() * 1000) + " left";
  if (const auto what = text("attention"); !what.empty()) words += "; " + what;
  return words;
}

int code_of(const ordered_json& s) {
  const bool in_sync =
      s.value("waiting", int64_t{0}) == 0 && s.value("needs_attention", int64_t{0}) == 0;
  return in_sync ? 0 : kNotInSync;
}

void put(const std::string& line, bool anew) {
  std::printf(anew ? "\r\x1b[K%s" : "%s\n", line.c_str());
  if (std::fflush(stdout) != 0) throw std::runtime_error("Standard output cannot be written.");
}

int watch(const Config& config, const AskTill& ask, bool as_json) {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  const bool anew = !as_json && ::isatty(STDOUT_FILENO) == 1;
  for (std::string last; !interrupted; std::this_thread::sleep_for(kLook)) {
    std::string line;
    try {
      const ordered_json s = status_now(config, ask);
      line = as_json ? s.dump() : words_of(s);
    } catch (const std::exception& e) {  // between two runs of the till, say
      line = as_json ? ordered_json{{"error", e.what()}}.dump() : std::string(e.what());
    }
    if (line != last) put(line, anew);
    last = line;
  }
  if (anew) std::printf("\n");
  return kInterrupted;
}

}  // namespace

int show_status(const Config& config, const AskTill& ask, const StatusAsked& asked) {
  if (asked.watch) return watch(config, ask, asked.as_json);
  const ordered_json s = status_now(config, ask);
  put(asked.as_json ? s.dump() : words_of(s), false);
  return code_of(s);
}

}  // namespace pos::till
