#include "tests/central/rows.h"

#include <array>

#include "pos/tax.h"
#include "sync/key_change.h"

namespace pos::central {
namespace {

constexpr Instant kSaturday{1'764'000'000'000};

}  // namespace

PaperTill::PaperTill(std::string store_id, std::string till_id, uint64_t seed)
    : store(std::move(store_id)), till(std::move(till_id)), random_(seed * 7919 + 13) {
  std::string key_seed(32, '\0');
  for (char& c : key_seed) c = static_cast<char>(random());
  key = *sync::signing_key(key_seed);
  epoch = random_epoch();
}

uint64_t PaperTill::random() {  // splitmix64
  uint64_t z = random_ += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string PaperTill::random_epoch() {
  std::string raw(8, '\0');
  for (char& c : raw) c = static_cast<char>(random());
  return sync::hex(raw);
}

std::string PaperTill::new_id() {
  std::array<uint8_t, 10> bytes{};
  for (auto& b : bytes) b = static_cast<uint8_t>(random());
  return uuid_v7(kSaturday.unix_ms + static_cast<int64_t>(random() % 1000), bytes);
}

CompletedSale PaperTill::sale(const std::vector<SoldLine>& lines) {
  CompletedSale sale;
  sale.header = {{new_id()}, "2025-11-24", kSaturday, 60, {"shift-1"}, {"7"}, {}};
  sale.receipt = store + "-" + till + "-A" + std::to_string(1'000'000 + ++receipts).substr(1);
  sale.currency = "EUR";
  std::vector<TaxedAmount> taxed;
  for (const auto& sold : lines) {
    Line line;
    line.id = static_cast<int32_t>(sale.lines.size() + 1);
    line.item.id = {sold.product};
    line.item.name = "Café " + sold.product;
    line.item.price = {sold.price};
    line.item.tax_rate = {200'000};
    line.code = "4006381333931";
    line.quantity = {sold.quantity};
    line.total = extend(line.item.price, line.quantity);
    taxed.push_back({line.total, line.item.tax_rate});
    sale.total += line.total;
    sale.lines.push_back(line);
    if (sold.quantity < 0) sale.kind = "return";
  }
  const auto tax = tax_of(taxed);
  sale.taxes = tax.totals;
  sale.line_taxes = tax.line_taxes;
  for (const auto& t : tax.totals) sale.tax += t.tax;
  sale.tenders.push_back({TenderKind::cash, sale.total, {0}, ""});
  return sale;
}

sync::SealedRow PaperTill::sell(const std::vector<SoldLine>& lines) { return seal(sale(lines)); }

sync::SealedRow PaperTill::note(const std::string& code) {
  TillNoted noted;
  noted.header = {{new_id()}, "2025-11-24", kSaturday, 60, {}, {}, {}};
  noted.code = code;
  return seal(noted);
}

sync::SealedRow PaperTill::change_key() {
  std::string seed(32, '\0');
  for (char& c : seed) c = static_cast<char>(random());
  const auto next = *sync::signing_key(seed);
  const auto row = seal(
      sync::key_changed({{new_id()}, "2025-11-24", kSaturday, 60, {}, {}, {}}, next.public_key));
  key = next;
  return row;
}

sync::SealedRow PaperTill::restored(const sync::SigningKey& with) {
  TillNoted noted;
  noted.header = {{new_id()}, "2025-11-24", kSaturday, 60, {}, {}, {}};
  noted.code = "restored";
  noted.forked_from = {epoch, seq, head};
  key = with;
  epoch = random_epoch();
  seq = 0;
  head = sync::kZeroHash;
  return seal(noted);
}

sync::SealedRow PaperTill::seal(const Fact& fact) {
  auto row = seal_body(sync::encode(next_place(), fact), header_of(fact).id.value);
  row.type = sync::type_of(fact);
  return row;
}

sync::SealedRow PaperTill::seal_body(const std::string& body, const std::string& transaction_id) {
  sync::SealedRow row;
  row.type = "till.noted";
  row.transaction_id = transaction_id;
  row.epoch = epoch;
  row.seq = ++seq;
  row.body = body;
  const std::string raw = sync::row_hash(*sync::unhex(head), body);
  row.hash = head = sync::hex(raw);
  row.key_id = key.id;
  row.signature = sync::base64(sync::sign(key, raw));
  return row;
}

std::string PaperTill::future_body(const std::string& transaction_id) const {
  return R"({"version":9,"type":"gift.redeemed","transactionId":")" + transaction_id +
         R"(","storeId":")" + store + R"(","tillId":")" + till + R"(","epoch":")" + epoch +
         R"(","seq":)" + std::to_string(seq + 1) + R"(,"prev":")" + head + R"(","joy":true})";
}

sync::SealedRow PaperTill::unreadable() {
  return seal_body("\xff no JSON at all " + std::to_string(random()), "");
}

sync::SealedRow PaperTill::new_epoch() {
  epoch = random_epoch();
  seq = 0;
  head = sync::kZeroHash;
  return note("forked");
}

Arrival arrival_of(const sync::SealedRow& row, const PaperTill& till, const std::string& carrier,
                   bool last_try) {
  Arrival a;
  a.subject = carrier.empty() ? sync::subject_of(row, till.store, till.till)
                              : "till.carried." + till.store + "." + carrier;
  a.body = row.body;
  a.message_id = sync::message_id(row, till.store, till.till, 7);
  a.hash = row.hash;
  a.key_id = row.key_id;
  a.signature = row.signature;
  if (!carrier.empty()) a.till = till.till;
  a.last_try = last_try;
  return a;
}

}  // namespace pos::central
