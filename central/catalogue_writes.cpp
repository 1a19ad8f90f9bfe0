#include "central/catalogue_writes.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "central/office_books.h"
#include "central/refused.h"
#include "pos/gtin.h"
#include "pos/money.h"
#include "sync/wire_office.h"

namespace pos::central {
namespace {

constexpr const char* kWriteProduct =
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name, codes = excluded.codes, "
    "unit = excluded.unit, price = excluded.price, price_scale = excluded.price_scale, "
    "currency = excluded.currency, tax_rate = excluded.tax_rate, category = excluded.category, "
    "age_limit = excluded.age_limit, open_price = excluded.open_price, plu = excluded.plu, "
    "deposit = excluded.deposit, colour = excluded.colour, tile = excluded.tile, "
    "picture = excluded.picture, version = excluded.version, "
    "effective_from = excluded.effective_from, deleted = excluded.deleted, "
    "updated_at = excluded.updated_at";

std::string codes_in_one(const std::vector<std::string>& codes) {
  std::string out;
  for (const auto& code : codes) out += (out.empty() ? "" : " ") + code;
  return out;
}

Cells cells_of(const CatalogueEntry& entry) {
  const sync::Product& p = entry.product;
  return {p.productId,
          p.name,
          codes_in_one(p.codes),
          p.unit,
          p.price,
          int64_t{p.priceScale},
          p.currency,
          p.taxRate,
          p.category,
          int64_t{p.ageLimit},
          int64_t{p.openPrice},
          p.plu,
          p.deposit,
          p.colour,
          int64_t{p.tile},
          p.picture,
          p.version,
          p.effectiveFrom,
          int64_t{p.deleted},
          entry.created_at,
          entry.updated_at};
}

// The highest of `count` fresh numbers.
int64_t take_versions(Session& session, int64_t count) {
  auto rows = session.query(
      "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + $1 AS TEXT) "
      "WHERE name = 'catalogue_version' RETURNING value",
      {count});
  return std::stoll(rows.at(0).text(0));
}

// Numbers in major units, printed from integers (contract section 6).
Event product_event(const ProductWrite& write, int64_t stock) {
  const sync::Product& p = write.entry.product;
  std::string id = nlohmann::json(p.productId).dump();
  std::string body = fmt::format(
      R"({{"id":{},"productId":{},"name":{},"stock":{},"price":{},"createdAt":"{}","updatedAt":"{}"}})",
      id, id, nlohmann::json(p.name).dump(), to_text(Quantity{stock}),
      to_text(Money{p.price}, currency_digits(p.currency) + p.priceScale), write.entry.created_at,
      write.entry.updated_at);
  return {write.created ? "product.created" : "product.updated",
          fmt::format("product/{}/{}", p.productId, p.version), body};
}

void write_codes(Session& session, const std::vector<ProductWrite>& writes) {
  free_codes(session, writes);
  std::vector<Cells> rows;
  for (const auto& write : writes) {
    const sync::Product& p = write.entry.product;
    if (p.deleted) continue;  // its codes may go to another product
    for (const auto& code : lookup_codes(p)) rows.push_back({code, p.productId});
  }
  many(session, "INSERT INTO product_code (code, product_id) VALUES ", rows, "");
}

}  // namespace

void lock_catalogue(Session& session) {
  session.execute(
      "INSERT INTO meta (name, value) VALUES ('catalogue_version', '0') ON CONFLICT (name) DO "
      "NOTHING");
  take_versions(session, 0);
}

int64_t next_version(Session& session) { return take_versions(session, 1); }

bool same_contents(const sync::Product& a, const sync::Product& b) {
  auto members = [](const sync::Product& p) {
    return std::tie(p.productId, p.name, p.codes, p.plu, p.unit, p.price, p.priceScale, p.currency,
                    p.taxRate, p.category, p.ageLimit, p.openPrice, p.deposit, p.colour, p.tile,
                    p.picture, p.effectiveFrom, p.deleted);
  };
  return members(a) == members(b);
}

std::vector<std::string> lookup_codes(const sync::Product& product) {
  std::vector<std::string> codes;
  for (const auto& printed : product.codes) {
    auto code = parse_code(printed);
    if (!code || printed.find(' ') != std::string::npos) {
      throw Refused(Refused::Why::not_allowed, "bad_code",
                    fmt::format("the code '{}' has a wrong check digit or a space in it", printed));
    }
    if (std::find(codes.begin(), codes.end(), code->text) == codes.end())
      codes.push_back(code->text);
  }
  return codes;
}

void free_codes(Session& session, const std::vector<ProductWrite>& writes) {
  std::vector<Cells> ids;
  for (const auto& write : writes) {
    if (!write.created) ids.push_back({write.entry.product.productId});
  }
  many(session, "DELETE FROM product_code WHERE product_id IN (VALUES ", ids, ")");
}

void write_products(Session& session, std::vector<ProductWrite>& writes, const StockTotals& totals,
                    Instant now) {
  if (writes.empty()) return;
  int64_t version = take_versions(session, static_cast<int64_t>(writes.size())) -
                    static_cast<int64_t>(writes.size());
  std::vector<Cells> rows;
  std::vector<std::string> marks;
  std::vector<Event> events;
  for (auto& write : writes) {
    write.entry.product.version = ++version;
    write.entry.updated_at = to_iso(now);
    if (write.created) write.entry.created_at = write.entry.updated_at;
    rows.push_back(cells_of(write.entry));
    marks.push_back("all.product." + write.entry.product.productId);
    auto total = totals.find(write.entry.product.productId);
    events.push_back(product_event(write, total == totals.end() ? 0 : total->second));
  }
  many(session,
       fmt::format("INSERT INTO product ({}, created_at, updated_at) VALUES ", kProductColumns),
       rows, kWriteProduct);
  write_codes(session, writes);
  set_meta(session, "product_version", std::to_string(version));
  mark_down(session, marks);
  queue_events(session, events);
}

void write_stock(Session& session, const StockDeltas& deltas, const std::string& cause,
                 Instant now) {
  std::vector<Event> events;
  for (const auto& stock : change_stock(session, deltas, now)) {
    events.push_back({"stock.updated",
                      fmt::format("stock/{}/{}/{}", stock.store, stock.product, cause),
                      fmt::format(R"({{"productId":"{}","storeId":"{}","stock":{}}})",
                                  stock.product, stock.store, to_text(Quantity{stock.on_hand}))});
  }
  queue_events(session, events);
}

void renumber_catalogue(Session& session, Instant now) {
  lock_catalogue(session);
  // Versions count up one by one, or by this: no clock is that far behind.
  const int64_t by = now.unix_ms;
  for (const char* sql :
       {"UPDATE product SET version = version + $1", "UPDATE price SET version = version + $1",
        "UPDATE promotion SET version = version + $1"})
    session.execute(sql, {by});
  for (const auto& row :
       session.query("SELECT id, settings FROM store WHERE settings_version > 0")) {
    auto settings = sync::decode_settings(row.text(1));
    if (!settings) continue;
    settings->version += by;
    session.execute("UPDATE store SET settings = $2, settings_version = $3 WHERE id = $1",
                    {row.text(0), sync::encode(*settings), settings->version});
  }
  for (const char* name : {"catalogue_version", "product_version"}) {
    if (const int64_t last = meta_number(session, name); last > 0)
      set_meta(session, name, std::to_string(last + by));
  }
}

}  // namespace pos::central
