#include "pos/draft.h"

#include <charconv>

namespace pos {
namespace {

constexpr std::string_view kMagic = "leaftill-draft-";
constexpr int kVersion = 3;
constexpr size_t kMaxParts = 100'000;

// Netstrings: "5:hello,". Any byte may be inside, so no name can break the frame.
class Writer {
 public:
  void text(std::string_view s) {
    out_ += std::to_string(s.size());
    out_ += ':';
    out_ += s;
    out_ += ',';
  }
  void number(int64_t n) { text(std::to_string(n)); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_{std::string(kMagic) + std::to_string(kVersion) + "\n"};
};

class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {
    for (int version = 1; version <= kVersion; ++version) {
      const std::string head = std::string(kMagic) + std::to_string(version) + "\n";
      if (in_.substr(0, head.size()) != head) continue;
      in_.remove_prefix(head.size());
      version_ = version;
    }
    bad_ = version_ == 0;
  }
  int version() const { return version_; }
  std::string text() {
    size_t n = 0;
    const auto [end, error] = std::from_chars(in_.data(), in_.data() + in_.size(), n);
    const auto head = static_cast<size_t>(end - in_.data());
    if (bad_ || error != std::errc() || head + 1 + n + 1 > in_.size() || in_[head] != ':' ||
        in_[head + 1 + n] != ',') {
      bad_ = true;
      return {};
    }
    std::string s(in_.substr(head + 1, n));
    in_.remove_prefix(head + n + 2);
    return s;
  }
  int64_t number() {
    const std::string s = text();
    int64_t n = 0;
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n);
    if (error != std::errc() || end != s.data() + s.size()) bad_ = true;
    return n;
  }
  size_t count() {
    const int64_t n = number();
    if (n < 0 || static_cast<size_t>(n) > kMaxParts) bad_ = true;
    return bad_ ? 0 : static_cast<size_t>(n);
  }
  bool ok() const { return !bad_ && in_.empty(); }
  bool bad() const { return bad_; }

 private:
  std::string_view in_;
  int version_ = 0;
  bool bad_ = false;
};

void put(Writer& w, const Item& item) {
  w.text(item.id.value);
  w.text(item.name);
  w.text(item.unit);
  w.number(item.price.minor);
  w.number(item.price_scale);
  w.number(item.price_version);
  w.number(item.tax_rate.ppm);
  w.text(item.category);
  w.number(item.age_limit);
}

Item get_item(Reader& r) {
  Item item;
  item.id.value = r.text();
  item.name = r.text();
  item.unit = r.text();
  item.price.minor = r.number();
  item.price_scale = static_cast<int>(r.number());
  item.price_version = r.number();
  item.tax_rate.ppm = r.number();
  item.category = r.text();
  item.age_limit = static_cast<int>(r.number());
  return item;
}

void put(Writer& w, const std::optional<Money>& money) {
  w.number(money.has_value());
  w.number(money.value_or(Money{}).minor);
}

std::optional<Money> get_money(Reader& r) {
  const bool there = r.number() != 0;
  const Money money{r.number()};
  return there ? std::optional(money) : std::nullopt;
}

void put(Writer& w, const Reduction& reduction) {
  w.number(reduction.percent.ppm);
  w.number(reduction.amount.minor);
  w.text(reduction.reason);
}

Reduction get_reduction(Reader& r) {
  Reduction reduction;
  reduction.percent.ppm = r.number();
  reduction.amount.minor = r.number();
  reduction.reason = r.text();
  return reduction;
}

void put(Writer& w, const std::optional<Part>& part) {
  w.number(part.has_value());
  if (!part) return;
  w.number(part->quantity.milli);
  w.number(part->total.minor);
  w.number(part->tax.minor);
  w.number(part->discount.minor);
}

std::optional<Part> get_part(Reader& r) {
  if (r.version() < 3 || r.number() == 0) return {};
  Part part;
  part.quantity.milli = r.number();
  part.total.minor = r.number();
  part.tax.minor = r.number();
  part.discount.minor = r.number();
  return part;
}

void put(Writer& w, const Line& line) {
  w.number(line.id);
  put(w, line.item);
  w.text(line.code);
  w.number(line.quantity.milli);
  w.number(line.discount.minor);
  w.number(line.total.minor);
  w.number(line.original_line);
  put(w, line.marked);
  w.number(static_cast<int64_t>(line.promotions.size()));
  for (const std::string& id : line.promotions) w.text(id);
  w.text(line.reason);
  w.number(line.price_given);
  put(w, line.own);
  w.number(line.deposit_of);
  put(w, line.back);
}

Line get_line(Reader& r) {
  Line line;
  line.id = static_cast<int32_t>(r.number());
  line.item = get_item(r);
  line.code = r.text();
  line.quantity.milli = r.number();
  line.discount.minor = r.number();
  line.total.minor = r.number();
  line.original_line = static_cast<int32_t>(r.number());
  if (r.version() < 2) return line;
  line.marked = get_money(r);
  for (size_t n = r.count(); n > 0 && !r.bad(); --n) line.promotions.push_back(r.text());
  line.reason = r.text();
  line.price_given = r.number() != 0;
  line.own = get_reduction(r);
  line.deposit_of = static_cast<int32_t>(r.number());
  line.back = get_part(r);
  return line;
}

void put(Writer& w, const Conditions& c) {
  w.text(c.moment.date);
  w.number(c.moment.weekday);
  w.number(c.moment.minute);
  w.number(static_cast<int64_t>(c.moment.customer_groups.size()));
  for (const std::string& group : c.moment.customer_groups) w.text(group);
  put(w, c.whole);
  w.number(c.age_checked);
  w.text(c.approved_by.value);
  w.text(c.original.id.value);
  w.text(c.original.receipt);
  w.text(c.customer);
}

Conditions get_conditions(Reader& r) {
  Conditions c;
  if (r.version() < 2) return c;
  c.moment.date = r.text();
  c.moment.weekday = static_cast<int>(r.number());
  c.moment.minute = static_cast<int>(r.number());
  for (size_t n = r.count(); n > 0 && !r.bad(); --n) c.moment.customer_groups.push_back(r.text());
  c.whole = get_reduction(r);
  c.age_checked = static_cast<int>(r.number());
  c.approved_by.value = r.text();
  if (r.version() < 3) return c;
  c.original.id.value = r.text();
  c.original.receipt = r.text();
  c.customer = r.text();
  return c;
}

void put(Writer& w, const Tender& tender) {
  w.text(to_word(tender.kind));
  w.number(tender.amount.minor);
  w.number(tender.change.minor);
  w.text(tender.reference);
}

std::optional<Tender> get_tender(Reader& r) {
  const auto kind = tender_kind(r.text());
  if (!kind) return {};
  Tender tender{*kind, {}, {}, {}};
  tender.amount.minor = r.number();
  tender.change.minor = r.number();
  tender.reference = r.text();
  return tender;
}

}  // namespace

std::string encode(const Draft& draft) {
  Writer w;
  w.text(draft.cashier.value);
  w.text(draft.sale.id().value);
  w.number(draft.sale.next_line());
  w.number(static_cast<int64_t>(draft.sale.lines().size()));
  for (const Line& line : draft.sale.lines()) put(w, line);
  w.number(static_cast<int64_t>(draft.sale.tenders().size()));
  for (const Tender& tender : draft.sale.tenders()) put(w, tender);
  put(w, draft.sale.conditions());
  return w.take();
}

std::optional<Draft> decode_draft(std::string_view text) {
  Reader r(text);
  Draft draft;
  draft.cashier.value = r.text();
  TransactionId id{r.text()};
  const auto next_line = static_cast<int32_t>(r.number());
  std::vector<Line> lines;
  for (size_t n = r.count(); n > 0 && !r.bad(); --n) lines.push_back(get_line(r));
  std::vector<Tender> tenders;
  for (size_t n = r.count(); n > 0 && !r.bad(); --n) {
    const auto tender = get_tender(r);
    if (!tender) return {};
    tenders.push_back(*tender);
  }
  Conditions conditions = get_conditions(r);
  if (!r.ok()) return {};
  draft.sale =
      Sale(std::move(id), std::move(lines), std::move(tenders), next_line, std::move(conditions));
  return draft;
}

}  // namespace pos
