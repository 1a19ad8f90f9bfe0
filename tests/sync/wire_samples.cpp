#include "tests/sync/wire_samples.h"

#include "sync/seal.h"

namespace pos::sync {
namespace {

const std::string kKey = "21fe31dfa154a261";
const std::string kSignature = base64(std::string(64, 's'));

FactHeader header(int n) {
  FactHeader h;
  h.id.value = "0193a1c2-0000-7000-8000-00000000000" + std::to_string(n);
  h.business_date = "2026-11-22";
  h.at = parse_iso("2026-11-22T10:15:30.123Z").value();
  h.utc_offset_min = 60;
  h.shift.value = "0193a1c2-0000-7000-8000-0000000000ff";
  h.cashier.value = "7";
  return h;
}

Line line(int32_t id, const char* product, const char* name, int64_t milli, int64_t price) {
  Line l;
  l.id = id;
  l.item.id.value = product;
  l.item.name = name;
  l.item.price = {price};
  l.item.price_version = 118;
  l.item.tax_rate = {200'000};
  l.quantity = {milli};
  l.total = extend({price}, {milli});
  return l;
}

CompletedSale returned() {
  CompletedSale s;
  s.header = header(2);
  s.header.approved_by.value = "9";
  s.kind = "return";
  s.receipt = "s1-till1-A000043";
  s.currency = "EUR";
  s.lines = {line(1, "p1001", "Caf\u00e9 cr\u00e8me", -1000, 199)};
  s.lines[0].original_line = 1;
  s.line_taxes = {{-33}};
  s.taxes = {{{200'000}, {-166}, {-33}, {-199}}};
  s.tenders = {{TenderKind::cash, {-199}, {}, ""}};
  s.total = {-199};
  s.tax = {-33};
  s.original.value = "0193a1c2-0000-7000-8000-000000000001";
  return s;
}

// An exchange: one came back, something dearer went out, and the receipt of the first is named.
CompletedSale exchanged() {
  CompletedSale s = returned();
  s.receipt = "s1-till1-A000044";
  s.lines[0].reason = "too small";
  s.lines.push_back(line(2, "p1002", "Tea", 1000, 299));
  s.line_taxes = {{-33}, {50}};
  s.taxes = {{{200'000}, {83}, {17}, {100}}};
  s.tenders = {{TenderKind::cash, {100}, {}, ""}};
  s.total = {100};
  s.tax = {17};
  s.original_receipt = "s1-till1-A000042";
  return s;
}

ShiftClosed shift_closed() {
  ShiftClosed s;
  s.header = header(4);
  s.z_number = 17;
  s.first_receipt = "s1-till1-A000042";
  s.last_receipt = "s1-till1-A000043";
  s.taxes = {{{200'000}, {166}, {33}, {199}}};
  s.tenders = {{"cash", {199}}};
  s.categories = {{"coffee", {199}}, {"", {0}}};
  s.cashiers = {{"7", {199}}};
  s.sales = 2;
  s.float_amount = {10'000};
  s.expected = {10'199};
  s.counted = {10'190};
  s.variance = {-9};
  s.turnover = {199};
  s.grand_total = {123'456'789};
  return s;
}

ShiftClosed shift_with_returns() {
  ShiftClosed s = shift_closed();
  s.returns = 3;
  s.returned = {-597};
  return s;
}

// With what a later version added: counted by notes and coins, cash rounded and moved.
ShiftClosed shift_counted() {
  ShiftClosed s = shift_closed();
  s.rounding = {-1};
  s.cash_moved = {-2500};
  s.counts = {{5000, 1}, {1000, 5}, {10, 19}};
  return s;
}

Product full_product() {
  Product p;
  p.productId = "p1001";
  p.name = "Caf\u00e9 \"cr\u00e8me\" \\ 1/2";
  p.codes = {"4006381333931", "40063812"};
  p.plu = "12";
  p.unit = "kg";
  p.price = 1799;
  p.priceScale = 1;
  p.currency = "EUR";
  p.taxRate = 100'000;
  p.category = "coffee";
  p.ageLimit = 18;
  p.openPrice = true;
  p.deposit = "p-deposit";
  p.colour = "#aa8844";
  p.tile = 3;
  p.picture = kHashA;
  p.version = 118;
  p.effectiveFrom = "2026-12-01";
  p.deleted = true;
  return p;
}

Product plain_product() {
  Product p;
  p.productId = "p1002";
  p.name = "Semmel";
  p.version = 119;
  return p;
}

HelloAnswer hello_answer() {
  HelloAnswer a;
  a.generation = "5d1e";
  a.epochs = {{kEpoch, 42, kHashA, 42}, {"0000000000000001", 0, kZeroHash, 0}};
  a.held = {"0193a1c2-0000-7000-8000-000000000001", "0193a1c2-0000-7000-8000-000000000002"};
  a.lastReceipt = "s1-till1-A000042";
  a.catalogueVersion = 119;
  a.time = "2026-11-22T10:15:31.000Z";
  a.key = kKey;
  a.signature = kSignature;
  return a;
}

template <class T>
Sample sample(std::string name, const T& value, std::optional<T> (*decode)(std::string_view)) {
  return {std::move(name), encode(value), [decode](std::string_view bytes) {
            const auto read = decode(bytes);
            return read ? std::optional(encode(*read)) : std::nullopt;
          }};
}

Sample row_sample(std::string name, const Fact& fact) {
  return {std::move(name), encode(sample_place(), fact), [](std::string_view bytes) {
            const auto row = decode_row(bytes);
            return row ? std::optional(encode(row->place, row->fact)) : std::nullopt;
          }};
}

GiftCard full_gift_card() {
  return {"G-0042",
          "EUR",
          -301,
          1'795'342'531'000,
          {{"till1", {{kEpoch, 42}}}, {"till2", {}}},
          {header(4).id.value}};
}

Price full_price() {
  return {"p1001", 179, "EUR", 122, "2026-12-01", "2026-12-24T18:00:00.000Z", true};
}

Settings full_settings() {
  Settings s;
  s.version = 123;
  s.store.tax = {TaxMode::exclusive, TaxLevel::line};
  s.store.rounding = {
      5, CashRounding::Mode::half_down, CashRounding::Scope::all, CashRounding::Mixed::sum, {5}};
  s.store.limits = {{50'000}, {300'000}, {900'000}};
  s.store.tenders = {TenderKind::cash, TenderKind::gift};
  s.store.labels = *parse_label_patterns("21:5:-:weight:3 20:5:v:price:2");
  return s;
}

OfferedPromotion full_promotion() {
  Promotion p;
  p.id = "lunch";
  p.name = "Sandwich & drink, caf\u00e9 too";
  p.parts = {{{{"p1"}}, {"drinks", "caf\u00e9"}, 2, 1, {500'000}}, {{}, {"bread"}, 1, 0, {}}};
  p.price = Money{0};
  p.at_most = 3;
  p.first_day = "2026-11-01", p.last_day = "2026-11-30";
  p.weekdays = 0x1f;
  p.from_minute = 660, p.to_minute = 840;
  p.customer_group = "staff";
  return {p, 124, true};
}

}  // namespace

Place sample_place() { return {"s1", "till1", kEpoch, 42, kHashA}; }

CompletedSale sample_sale() {
  CompletedSale s;
  s.header = header(1);
  s.receipt = "s1-till1-A000042";
  s.currency = "EUR";
  s.lines = {line(1, "p1001", "Caf\u00e9 cr\u00e8me", 2000, 199),
             line(3, "p2", "\"5\\\" \t : , { pipe\"", 250, 1799)};
  s.lines[0].code = "4006381333931";
  s.lines[1].item.unit = "kg";
  s.lines[1].item.price_scale = 1;
  s.lines[1].discount = {5};
  s.lines[1].total = {40};
  s.line_taxes = {{66}, {7}};
  s.taxes = {{{200'000}, {365}, {73}, {438}}};
  s.tenders = {{TenderKind::card, {338}, {}, "1234-tok"}, {TenderKind::cash, {500}, {400}, ""}};
  s.total = {438};
  s.tax = {73};
  s.customer_id = "c-1";
  return s;
}

std::vector<std::pair<std::string, Fact>> sample_facts() {
  FactHeader before_any_shift = header(9);
  before_any_shift.shift = {};
  before_any_shift.cashier = {};
  return {{"row.product.sold", sample_sale()},
          {"row.product.sold.return", returned()},
          {"row.product.sold.exchange", exchanged()},
          {"row.shift.opened", ShiftOpened{header(3), {10'000}}},
          {"row.shift.closed", shift_closed()},
          {"row.shift.closed.returns", shift_with_returns()},
          {"row.shift.closed.counted", shift_counted()},
          {"row.cash.moved.in", CashMoved{header(5), {5000}, "change from the bank"}},
          {"row.cash.moved.out", CashMoved{header(6), {-2500}, "window cleaner"}},
          {"row.sale.voided", SaleVoided{header(7), 3, {1198}, "customer left"}},
          {"row.drawer.opened", DrawerOpened{header(8), "change"}},
          {"row.gift.issued", GiftIssued{header(1), "G-0042", "s1-till1-A000042", {2500}}},
          {"row.gift.redeemed", GiftRedeemed{header(2), "G-0042", "s1-till1-A000043", {199}}},
          {"row.gift.issued.sale",
           GiftIssued{header(1), "G-0042", "s1-till1-A000042", {2500}, header(3).id}},
          {"row.gift.redeemed.sale",
           GiftRedeemed{header(2), "G-0042", "s1-till1-A000043", {199}, header(4).id}},
          {"row.till.noted", TillNoted{before_any_shift, "started", "version 0.1.0"}},
          {"row.till.noted.restored", TillNoted{before_any_shift,
                                                "restored",
                                                "out of a backup",
                                                {kEpoch, 41, kHashA},
                                                "s1-till1-B000001"}},
          {"row.till.noted.journal_closed",
           TillNoted{before_any_shift,
                     "journal_closed",
                     "",
                     {},
                     "",
                     {{kEpoch, 41, kHashA}, 41, "s1-till1-A000038", 2, 1, true, {123'456}}}}};
}

std::vector<Sample> wire_samples() {
  std::vector<Sample> all;
  for (const auto& [name, fact] : sample_facts()) all.push_back(row_sample(name, fact));
  all.push_back(sample("ack", Ack{kEpoch, 42, kHashA, "2026-11-22T10:15:31.000Z", kKey, kSignature},
                       decode_ack));
  all.push_back(sample("fork", Fork{kEpoch, 41, kHashA, kKey, kSignature}, decode_fork));
  all.push_back(sample(
      "hello",
      Hello{"5d1e", {{kEpoch, 42}}, {{"till2", header(1).id.value, kHashA}}, 118, "leaftill 0.1.0"},
      decode_hello));
  all.push_back(sample("hello.answer", hello_answer(), decode_hello_answer));
  all.push_back(sample("enrol", Enrol{"K7QF-93XD", base64(std::string(32, 'k')), "leaftill 0.1.0"},
                       decode_enrol));
  all.push_back(sample("enrol.answer",
                       EnrolAnswer{"approved", "", base64(std::string(32, 'k')), kKey, kSignature},
                       decode_enrol_answer));
  all.push_back(sample("product", full_product(), decode_product));
  all.push_back(sample("product.plain", plain_product(), decode_product));
  all.push_back(sample("stock",
                       Stock{"p1001",
                             -2500,
                             1'795'342'531'000,
                             {{"till1", {{kEpoch, 42}, {"0000000000000001", 7}}}, {"till2", {}}}},
                       decode_stock));
  all.push_back(sample("stock.plain", Stock{"p1001", 998'000, 7, {}}, decode_stock));
  all.push_back(
      sample("pull.request", PullRequest{"product", 118, "p1001", 200}, decode_pull_request));
  all.push_back(sample("pull.answer",
                       PullAnswer{"product", {full_product(), plain_product()}, true, 119},
                       decode_pull_answer));
  all.push_back(sample("price", full_price(), decode_price));
  all.push_back(sample("price.plain", Price{"p1001", 179, "", 120, "", "", false}, decode_price));
  all.push_back(sample("settings", full_settings(), decode_settings));
  all.push_back(sample("settings.plain", Settings{{}, 121}, decode_settings));
  all.push_back(sample("promotion", full_promotion(), decode_promotion));
  all.push_back(sample(
      "promotion.plain",
      OfferedPromotion{n_for_price("3for5", "3 for 5.00", {{"p1"}, {"p2"}}, 3, {500}), 7, false},
      decode_promotion));
  all.push_back(sample("pull.answer.price", Page<Price>{"price", {full_price()}, true, 124},
                       decode_price_page));
  all.push_back(sample("pull.answer.settings",
                       Page<Settings>{"settings", {full_settings()}, false, 124},
                       decode_settings_page));
  all.push_back(sample("pull.answer.promotion",
                       Page<OfferedPromotion>{"promotion", {full_promotion()}, false, 124},
                       decode_promotion_page));
  all.push_back(sample(
      "hello.answer.office",
      [] {
        HelloAnswer a = hello_answer();
        a.officeVersion = 124;
        return a;
      }(),
      decode_hello_answer));
  all.push_back(sample("gift", full_gift_card(), decode_gift_card));
  all.push_back(sample("gift.plain", GiftCard{"G-0043", "EUR", 2500, 7, {}, {}}, decode_gift_card));
  all.push_back(sample("pull.answer.gift", Page<GiftCard>{"gift", {full_gift_card()}, true, 125},
                       decode_gift_page));
  all.push_back(sample(
      "hello.answer.gift",
      [] {
        HelloAnswer a = hello_answer();
        a.officeVersion = 124;
        a.giftVersion = 1'795'342'531'000;
        return a;
      }(),
      decode_hello_answer));
  all.push_back(sample(
      "hello.answer.stock",
      [] {
        HelloAnswer a = hello_answer();
        a.stockVersion = 1'795'342'531'000;
        return a;
      }(),
      decode_hello_answer));
  all.push_back(sample("beat",
                       Beat{kEpoch, 42, "s1-till1-A000042", 3, "2026-11-22T10:15:30.123Z",
                            "leaftill 0.1.0", "2026-11-22T10:15:31.000Z"},
                       decode_beat));
  return all;
}

}  // namespace pos::sync
