#include "central/missing_receipts.h"

#include <fmt/format.h>

#include <set>

#include "central/effect.h"
#include "central/receipt_number.h"

namespace pos::central {
namespace {

constexpr const char* kKind = "receipts_missing";
constexpr int64_t kMostCounted = 100'000;  // a stranger's beat names any number

// How many sales of that till are here with numbers from `from` to `to` of the series.
int64_t held(Session& session, const std::string& store, const std::string& till,
             const ReceiptNumber& from, int64_t to) {
  std::set<int64_t> numbers;
  const std::string head = store + "-" + till + "-" + from.series;
  // Of the series alone: ':' comes after '9', and a longer series has a letter there.
  for (const auto& row : session.query("SELECT receipt FROM journal_row WHERE store = $1 AND "
                                       "receipt >= $2 AND receipt < $3 AND till = $4",
                                       {store, head + "0", head + ":", till})) {
    const auto number = parse_receipt(store, till, row.text(0));
    if (number && number->number >= from.number && number->number <= to)
      numbers.insert(number->number);
  }
  return static_cast<int64_t>(numbers.size());
}

// The highest of that series; 0: none.
int64_t highest(Session& session, const std::string& store, const std::string& till,
                const std::string& series) {
  const std::string head = store + "-" + till + "-" + series;
  const auto rows = session.query(
      "SELECT receipt FROM journal_row WHERE store = $1 AND receipt >= $2 AND receipt < $3 "
      "AND till = $4 ORDER BY length(receipt) DESC, receipt DESC LIMIT 1",
      {store, head + "0", head + ":", till});
  const auto number = rows.empty() ? std::nullopt : parse_receipt(store, till, rows[0].text(0));
  return number ? number->number : 0;
}

std::string receipt_number_text(const std::string& store, const std::string& till,
                                const std::string& series, int64_t number) {
  return fmt::format("{}-{}-{}{:06}", store, till, series, number);
}

}  // namespace

void told_receipt(Session& session, const std::string& store, const std::string& till,
                  const std::string& receipt) {
  const auto rows =
      session.query("SELECT told_receipt FROM till WHERE store = $1 AND till = $2", {store, till});
  if (rows.empty() || !later_receipt(store, till, receipt, rows[0].text(0))) return;
  session.execute("UPDATE till SET told_receipt = $3 WHERE store = $1 AND till = $2",
                  {store, till, receipt});
}

std::vector<Problem> missing_receipts(Session& session, const std::string& store,
                                      const std::string& till, const std::string& begins) {
  const auto rows =
      session.query("SELECT told_receipt FROM till WHERE store = $1 AND till = $2", {store, till});
  const auto told = rows.empty() ? std::nullopt : parse_receipt(store, till, rows[0].text(0));
  const auto next = parse_receipt(store, till, begins);
  if (!told || !next || told->series == next->series || told->key() > next->key()) return {};
  const int64_t last = highest(session, store, till, told->series);
  if (last >= told->number || told->number - last > kMostCounted) return {};
  const std::string from = receipt_number_text(store, till, told->series, last + 1),
                    to = receipt_number_text(store, till, told->series, told->number);
  return {{kKind, store, till, "", from + " " + to,
           "receipts " + from + " to " + to + " were handed out by till " + till + " of " + store +
               ", and its rows did not come before its disk was lost or replaced. Where another "
               "till of the store heard of them it brings them; what stays missing is on the "
               "customers' receipts alone"}};
}

void resolve_missing(Session& session,
                     const std::vector<std::pair<std::string, std::string>>& tills, Instant now) {
  for (const auto& [store, till] : tills) {
    const auto open = session.query(
        "SELECT id, about FROM problem WHERE resolved_at = '' AND kind = $1 AND store = $2 "
        "AND till = $3",
        {kKind, store, till});
    for (const auto& row : open) {
      const std::string about = row.text(1);
      const auto space = about.find(' ');
      const auto from = parse_receipt(store, till, about.substr(0, space)),
                 to = parse_receipt(store, till, about.substr(space + 1));
      if (!from || !to ||
          held(session, store, till, *from, to->number) < to->number - from->number + 1)
        continue;
      session.execute("UPDATE problem SET resolved_at = $2 WHERE id = $1",
                      {row.integer(0), to_iso(now)});
    }
  }
}

}  // namespace pos::central
