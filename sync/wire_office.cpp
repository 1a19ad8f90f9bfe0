#include "sync/wire_office.h"

#include "pos/receipt.h"
#include "sync/wire_json.h"

namespace pos::sync {
namespace {

constexpr size_t kMaxParts = 10, kMaxProducts = 500, kMaxCategories = 50, kMaxLabelPatterns = 50;
constexpr int64_t kMaxRoundingStep = 1'000'000;
constexpr int kDayMinutes = 24 * 60;

// An enumerator as its word. An unknown word is worse than none: the rule would be another one.
struct UnknownWord : std::exception {};
template <class T>
void word_member(JsonOut& ar, const char* name, T& value, std::optional<T> (*)(std::string_view)) {
  std::string word = to_word(value);
  member(ar, name, word);
}
template <class T>
void word_member(JsonIn& ar, const char* name, T& value,
                 std::optional<T> (*read)(std::string_view)) {
  std::string word = to_word(value);
  rare_member(ar, name, word, std::string(to_word(value)));
  const auto known = read(word);
  if (!known) throw UnknownWord{};
  value = *known;
}

// A struct that may be absent, as a whole; some member of it must be there, or [] would pass for
// it.
template <class T>
void whole_member(JsonOut& ar, const char* name, T& value) {
  member(ar, name, value);
}
template <class T>
void whole_member(JsonIn& ar, const char* name, T& value) {
  rare_member(ar, name, value, T{});
}

template <class Archive>
void id_list(Archive& ar, const char* name, std::vector<ProductId>& ids) {
  std::vector<std::string> values;
  for (const ProductId& id : ids) values.push_back(id.value);
  rare_member(ar, name, values);
  ids.clear();
  for (std::string& value : values) ids.push_back({std::move(value)});
}

void tenders_member(JsonOut& ar, std::vector<TenderKind>& tenders) {
  std::vector<std::string> words;
  for (const TenderKind kind : tenders) words.push_back(to_word(kind));
  member(ar, "tenders", words);
}
void tenders_member(JsonIn& ar, std::vector<TenderKind>& tenders) {
  std::vector<std::string> words;
  for (const TenderKind kind : StoreSettings{}.tenders) words.push_back(to_word(kind));
  rare_member(ar, "tenders", words, std::vector<std::string>(words));
  tenders.clear();
  for (const std::string& word : words) {
    const auto kind = tender_kind(word);
    if (!kind) throw UnknownWord{};
    tenders.push_back(*kind);
  }
}

void labels_member(JsonOut& ar, std::vector<LabelPattern>& labels) {
  std::string text = to_text(labels);
  rare_member(ar, "labelPatterns", text);
}
void labels_member(JsonIn& ar, std::vector<LabelPattern>& labels) {
  std::string text;
  rare_member(ar, "labelPatterns", text);
  const auto patterns = text.size() <= 4096 ? parse_label_patterns(text) : std::nullopt;
  if (!patterns) throw UnknownWord{};
  labels = *patterns;
}

}  // namespace
}  // namespace pos::sync

namespace pos {

// Where cereal looks for them: beside the types.
template <class Archive>
void serialize(Archive& ar, CashRounding& r) {
  using namespace sync;
  member(ar, "step", r.step);
  word_member(ar, "mode", r.mode, rounding_mode);
  word_member(ar, "scope", r.scope, rounding_scope);
  word_member(ar, "mixed", r.mixed, rounding_mixed);
  rare_member(ar, "above", r.above.minor);
}

template <class Archive>
void serialize(Archive& ar, DiscountLimits& l) {
  sync::member(ar, "cashier", l.cashier.ppm);
  sync::member(ar, "supervisor", l.supervisor.ppm);
  sync::member(ar, "manager", l.manager.ppm);
}

template <class Archive>
void serialize(Archive& ar, Promotion::Part& p) {
  int32_t count = p.count, off_count = p.off_count;
  sync::id_list(ar, "products", p.products);
  sync::rare_member(ar, "categories", p.categories);
  sync::rare_member(ar, "count", count, 1);
  sync::rare_member(ar, "offCount", off_count);
  sync::rare_member(ar, "off", p.off.ppm);
  p.count = count, p.off_count = off_count;
}

}  // namespace pos

namespace pos::sync {

template <class Archive>
void serialize(Archive& ar, Price& p) {
  member(ar, "productId", p.productId);
  member(ar, "price", p.price);
  rare_member(ar, "currency", p.currency);
  member(ar, "version", p.version);
  rare_member(ar, "effectiveFrom", p.effectiveFrom);
  rare_member(ar, "effectiveTo", p.effectiveTo);
  rare_member(ar, "deleted", p.deleted);
}

template <class Archive>
void serialize(Archive& ar, Settings& s) {
  member(ar, "version", s.version);
  word_member(ar, "taxMode", s.store.tax.mode, tax_mode);
  word_member(ar, "taxLevel", s.store.tax.level, tax_level);
  whole_member(ar, "cashRounding", s.store.rounding);
  whole_member(ar, "discountLimits", s.store.limits);
  tenders_member(ar, s.store.tenders);
  labels_member(ar, s.store.labels);
}

template <class Archive>
void serialize(Archive& ar, OfferedPromotion& o) {
  Promotion& p = o.promotion;
  int64_t price = p.price ? p.price->minor : -1;
  int32_t at_most = p.at_most, from = p.from_minute, to = p.to_minute;
  int32_t weekdays = static_cast<int32_t>(p.weekdays);
  member(ar, "id", p.id);
  member(ar, "name", p.name);
  rare_member(ar, "parts", p.parts);
  rare_member(ar, "price", price, int64_t{-1});
  rare_member(ar, "atMost", at_most);
  rare_member(ar, "firstDay", p.first_day);
  rare_member(ar, "lastDay", p.last_day);
  rare_member(ar, "weekdays", weekdays, 0x7f);
  rare_member(ar, "fromMinute", from);
  rare_member(ar, "toMinute", to, kDayMinutes);
  rare_member(ar, "customerGroup", p.customer_group);
  member(ar, "version", o.version);
  rare_member(ar, "deleted", o.deleted);
  p.price = price == -1 ? std::nullopt : std::optional(Money{price});
  p.at_most = at_most, p.from_minute = from, p.to_minute = to;
  p.weekdays = static_cast<unsigned>(weekdays);
}

namespace {

struct Check {
  bool wrong;
  const char* words;
};
std::string first_of(std::initializer_list<Check> checks) {
  for (const Check& check : checks) {
    if (check.wrong) return check.words;
  }
  return {};
}

bool share(Rate r) { return r.ppm >= 0 && r.ppm <= kMaxRatePpm; }

bool sound(const Promotion::Part& p) {
  const auto id = [](const ProductId& i) { return valid_id(i.value); };
  const auto category = [](const std::string& c) { return !c.empty() && is_text(c, 64); };
  return (!p.products.empty() || !p.categories.empty()) && p.products.size() <= kMaxProducts &&
         p.categories.size() <= kMaxCategories && p.count >= 1 && p.count <= 100 &&
         p.off_count >= 0 && p.off_count <= p.count && share(p.off) &&
         std::all_of(p.products.begin(), p.products.end(), id) &&
         std::all_of(p.categories.begin(), p.categories.end(), category);
}

bool saves(const Promotion& p) {
  return p.price || std::any_of(p.parts.begin(), p.parts.end(), [](const Promotion::Part& part) {
           return part.off_count > 0 && part.off.ppm > 0;
         });
}

template <class T>
bool office_fits(const T& value) {
  return fault_of(value).empty();
}
template <class T>
bool page_in_bounds(const Page<T>& p) {
  return is_plain(p.kind, 16) && p.items.size() <= kMaxPage && p.catalogueVersion >= 0 &&
         std::all_of(p.items.begin(), p.items.end(), [](const T& i) { return office_fits(i); });
}

}  // namespace

std::string fault_of(const Price& p) {
  return first_of({
      {!valid_id(p.productId), "the id must be 1 to 32 of A-Z a-z 0-9 _ -"},
      {p.price < 0 || p.price > kMaxPriceMinor, "the price must be 0 to 10^12 minor units"},
      {!is_currency(p.currency), "the currency must be three capital letters"},
      {p.version < 0, "the version must not be negative"},
      {!is_day_or_instant(p.effectiveFrom), "effectiveFrom must be a date or an instant in UTC"},
      {!is_day_or_instant(p.effectiveTo), "effectiveTo must be a date or an instant in UTC"},
      {!p.effectiveFrom.empty() && !p.effectiveTo.empty() &&
           p.effectiveTo.substr(0, 10) < p.effectiveFrom.substr(0, 10),
       "effectiveTo must not be before effectiveFrom"},
  });
}

std::string fault_of(const Settings& s) {
  const CashRounding& r = s.store.rounding;
  const DiscountLimits& l = s.store.limits;
  return first_of({
      {s.version < 0, "the version must not be negative"},
      {r.step < 1 || r.step > kMaxRoundingStep, "cashRounding.step must be 1 to 1,000,000"},
      {r.above.minor < 0 || r.above.minor > kMaxRoundingStep,
       "cashRounding.above must be 0 to 1,000,000"},
      {!share(l.cashier) || !share(l.supervisor) || !share(l.manager),
       "a discount limit must be 0 to 1,000,000 parts per million"},
      {s.store.tenders.empty() || s.store.tenders.size() > 8, "at least one tender must be taken"},
      {s.store.labels.size() > kMaxLabelPatterns, "at most 50 label patterns"},
  });
}

std::string fault_of(const OfferedPromotion& o) {
  const Promotion& p = o.promotion;
  const auto day = [](const std::string& d) { return d.empty() || valid_date(d); };
  const bool gone = o.deleted;  // of a withdrawn one only the name counts
  return first_of({
      {!valid_id(p.id), "the id must be 1 to 32 of A-Z a-z 0-9 _ -"},
      {p.name.empty() || !is_text(p.name, 100),
       "the name must be 1 to 100 bytes of printable UTF-8"},
      {o.version < 0, "the version must not be negative"},
      {!gone && (p.parts.empty() || p.parts.size() > kMaxParts), "a promotion has 1 to 10 parts"},
      {!std::all_of(p.parts.begin(), p.parts.end(), sound),
       "a part names up to 500 products or 50 categories, a count of 1 to 100, an offCount of at "
       "most count, and off in parts per million"},
      {!gone && !saves(p),
       "a promotion saves nothing: it needs a price, or a part with offCount "
       "and off"},
      {p.price && (p.price->minor < 0 || p.price->minor > kMaxPriceMinor),
       "the price must be 0 to 10^12 minor units"},
      {p.at_most < 0 || p.at_most > 1000, "atMost must be 0 to 1,000"},
      {!day(p.first_day) || !day(p.last_day), "firstDay and lastDay are dates"},
      {p.weekdays < 1 || p.weekdays > 0x7f, "weekdays must be 1 to 127: bit 0 is Monday"},
      {p.from_minute < 0 || p.to_minute > kDayMinutes || p.from_minute >= p.to_minute,
       "fromMinute and toMinute are minutes of a day, the first before the second"},
      {!p.customer_group.empty() && !valid_id(p.customer_group),
       "the customer group must be an id"},
  });
}

std::string encode(const Price& p) { return to_json(p); }
std::string encode(const Settings& s) { return to_json(s); }
std::string encode(const OfferedPromotion& p) { return to_json(p); }
std::string encode(const Page<Price>& p) { return to_json(p); }
std::string encode(const Page<Settings>& p) { return to_json(p); }
std::string encode(const Page<OfferedPromotion>& p) { return to_json(p); }

std::optional<Price> decode_price(std::string_view t) { return from_json<Price>(t, office_fits); }
std::optional<Settings> decode_settings(std::string_view t) {
  return from_json<Settings>(t, office_fits);
}
std::optional<OfferedPromotion> decode_promotion(std::string_view t) {
  return from_json<OfferedPromotion>(t, office_fits);
}
std::optional<Page<Price>> decode_price_page(std::string_view t) {
  return from_json<Page<Price>>(t, page_in_bounds);
}
std::optional<Page<Settings>> decode_settings_page(std::string_view t) {
  return from_json<Page<Settings>>(t, page_in_bounds);
}
std::optional<Page<OfferedPromotion>> decode_promotion_page(std::string_view t) {
  return from_json<Page<OfferedPromotion>>(t, page_in_bounds);
}

}  // namespace pos::sync
