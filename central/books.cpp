#include "central/books.h"

#include <array>
#include <cassert>
#include <tuple>

#include "sync/planted.h"

namespace pos::central {
namespace {

// Few sizes, so that few statements are prepared; the largest has at most 128 x 21 parameters.
constexpr std::array<size_t, 5> kChunks = {128, 32, 8, 2, 1};

// Numbers say that they are numbers: in a VALUES that is read PostgreSQL takes a bare parameter for
// text.
std::string values_list(size_t rows, const Cells& like) {
  std::string list;
  size_t n = 0;
  for (size_t row = 0; row < rows; ++row) {
    list += row ? ",(" : "(";
    for (size_t cell = 0; cell < like.size(); ++cell) {
      if (cell) list += ',';
      const std::string parameter = "$" + std::to_string(++n);
      const bool number = std::holds_alternative<int64_t>(like[cell]);
      list += number ? "CAST(" + parameter + " AS BIGINT)" : parameter;
    }
    list += ')';
  }
  return list;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

constexpr int64_t kCoversForMs = 30LL * 24 * 3600 * 1000;

constexpr const char* kMark = "INSERT INTO down_mark (subject, detail, seq, late, version) VALUES ";
constexpr const char* kMarkAgain =
    " ON CONFLICT (subject, detail) DO UPDATE SET version = down_mark.version + 1, seq = "
    "excluded.seq";

}  // namespace

std::string meta(Session& session, const std::string& name) {
  auto rows = session.query("SELECT value FROM meta WHERE name = $1", {name});
  return rows.empty() ? "" : rows[0].text(0);
}

void set_meta(Session& session, const std::string& name, const std::string& value) {
  session.execute(
      "INSERT INTO meta (name, value) VALUES ($1, $2) "
      "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      {name, value});
}

int64_t meta_number(Session& session, const std::string& name) {
  const std::string text = meta(session, name);
  return text.empty() ? 0 : std::stoll(text);
}

ResultRows many(Session& session, std::string_view head, const std::vector<Cells>& rows,
                std::string_view tail) {
  ResultRows all;
  size_t at = 0;
  for (size_t chunk : kChunks) {
    std::string sql;
    for (; rows.size() - at >= chunk; at += chunk) {
      if (sql.empty()) sql = std::string(head) + values_list(chunk, rows[at]) + std::string(tail);
      std::vector<Param> params;
      params.reserve(chunk * rows[at].size());
      for (size_t row = at; row < at + chunk; ++row) {
        assert(rows[row].size() == rows[at].size());
        params.insert(params.end(), rows[row].begin(), rows[row].end());
      }
      auto found = session.query(sql, params);
      std::move(found.begin(), found.end(), std::back_inserter(all));
    }
  }
  return all;
}

// SQLite uses an index for `(a, b) IN (SELECT …)`, and reads the whole table for `(a, b) IN (VALUES
// …)`.
ResultRows look_up(Session& session, std::string_view select, const std::vector<Cells>& keys,
                   std::string_view tail) {
  if (keys.empty()) return {};
  std::string columns;
  for (size_t i = 1; i <= keys[0].size(); ++i)
    columns += (i > 1 ? ", column" : "column") + std::to_string(i);
  return many(session, std::string(select) + " IN (SELECT " + columns + " FROM (VALUES ", keys,
              ") AS wanted)" + std::string(tail));
}

void mark_down(Session& session, const std::string& subject) {
  mark_down(session, std::vector{subject});
}

void mark_down(Session& session, const std::vector<std::string>& subjects) {
  std::vector<Cells> rows;
  for (const auto& subject : subjects)
    rows.push_back({subject, "", int64_t{0}, int64_t{0}, int64_t{1}});
  many(session, kMark, rows, kMarkAgain);
}

void mark_down_late(Session& session, const std::vector<LateMark>& marks) {
  std::map<std::pair<std::string, std::string>, int64_t> once;  // one statement, one row of each
  for (const auto& m : marks) once.try_emplace({m.subject, m.epoch}, m.seq);
  std::vector<Cells> rows;
  for (const auto& [key, seq] : once)
    rows.push_back({key.first, key.second, seq, int64_t{1}, int64_t{1}});
  many(session, kMark, rows, kMarkAgain);
}

// Forks are not marked: a till that needs one finds it in the answer to its next hello.
void mark_all_down(Session& session) {
  const std::string columns = "INSERT INTO down_mark (subject, detail, seq, late, version) ";
  session.execute(columns + "SELECT 'all.product.' || id, '', 0, 0, 1 FROM product WHERE true" +
                  kMarkAgain);
  session.execute(
      columns +
      "SELECT 'down.' || store || '.stock.' || product_id, '', 0, 0, 1 FROM stock WHERE true" +
      kMarkAgain);
  session.execute(columns +
                  "SELECT DISTINCT 'down.' || store || '.price.' || product_id, '', 0, 0, 1 FROM "
                  "price WHERE true" +
                  kMarkAgain);
  session.execute(
      columns +
      "SELECT 'down.' || id || '.settings', '', 0, 0, 1 FROM store WHERE settings_version"
      " > 0" +
      kMarkAgain);
  session.execute(columns +
                  "SELECT 'down.' || s.id || '.promotion.' || p.id, '', 0, 0, 1 FROM store s CROSS "
                  "JOIN promotion p WHERE true" +
                  kMarkAgain);
  session.execute(columns +
                  "SELECT DISTINCT 'down.' || e.store || '.gift.' || e.card, '', 0, 0, 1 FROM "
                  "gift_entry e JOIN gift_card g ON g.card = e.card AND g.currency = e.currency "
                  "WHERE g.told = 1" +
                  kMarkAgain);
  session.execute(
      columns +
      "SELECT 'down.' || store || '.ack.' || till, epoch, 0, 1, 1 FROM chain WHERE mark > 0" +
      kMarkAgain);
}

void queue_events(Session& session, const std::vector<Event>& events) {
  std::vector<Cells> rows;
  for (const auto& e : events) rows.push_back({e.subject, e.msg_id, e.body});
  many(session, "INSERT INTO event_outbox (subject, msg_id, body) VALUES ", rows, "");
}

void open_problems(Session& session, const std::vector<Problem>& problems, Instant now) {
  // One statement may touch a row once: what a batch has several of is counted here.
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  std::map<Key, std::pair<const Problem*, int64_t>> once;
  for (const auto& p : problems) {
    auto& [last, times] = once[{p.kind, p.store, p.till, p.transaction_id, p.about}];
    last = &p;
    ++times;
  }
  std::vector<Cells> stay, reopen;
  for (const auto& [key, value] : once) {
    const auto& [p, times] = value;
    (p->reopens ? reopen : stay)
        .push_back(
            {p->kind, p->store, p->till, p->transaction_id, p->about, p->text, to_iso(now), times});
  }
  const std::string insert =
      "INSERT INTO problem (kind, store, till, transaction_id, about, text, opened_at, times) "
      "VALUES ";
  const std::string again =
      " ON CONFLICT (kind, store, till, transaction_id, about) DO UPDATE SET "
      "times = problem.times + excluded.times, text = excluded.text";
  many(session, insert, stay, again);
  many(session, insert, reopen, again + ", resolved_at = ''");
}

sync::Covers covers_of(Session& session, const std::string& store, Instant now) {
  sync::Covers covers;
  for (const auto& row : session.query(
           "SELECT till, epoch, mark FROM chain WHERE store = $1 AND changed_ms >= $2 AND mark > 0",
           {store, now.unix_ms - kCoversForMs}))
    covers[row.text(0)][row.text(1)] = row.integer(2);
  return covers;
}

std::vector<StockNow> change_stock(Session& session, const StockDeltas& deltas, Instant now) {
  std::vector<Cells> rows;
  std::vector<std::string> subjects;
  for (const auto& [key, delta] : deltas) {  // sorted: two writers lock the rows in the same order
    rows.push_back({key.first, key.second, delta, now.unix_ms});
    subjects.push_back("down." + key.first + ".stock." + key.second);
  }
  // A clock that goes back must not make a figure older than one that is out.
  const char* const version = sync::planted("the clock is the order")
                                  ? "excluded.version"
                                  : "CASE WHEN stock.version >= excluded.version THEN "
                                    "stock.version + 1 ELSE excluded.version END";
  auto changed =
      many(session, "INSERT INTO stock (store, product_id, on_hand, version) VALUES ", rows,
           std::string(" ON CONFLICT (store, product_id) DO UPDATE SET "
                       "on_hand = stock.on_hand + excluded.on_hand, version = ") +
               version + " RETURNING store, product_id, on_hand");
  mark_down(session, subjects);
  std::vector<StockNow> result;
  for (const auto& row : changed) {
    StockNow s{row.text(0), row.text(1), row.integer(2), 0};
    s.before = s.on_hand - deltas.at({s.store, s.product});
    result.push_back(std::move(s));
  }
  return result;
}

int64_t stock_version(Session& session, const std::string& store) {
  return session.query("SELECT coalesce(max(version), 0) FROM stock WHERE store = $1", {store})
      .at(0)
      .integer(0);
}

sync::Product product_of(const ResultRow& row) {
  sync::Product p;
  p.productId = row.text(0);
  p.name = row.text(1);
  p.codes = words_of(row.text(2));
  p.unit = row.text(3);
  p.price = row.integer(4);
  p.priceScale = static_cast<int32_t>(row.integer(5));
  p.currency = row.text(6);
  p.taxRate = row.integer(7);
  p.category = row.text(8);
  p.ageLimit = static_cast<int32_t>(row.integer(9));
  p.openPrice = row.integer(10) != 0;
  p.plu = row.text(11);
  p.deposit = row.text(12);
  p.colour = row.text(13);
  p.tile = static_cast<int32_t>(row.integer(14));
  p.picture = row.text(15);
  p.version = row.integer(16);
  p.effectiveFrom = row.text(17);
  p.deleted = row.integer(18) != 0;
  return p;
}

}  // namespace pos::central
