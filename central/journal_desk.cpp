#include "central/journal_desk.h"

#include <array>

#include "central/refused.h"

namespace pos::central {
namespace {

constexpr const char* kLine =
    "SELECT transaction_id, store, till, type, kind, receipt, business_date, at, cashier_id, "
    "currency, carrier, epoch, seq, total, tax, applied_at FROM journal_row ";
constexpr const char* kProblem =
    "SELECT id, kind, store, till, transaction_id, about, text, opened_at, resolved_at, times FROM "
    "problem ";

// Not journal_row: counting it would read all of it.
constexpr const char* kCounts = R"(SELECT
  (SELECT COUNT(*) FROM problem WHERE resolved_at = ''),
  (SELECT COUNT(*) FROM quarantine),
  (SELECT COUNT(*) FROM waiting),
  (SELECT COUNT(*) FROM till),
  (SELECT COUNT(*) FROM till WHERE state = 'approved'),
  (SELECT COUNT(*) FROM store),
  (SELECT COUNT(*) FROM product WHERE deleted = 0),
  (SELECT CAST(COALESCE(MAX(value), '0') AS BIGINT) FROM meta WHERE name = 'catalogue_version'),
  (SELECT COUNT(*) FROM down_mark),
  (SELECT COUNT(*) FROM event_outbox))";

JournalLine line_of(const ResultRow& row) {
  JournalLine line;
  std::string* const texts[] = {&line.id,      &line.store,    &line.till,          &line.type,
                                &line.kind,    &line.receipt,  &line.business_date, &line.at,
                                &line.cashier, &line.currency, &line.carrier,       &line.epoch};
  size_t column = 0;
  for (std::string* text : texts) *text = row.text(column++);
  line.seq = row.integer(column++);
  line.total = row.integer(column++);
  line.tax = row.integer(column++);
  line.applied_at = row.text(column);
  return line;
}

ProblemEntry problem_of(const ResultRow& row) {
  return {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4),
          row.text(5),    row.text(6), row.text(7), row.text(8), row.integer(9)};
}

// The place after a line: "<transaction id>.<store>.<till>". None of the three holds a dot.
std::string place_of(const JournalLine& line) {
  return line.id + "." + line.store + "." + line.till;
}

std::array<std::string, 3> place_parts(const std::string& place) {
  if (place.empty()) return {};
  size_t first = place.find('.'), last = place.rfind('.');
  if (first == std::string::npos || first == last) {
    throw Refused(Refused::Why::malformed, "bad_after",
                  "`after` is the `next` of an earlier answer");
  }
  return {place.substr(0, first), place.substr(first + 1, last - first - 1),
          place.substr(last + 1)};
}

// The narrowing conditions that were asked for, each with its parameter.
class Conditions {
 public:
  void add(const char* condition, const std::string& value) {
    if (value.empty()) return;
    text_ += std::string(" AND ") + condition + "$" + std::to_string(next(value));
  }
  size_t next(const Param& value) {
    parameters_.push_back(value);
    return parameters_.size();
  }
  const std::string& text() const { return text_; }
  const std::vector<Param>& parameters() const { return parameters_; }

 private:
  std::string text_;
  std::vector<Param> parameters_;
};

}  // namespace

JournalPage JournalDesk::transactions(const JournalQuestion& asked) {
  Conditions where;
  for (const auto& part : place_parts(asked.after)) where.next(part);
  where.add("store = ", asked.store);
  where.add("till = ", asked.till);
  where.add("business_date >= ", asked.from);
  where.add("business_date <= ", asked.to);
  where.add("receipt = ", asked.receipt);
  where.add("type = ", asked.type);
  std::string sql = std::string(kLine) + "WHERE (transaction_id, store, till) > ($1, $2, $3)" +
                    where.text() + " ORDER BY transaction_id, store, till LIMIT $" +
                    std::to_string(where.next(asked.limit + 1));
  JournalPage page;
  for (const auto& row : database_.session()->query(sql, where.parameters()))
    page.lines.push_back(line_of(row));
  if (static_cast<int64_t>(page.lines.size()) > asked.limit) {
    page.lines.pop_back();
    page.next = place_of(page.lines.back());
  }
  return page;
}

std::optional<JournalLine> JournalDesk::transaction(const std::string& id) {
  auto session = database_.session();
  auto rows = session->query(
      std::string(kLine) + "WHERE transaction_id = $1 ORDER BY store, till LIMIT 1", {id});
  if (rows.empty()) return {};
  JournalLine line = line_of(rows[0]);
  line.body =
      session
          ->query(
              "SELECT body FROM journal_row WHERE transaction_id = $1 AND store = $2 AND till = $3",
              {line.id, line.store, line.till})
          .at(0)
          .text(0);
  return line;
}

std::vector<ProblemEntry> JournalDesk::problems_of(const std::string& transaction_id) {
  std::vector<ProblemEntry> all;
  for (const auto& row : database_.session()->query(
           std::string(kProblem) + "WHERE transaction_id = $1 ORDER BY id", {transaction_id})) {
    all.push_back(problem_of(row));
  }
  return all;
}

std::vector<ProblemEntry> JournalDesk::problems(ProblemState state, int64_t after, int64_t limit) {
  std::string narrowed = state == ProblemState::open       ? " AND resolved_at = ''"
                         : state == ProblemState::resolved ? " AND resolved_at <> ''"
                                                           : "";
  std::vector<ProblemEntry> all;
  for (const auto& row : database_.session()->query(
           std::string(kProblem) + "WHERE id > $1" + narrowed + " ORDER BY id LIMIT $2",
           {after, limit})) {
    all.push_back(problem_of(row));
  }
  return all;
}

std::optional<ProblemEntry> JournalDesk::resolve_problem(int64_t id, Instant now) {
  auto session = database_.session();
  session->begin();
  session->execute("UPDATE problem SET resolved_at = $1 WHERE id = $2 AND resolved_at = ''",
                   {to_iso(now), id});
  auto rows = session->query(std::string(kProblem) + "WHERE id = $1", {id});
  session->commit();
  if (rows.empty()) return {};
  return problem_of(rows[0]);
}

namespace {

constexpr const char* kGiftCard =
    "SELECT card, currency, balance, version, issued_at, changed_at FROM gift_card ";

std::vector<GiftCardEntry> gift_entries_of(const ResultRows& rows) {
  std::vector<GiftCardEntry> all;
  for (const auto& row : rows)
    all.push_back(
        {row.text(0), row.text(1), row.integer(2), row.integer(3), row.text(4), row.text(5)});
  return all;
}

}  // namespace

std::vector<GiftCardEntry> JournalDesk::gift_cards(const std::string& after_card,
                                                   const std::string& after_currency,
                                                   int64_t limit) {
  return gift_entries_of(database_.session()->query(
      std::string(kGiftCard) + "WHERE card > $1 OR (card = $1 AND currency > $2) ORDER BY card, "
                               "currency LIMIT $3",
      {after_card, after_currency, limit}));
}

std::vector<GiftCardEntry> JournalDesk::gift_card(const std::string& card) {
  return gift_entries_of(database_.session()->query(
      std::string(kGiftCard) + "WHERE card = $1 ORDER BY currency", {card}));
}

namespace {

std::vector<std::pair<std::string, int64_t>> counted(Database& database, const char* sql) {
  std::vector<std::pair<std::string, int64_t>> all;
  for (const auto& row : database.session()->query(sql)) {
    all.emplace_back(row.text(0), row.integer(1));
  }
  return all;
}

}  // namespace

std::vector<std::pair<std::string, int64_t>> JournalDesk::open_problems_by_kind() {
  return counted(database_,
                 "SELECT kind, COUNT(*) FROM problem WHERE resolved_at = '' GROUP BY kind "
                 "ORDER BY kind");
}

std::vector<std::pair<std::string, int64_t>> JournalDesk::dead_letters_by_reason() {
  return counted(database_,
                 "SELECT reason, COUNT(*) FROM quarantine GROUP BY reason ORDER BY reason");
}

JournalDesk::Counts JournalDesk::counts() {
  auto rows = database_.session()->query(kCounts);
  const ResultRow& row = rows.at(0);
  Counts counts;
  int64_t* const numbers[] = {&counts.problems_open, &counts.quarantined,       &counts.waiting,
                              &counts.tills,         &counts.tills_approved,    &counts.stores,
                              &counts.products,      &counts.catalogue_version, &counts.down_marks,
                              &counts.events_queued};
  size_t column = 0;
  for (int64_t* number : numbers) *number = row.integer(column++);
  return counts;
}

}  // namespace pos::central
