#include "central/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace pos::central {
namespace {

constexpr int64_t kTillsAPage = 500;
constexpr int64_t kSilent_ms = 45'000;  // four beats
constexpr int64_t kLongSilent_ms = 3'600'000;
constexpr int64_t kLongWaiting_ms = 900'000;
constexpr int64_t kWrongClock_ms = 60'000;

std::string span(int64_t ms) {
  const int64_t s = std::max<int64_t>(ms, 0) / 1000;
  if (s < 120) return fmt::format("{} s", s);
  if (s < 2 * 3600) return fmt::format("{} min", s / 60);
  if (s < 48 * 3600) return fmt::format("{} h", s / 3600);
  return fmt::format("{} days", s / 86'400);
}

int64_t age_ms(const std::string& iso, Instant now) {
  const auto at = parse_iso(iso);
  return at ? std::max<int64_t>(now.unix_ms - at->unix_ms, 0) : 0;
}

std::vector<std::string> attention_of(const FleetLine& line) {
  const TillEntry& t = line.till;
  std::vector<std::string> words;
  if (t.state == "revoked") return words;
  if (t.state == "pending") words.push_back("not enrolled: its bundle was not used yet");
  if (line.link == "silent" && line.seen_ms > kLongSilent_ms) {
    words.push_back("not heard for " + span(line.seen_ms));
  }
  if (line.oldest_waiting_ms > kLongWaiting_ms) {
    words.push_back(fmt::format("{} rows wait since {}", t.pending, span(line.oldest_waiting_ms)));
  }
  if (t.clock_skew_ms > kWrongClock_ms || t.clock_skew_ms < -kWrongClock_ms) {
    words.push_back(fmt::format("its clock is {} {}", span(std::abs(t.clock_skew_ms)),
                                t.clock_skew_ms > 0 ? "fast" : "slow"));
  }
  if (line.problems > 0) {
    words.push_back(fmt::format("{} open problem{}", line.problems, line.problems == 1 ? "" : "s"));
  }
  return words;
}

std::map<std::pair<std::string, std::string>, int64_t> open_problems_of_tills(Database& database) {
  std::map<std::pair<std::string, std::string>, int64_t> all;
  for (const auto& row : database.session()->query(
           "SELECT store, till, COUNT(*) FROM problem WHERE resolved_at = '' AND till <> '' "
           "GROUP BY store, till")) {
    all[{row.text(0), row.text(1)}] = row.integer(2);
  }
  return all;
}

std::string last_seen(const FleetLine& line) {
  return line.link == "never" ? "never" : span(line.seen_ms) + " ago";
}

}  // namespace

std::vector<FleetLine> fleet_lines(Database& database, Instant now) {
  const auto problems = open_problems_of_tills(database);
  Registry registry(database);
  std::vector<FleetLine> all;
  for (std::string store, till;;) {
    auto page = registry.tills("", store, till, kTillsAPage);
    for (auto& entry : page) {
      store = entry.store;
      till = entry.till;
      FleetLine line;
      line.till = std::move(entry);
      const bool heard = !line.till.last_seen_at.empty();
      line.seen_ms = age_ms(line.till.last_seen_at, now);
      line.link = !heard ? "never" : line.seen_ms <= kSilent_ms ? "up" : "silent";
      line.oldest_waiting_ms = age_ms(line.till.oldest_pending_at, now);
      const auto open = problems.find({store, till});
      line.problems = open == problems.end() ? 0 : open->second;
      line.attention = attention_of(line);
      all.push_back(std::move(line));
    }
    if (page.size() < static_cast<size_t>(kTillsAPage)) return all;
  }
}

std::string fleet_table(const std::vector<FleetLine>& lines) {
  std::string out = fmt::format("{:12} {:12} {:9} {:6} {:12} {:>9} {:>9} {:>8} {:>9}  {:22} {}\n",
                                "STORE", "TILL", "STATE", "LINK", "LAST SEEN", "SEQ", "APPLIED",
                                "WAITING", "OLDEST", "LAST RECEIPT", "APP");
  int64_t troubled = 0;
  for (const auto& line : lines) {
    const TillEntry& t = line.till;
    out += fmt::format("{:12} {:12} {:9} {:6} {:12} {:>9} {:>9} {:>8} {:>9}  {:22} {}\n", t.store,
                       t.till, t.state, line.link, last_seen(line), t.seq, t.applied, t.pending,
                       line.oldest_waiting_ms > 0 ? span(line.oldest_waiting_ms) : "-",
                       t.last_receipt, t.app);
    for (const auto& words : line.attention) out += "  ! " + words + "\n";
    troubled += line.attention.empty() ? 0 : 1;
  }
  return out + fmt::format("{} till{}, {} of them need{} attention\n", lines.size(),
                           lines.size() == 1 ? "" : "s", troubled, troubled == 1 ? "s" : "");
}

std::string fleet_json(const std::vector<FleetLine>& lines) {
  auto tills = nlohmann::ordered_json::array();
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
  };
  for (const auto& line : lines) {
    const TillEntry& t = line.till;
    tills.push_back({{"storeId", t.store},
                     {"tillId", t.till},
                     {"state", t.state},
                     {"link", line.link},
                     {"lastSeen", text_or_null(t.last_seen_at)},
                     {"epoch", text_or_null(t.epoch)},
                     {"seq", t.seq},
                     {"appliedSeq", t.applied},
                     {"pending", t.pending},
                     {"oldestPendingAt", text_or_null(t.oldest_pending_at)},
                     {"lastReceipt", text_or_null(t.last_receipt)},
                     {"app", text_or_null(t.app)},
                     {"clockSkewMs", t.clock_skew_ms},
                     {"problems", line.problems},
                     {"attention", line.attention}});
  }
  return nlohmann::ordered_json{{"tills", tills}}.dump() + "\n";
}

}  // namespace pos::central
