// What central sends down: products and stock, and the pages of a pull.
#include "pos/receipt.h"
#include "sync/wire.h"
#include "sync/wire_json.h"

namespace pos::sync {

template <class Archive>
void serialize(Archive& ar, Product& p) {
  member(ar, "productId", p.productId);
  member(ar, "name", p.name);
  rare_member(ar, "codes", p.codes);
  rare_member(ar, "plu", p.plu);
  rare_member(ar, "unit", p.unit, std::string("each"));
  rare_member(ar, "price", p.price);
  rare_member(ar, "priceScale", p.priceScale);
  rare_member(ar, "currency", p.currency);
  rare_member(ar, "taxRate", p.taxRate);
  rare_member(ar, "category", p.category);
  rare_member(ar, "ageLimit", p.ageLimit);
  rare_member(ar, "openPrice", p.openPrice);
  rare_member(ar, "deposit", p.deposit);
  rare_member(ar, "colour", p.colour);
  rare_member(ar, "tile", p.tile);
  rare_member(ar, "picture", p.picture);
  member(ar, "version", p.version);
  rare_member(ar, "effectiveFrom", p.effectiveFrom);
  rare_member(ar, "deleted", p.deleted);
}

namespace {

using ByEpoch = std::map<std::string, int64_t>;

// Maps with the keys as names: {"till1":{"9f3c…":42}}. (cereal's own are lists of pairs.)
template <class T>
struct Named {
  std::map<std::string, T> map;
};
void save(JsonOut& ar, const Named<int64_t>& named) {
  for (const auto& [key, value] : named.map) ar.member(key, value);
}
void save(JsonOut& ar, const Named<ByEpoch>& named) {
  for (const auto& [key, value] : named.map) ar.member(key, Named<int64_t>{value});
}
template <class Archive>
void load(Archive& ar, Named<int64_t>& named) {
  while (const char* name = ar.next_name()) {
    const std::string key = name;
    ar(named.map[key]);
  }
}
template <class Archive>
void load(Archive& ar, Named<ByEpoch>& named) {
  while (const char* name = ar.next_name()) {
    const std::string key = name;
    Named<int64_t> inner;
    ar(inner);
    named.map[key] = std::move(inner.map);
  }
}

void covers_member(JsonOut& ar, Covers& covers) {
  Named<ByEpoch> named{covers};
  member(ar, "covers", named);
}
void covers_member(JsonIn& ar, Covers& covers) {
  Named<ByEpoch> named;
  member(ar, "covers", named);
  covers = std::move(named.map);
}

}  // namespace

template <class Archive>
void serialize(Archive& ar, Stock& s) {
  member(ar, "productId", s.productId);
  member(ar, "onHand", s.onHand);
  member(ar, "version", s.version);
  covers_member(ar, s.covers);
}

template <class Archive>
void serialize(Archive& ar, GiftCard& g) {
  member(ar, "card", g.card);
  member(ar, "currency", g.currency);
  member(ar, "balance", g.balance);
  member(ar, "version", g.version);
  covers_member(ar, g.covers);
  rare_member(ar, "sales", g.sales);
}

template <class Archive>
void serialize(Archive& ar, PullRequest& p) {
  member(ar, "kind", p.kind);
  member(ar, "afterVersion", p.afterVersion);
  member(ar, "afterId", p.afterId);
  member(ar, "limit", p.limit);
}

template <class Archive>
void serialize(Archive& ar, PullAnswer& p) {
  member(ar, "kind", p.kind);
  member(ar, "items", p.items);
  member(ar, "more", p.more);
  member(ar, "catalogueVersion", p.catalogueVersion);
}

namespace {

constexpr int64_t kMaxStockMilli = 1'000'000'000'000'000;

bool colour(std::string_view text) {
  if (text.empty()) return true;
  return text.size() == 7 && text[0] == '#' && hex_digits(text.substr(1), 6);
}
bool code(std::string_view t) { return !t.empty() && is_text(t, 80); }

bool in_bounds(const Product& p) { return fault_of(p).empty(); }

bool covers_in_bounds(const Covers& covers) {
  for (const auto& [till, epochs] : covers) {
    if (!is_till(till)) return false;
    for (const auto& [epoch, seq] : epochs) {
      if (!is_epoch(epoch) || seq < 0) return false;
    }
  }
  return true;
}

bool in_bounds(const Stock& s) {
  return valid_id(s.productId) && within(s.onHand, kMaxStockMilli) && s.version >= 0 &&
         covers_in_bounds(s.covers);
}

bool in_bounds(const GiftCard& g) {
  return valid_id(g.card) && !g.currency.empty() && is_currency(g.currency) &&
         within(g.balance, kMaxTotalMinor) && g.version > 0 && covers_in_bounds(g.covers) &&
         g.sales.size() <= GiftCard::kMaxSales &&
         std::all_of(g.sales.begin(), g.sales.end(), [](const auto& id) { return valid_uuid(id); });
}

bool in_bounds(const Page<GiftCard>& p) {
  return is_plain(p.kind, 16) && p.items.size() <= kMaxPage && p.catalogueVersion >= 0 &&
         std::all_of(p.items.begin(), p.items.end(), [](const auto& g) { return in_bounds(g); });
}

bool in_bounds(const PullRequest& p) {
  return is_plain(p.kind, 16) && p.afterVersion >= 0 &&
         (p.afterId.empty() || valid_id(p.afterId)) && p.limit >= 1 && p.limit <= kMaxPage;
}

bool in_bounds(const PullAnswer& p) {
  return is_plain(p.kind, 16) && p.items.size() <= kMaxPage && p.catalogueVersion >= 0 &&
         std::all_of(p.items.begin(), p.items.end(), [](const Product& i) { return in_bounds(i); });
}

}  // namespace

std::string fault_of(const Product& p) {
  const struct {
    bool wrong;
    const char* words;
  } checks[] = {
      {!valid_id(p.productId), "the id must be 1 to 32 of A-Z a-z 0-9 _ -"},
      {p.name.empty() || !is_text(p.name, 200),
       "the name must be 1 to 200 bytes of printable UTF-8"},
      {p.codes.size() > 50, "at most 50 codes"},
      {!std::all_of(p.codes.begin(), p.codes.end(), [](const auto& c) { return code(c); }),
       "a code must be 1 to 80 bytes of printable text"},
      {!is_text(p.plu, 16), "the PLU must be at most 16 bytes of printable text"},
      {p.unit.empty() || !is_text(p.unit, 16),
       "the unit must be each, kg, l, m or another short word"},
      {p.price < 0 || p.price > kMaxPriceMinor, "the price must be 0 to 10^12 minor units"},
      {p.priceScale < 0 || p.priceScale > 6, "the price scale must be 0 to 6"},
      {!is_currency(p.currency), "the currency must be three capital letters"},
      {p.taxRate < 0 || p.taxRate > kMaxRatePpm, "the tax rate must be 0 to 100 %"},
      {!is_text(p.category, 64), "the category must be at most 64 bytes of printable text"},
      {p.ageLimit < 0 || p.ageLimit > 150, "the age limit must be 0 to 150 years"},
      {!p.deposit.empty() && !valid_id(p.deposit), "the deposit must be the id of a product"},
      {!colour(p.colour), "the colour must be #rrggbb in lower case"},
      {p.tile < 0 || p.tile > 10'000, "the tile must be 0 to 10,000"},
      {!p.picture.empty() && !is_hash(p.picture), "the picture must be a SHA-256 in hex"},
      {p.version < 0, "the version must not be negative"},
      {!is_day_or_instant(p.effectiveFrom), "effectiveFrom must be a date or an instant in UTC"},
  };
  for (const auto& check : checks) {
    if (check.wrong) return check.words;
  }
  return {};
}

std::string encode(const Product& p) { return to_json(p); }
std::string encode(const Stock& s) { return to_json(s); }
std::string encode(const GiftCard& g) { return to_json(g); }
std::string encode(const Page<GiftCard>& p) { return to_json(p); }
std::string encode(const PullRequest& p) { return to_json(p); }
std::string encode(const PullAnswer& p) { return to_json(p); }

std::optional<Product> decode_product(std::string_view t) {
  return from_json<Product>(t, in_bounds);
}
std::optional<Stock> decode_stock(std::string_view t) { return from_json<Stock>(t, in_bounds); }
std::optional<GiftCard> decode_gift_card(std::string_view t) {
  return from_json<GiftCard>(t, in_bounds);
}
std::optional<Page<GiftCard>> decode_gift_page(std::string_view t) {
  return from_json<Page<GiftCard>>(t, in_bounds);
}
std::optional<PullRequest> decode_pull_request(std::string_view t) {
  return from_json<PullRequest>(t, in_bounds);
}
std::optional<PullAnswer> decode_pull_answer(std::string_view t) {
  return from_json<PullAnswer>(t, in_bounds);
}

}  // namespace pos::sync
