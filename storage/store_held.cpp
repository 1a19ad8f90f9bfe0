#include "storage/store_held.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "pos/draft.h"
#include "pos/kept_text.h"
#include "pos/text.h"

namespace pos::storage {
namespace {

constexpr size_t kMaxLines = 1000;
constexpr int kMaxScale = 6;

bool within(int64_t value, int64_t bound) { return value >= 0 && value <= bound; }
bool readable(const std::string& text) { return text.size() <= kMaxReason && valid_utf8(text); }

bool sound(const Reduction& r) {
  return within(r.percent.ppm, kMaxRatePpm) && within(r.amount.minor, kMaxPriceMinor) &&
         readable(r.reason);
}
bool sound(const Line& l) {
  return l.id > 0 && valid_id(l.item.id.value) && readable(l.item.name) && readable(l.code) &&
         readable(l.item.unit) && readable(l.item.category) && readable(l.reason) &&
         l.quantity.milli > 0 && within(l.quantity.milli, kMaxQuantityMilli) &&
         within(l.item.price.minor, kMaxPriceMinor) && within(l.item.price_scale, kMaxScale) &&
         within(l.item.tax_rate.ppm, kMaxRatePpm) && sound(l.own) && !l.back &&
         l.original_line == 0 && (!l.marked || within(l.marked->minor, kMaxPriceMinor)) &&
         l.promotions.size() <= kMaxLines;
}
bool sound(const Conditions& c) {
  const auto& groups = c.moment.customer_groups;
  return valid_date(c.moment.date) && c.moment.weekday >= 0 && c.moment.weekday < 7 &&
         c.moment.minute >= 0 && c.moment.minute < 24 * 60 && groups.size() <= kMaxLines &&
         std::all_of(groups.begin(), groups.end(), readable) && sound(c.whole) &&
         within(c.age_checked, 200) && readable(c.approved_by.value) && readable(c.customer) &&
         c.original.id.empty();
}
// Nothing of it is paid, nothing comes back, and it can be reckoned.
bool sound(const Sale& sale) {
  const auto& lines = sale.lines();
  int32_t last = 0;
  const bool rising = std::all_of(lines.begin(), lines.end(),
                                  [&](const Line& l) { return std::exchange(last, l.id) < l.id; });
  return valid_uuid(sale.id().value) && !lines.empty() && lines.size() <= kMaxLines && rising &&
         sale.next_line() > last && sale.tenders().empty() &&
         std::all_of(lines.begin(), lines.end(), [](const Line& l) { return sound(l); }) &&
         sound(sale.conditions());
}

std::optional<Sale> sale_of(const std::string& text) {
  auto draft = decode_draft(text);
  if (!draft || !sound(draft->sale)) return {};
  return std::move(draft->sale);
}

}  // namespace

void keep_store_hold(Database& database, const std::string& till, const TillNoted& note) {
  if (note.code == "sale_held" && !note.held_sale.empty()) {
    const std::string body = sale_of(note.held_sale) ? note.held_sale : "";
    Query q(database,
            "INSERT INTO store_held (hold_id, till, held_by, held_at, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING");
    q << note.header.id.value << till << note.header.cashier.value << note.header.at.unix_ms
      << body;
    q.run();
  }
  if (note.code != "sale_recalled" || note.recalls.empty()) return;
  end_store_hold(database, note.recalls);
  Query own(database, "DELETE FROM held WHERE hold_id = ?");
  own << note.recalls.value;
  own.run();
}

void end_store_hold(Database& database, const TransactionId& hold) {
  Query q(database,
          "INSERT INTO store_held (hold_id, till, held_by, held_at, body, over) VALUES (?, '', '',"
          " 0, '', 1) ON CONFLICT (hold_id) DO UPDATE SET over = 1, body = ''");
  q << hold.value;
  q.run();
}

std::vector<HeldSale> store_held(Database& database) {
  Query q(database,
          "SELECT hold_id, till, held_by, held_at, body FROM store_held WHERE over = 0 AND body <>"
          " '' ORDER BY held_at LIMIT ?");
  q << static_cast<int64_t>(kMaxHeld);
  std::vector<HeldSale> all;
  while (q.row()) {
    auto sale = sale_of(q.text(4));
    if (!sale) continue;
    HeldSale held{"", {q.text(2)}, {q.integer(3)}, std::move(*sale), {q.text(0)}, q.text(1), true};
    all.push_back(std::move(held));
  }
  return all;
}

bool has_neighbours(Database& database) {
  return Query(database, "SELECT 1 FROM neighbour LIMIT 1").row();
}

}  // namespace pos::storage
