// The rows of a till's journal. The order of members here is the order on the wire, and these bytes
// are signed: never sort them, never change them; a new member goes to the end, and is optional.
#include <cassert>
#include <charconv>
#include <utility>

#include "sync/seal.h"
#include "sync/wire.h"
#include "sync/wire_json.h"

namespace pos::sync {
namespace {

constexpr int32_t kVersion = 1;
constexpr size_t kMaxName = 200, kMaxCode = 80, kMaxPromotions = 32, kMaxCounts = 64;

// What every row begins with, as text.
struct Head {
  int32_t version = kVersion;
  std::string type, transaction_id;
  Place place;
  std::string receipt;  // of a sale
  std::string business_date, at, utc_offset, shift, cashier, approved_by;
};

template <class Archive>
void place_members(Archive& ar, Place& p) {
  member(ar, "storeId", p.store);
  member(ar, "tillId", p.till);
  member(ar, "epoch", p.epoch);
  member(ar, "seq", p.seq);
  member(ar, "prev", p.prev);
}

// A sale has two members more among these, and its own word for the time.
template <class Archive>
void head_members(Archive& ar, Head& h, CompletedSale* sale) {
  if (sale) member(ar, "kind", sale->kind);
  member(ar, "transactionId", h.transaction_id);
  place_members(ar, h.place);
  if (sale) member(ar, "receipt", h.receipt);
  member(ar, "businessDate", h.business_date);
  member(ar, sale ? "soldAt" : "at", h.at);
  member(ar, "utcOffset", h.utc_offset);
  member(ar, "shiftId", h.shift);
  member(ar, "cashierId", h.cashier);
  member(ar, "approvedBy", h.approved_by);
}

template <class Archive>
void line_members(Archive& ar, Line& l, Money& tax) {
  member(ar, "lineId", l.id);
  member(ar, "productId", l.item.id.value);
  member(ar, "code", l.code);
  member(ar, "name", l.item.name);
  member(ar, "quantity", l.quantity.milli);
  member(ar, "unit", l.item.unit);
  member(ar, "price", l.item.price.minor);
  rare_member(ar, "priceScale", l.item.price_scale);
  member(ar, "priceVersion", l.item.price_version);
  member(ar, "discount", l.discount.minor);
  member(ar, "promotions", l.promotions);
  member(ar, "reason", l.reason);
  member(ar, "totalAmount", l.total.minor);
  member(ar, "taxRate", l.item.tax_rate.ppm);
  member(ar, "taxAmount", tax.minor);
  reserved_member(ar, "listId", std::string{});
  member(ar, "originalLineId", l.original_line);
}

struct WrittenLine {
  Line& line;
  Money& tax;
};
void serialize(JsonOut& ar, WrittenLine& l) { line_members(ar, l.line, l.tax); }
struct ReadLine {
  Line line;
  Money tax;
};
void serialize(JsonIn& ar, ReadLine& l) { line_members(ar, l.line, l.tax); }

struct RateTotal {
  TaxTotal total;
};
template <class Archive>
void serialize(Archive& ar, RateTotal& t) {
  member(ar, "rate", t.total.rate.ppm);
  member(ar, "net", t.total.net.minor);
  member(ar, "tax", t.total.tax.minor);
  member(ar, "gross", t.total.gross.minor);
}

struct PutDown {
  Tender tender;
  std::string word;
};
template <class Archive>
void serialize(Archive& ar, PutDown& p) {
  member(ar, "type", p.word);
  member(ar, "amount", p.tender.amount.minor);
  member(ar, "change", p.tender.change.minor);
  member(ar, "reference", p.tender.reference);
}

struct KeyAmount {
  AmountOf amount;
};
template <class Archive>
void serialize(Archive& ar, KeyAmount& k) {
  member(ar, "key", k.amount.key);
  member(ar, "amount", k.amount.amount.minor);
}

struct Pieces {
  CountOf count;
  bool operator==(const Pieces&) const = default;
};
template <class Archive>
void serialize(Archive& ar, Pieces& p) {
  member(ar, "value", p.count.value);
  member(ar, "pieces", p.count.pieces);
}

// A vector of T on the wire as a vector of Wire, which holds T as its first member. (cereal finds
// serialize() in the namespace of the type: pos has none, and wants none.)
template <class Wire, class T>
void list_member(JsonOut& ar, const char* name, std::vector<T>& values) {
  std::vector<Wire> on_wire;
  for (const T& v : values) on_wire.push_back({v});
  member(ar, name, on_wire);
}
template <class Wire, class T>
void list_member(JsonIn& ar, const char* name, std::vector<T>& values) {
  std::vector<Wire> on_wire;
  member(ar, name, on_wire);
  for (Wire& w : on_wire) {
    auto& [value] = w;
    values.push_back(std::move(value));
  }
}

void lines_member(JsonOut& ar, CompletedSale& s) {
  assert(s.lines.size() == s.line_taxes.size());
  std::vector<WrittenLine> lines;
  for (size_t i = 0; i < s.lines.size(); ++i) lines.push_back({s.lines[i], s.line_taxes[i]});
  member(ar, "lines", lines);
}
void lines_member(JsonIn& ar, CompletedSale& s) {
  std::vector<ReadLine> lines;
  member(ar, "lines", lines);
  for (ReadLine& sold : lines) {
    s.lines.push_back(std::move(sold.line));
    s.line_taxes.push_back(sold.tax);
  }
}

void tenders_member(JsonOut& ar, CompletedSale& s) {
  std::vector<PutDown> tenders;
  for (const Tender& t : s.tenders) tenders.push_back({t, to_word(t.kind)});
  member(ar, "tenders", tenders);
}
void tenders_member(JsonIn& ar, CompletedSale& s) {
  std::vector<PutDown> tenders;
  member(ar, "tenders", tenders);
  for (PutDown& p : tenders) {
    const auto kind = tender_kind(p.word);
    if (!kind) throw cereal::Exception("a tender of a kind that this version does not know");
    p.tender.kind = *kind;
    s.tenders.push_back(std::move(p.tender));
  }
}

template <class Archive>
void body(Archive& ar, CompletedSale& s) {
  member(ar, "currency", s.currency);
  member(ar, "taxMode", s.tax_mode);
  member(ar, "taxLevel", s.tax_level);
  lines_member(ar, s);
  list_member<RateTotal>(ar, "taxes", s.taxes);
  tenders_member(ar, s);
  member(ar, "rounding", s.rounding.minor);
  member(ar, "totalAmount", s.total.minor);
  member(ar, "taxAmount", s.tax.minor);
  member(ar, "customerId", s.customer_id);
  member(ar, "originalTransactionId", s.original.value);
  rare_member(ar, "originalReceipt", s.original_receipt);
}

template <class Archive>
void body(Archive& ar, ShiftOpened& s) {
  member(ar, "float", s.float_amount.minor);
}

void counts_member(JsonOut& ar, std::vector<CountOf>& counts) {
  std::vector<Pieces> on_wire;
  for (const CountOf& c : counts) on_wire.push_back({c});
  rare_member(ar, "counts", on_wire);
}
void counts_member(JsonIn& ar, std::vector<CountOf>& counts) {
  std::vector<Pieces> on_wire;
  rare_member(ar, "counts", on_wire);
  for (const Pieces& p : on_wire) counts.push_back(p.count);
}

template <class Archive>
void body(Archive& ar, ShiftClosed& s) {
  member(ar, "zNumber", s.z_number);
  member(ar, "firstReceipt", s.first_receipt);
  member(ar, "lastReceipt", s.last_receipt);
  list_member<RateTotal>(ar, "taxes", s.taxes);
  list_member<KeyAmount>(ar, "tenders", s.tenders);
  list_member<KeyAmount>(ar, "categories", s.categories);
  list_member<KeyAmount>(ar, "cashiers", s.cashiers);
  member(ar, "sales", s.sales);
  member(ar, "float", s.float_amount.minor);
  member(ar, "expected", s.expected.minor);
  member(ar, "counted", s.counted.minor);
  member(ar, "variance", s.variance.minor);
  member(ar, "turnover", s.turnover.minor);
  member(ar, "grandTotal", s.grand_total.minor);
  rare_member(ar, "rounding", s.rounding.minor);
  rare_member(ar, "cashMoved", s.cash_moved.minor);
  counts_member(ar, s.counts);
  rare_member(ar, "returns", s.returns);
  rare_member(ar, "returned", s.returned.minor);
}

// `in` or `out`, never both, so that nobody overlooks a sign.
void body(JsonOut& ar, CashMoved& c) {
  int64_t amount = c.in.minor < 0 ? -c.in.minor : c.in.minor;
  member(ar, c.in.minor < 0 ? "out" : "in", amount);
  member(ar, "reason", c.reason);
}
void body(JsonIn& ar, CashMoved& c) {
  int64_t in = 0, out = 0;
  rare_member(ar, "in", in);
  rare_member(ar, "out", out);
  if (in < 0 || out < 0 || (in > 0 && out > 0)) throw cereal::Exception("both in and out");
  c.in = {in - out};
  member(ar, "reason", c.reason);
}

template <class Archive>
void body(Archive& ar, SaleVoided& v) {
  member(ar, "lines", v.lines);
  member(ar, "total", v.total.minor);
  member(ar, "reason", v.reason);
}

template <class Archive>
void body(Archive& ar, DrawerOpened& d) {
  member(ar, "reason", d.reason);
}

// (cereal finds serialize() in the namespace of the type: pos has none, and wants none.)
struct NamedRow {
  RowName row;
  bool operator==(const NamedRow&) const = default;
};
template <class Archive>
void serialize(Archive& ar, NamedRow& n) {
  member(ar, "epoch", n.row.epoch);
  member(ar, "seq", n.row.seq);
  member(ar, "hash", n.row.hash);
}

struct PrunedPart {
  Pruned part;
  bool operator==(const PrunedPart&) const = default;
};
template <class Archive>
void serialize(Archive& ar, PrunedPart& p) {
  member(ar, "epoch", p.part.last.epoch);
  member(ar, "seq", p.part.last.seq);
  member(ar, "hash", p.part.last.hash);
  member(ar, "rows", p.part.rows);
  member(ar, "lastReceipt", p.part.last_receipt);
  member(ar, "shifts", p.part.shifts);
  member(ar, "zNumber", p.part.z_number);
  member(ar, "shiftIsOpen", p.part.shift_is_open);
  member(ar, "grandTotal", p.part.grand_total.minor);
}

// A T on the wire as a Wire, which holds it as its only member; left out where it is empty.
template <class Wire, class T>
void rare_as(JsonOut& ar, const char* name, const T& value) {
  Wire on_wire{value};
  rare_member(ar, name, on_wire);
}
template <class Wire, class T>
void rare_as(JsonIn& ar, const char* name, T& value) {
  Wire on_wire;
  rare_member(ar, name, on_wire);
  auto& [read] = on_wire;
  value = std::move(read);
}

template <class Archive>
void body(Archive& ar, TillNoted& n) {
  member(ar, "code", n.code);
  member(ar, "text", n.text);
  rare_as<NamedRow>(ar, "forkedFrom", n.forked_from);
  rare_member(ar, "nextReceipt", n.next_receipt);
  rare_as<PrunedPart>(ar, "pruned", n.pruned);
  rare_member(ar, "heldSale", n.held_sale);
  rare_member(ar, "recalls", n.recalls.value);
}

template <class Archive>
void gift_body(Archive& ar, std::string& card, Money& amount, std::string& receipt,
               TransactionId& sale) {
  member(ar, "card", card);
  member(ar, "amount", amount.minor);
  member(ar, "receipt", receipt);
  rare_member(ar, "saleId", sale.value);
}
template <class Archive>
void body(Archive& ar, GiftIssued& g) {
  gift_body(ar, g.card, g.amount, g.receipt, g.sale);
}
template <class Archive>
void body(Archive& ar, GiftRedeemed& g) {
  gift_body(ar, g.card, g.amount, g.receipt, g.sale);
}

// ---- bounds ----
bool empty_or_id(const std::string& id) { return id.empty() || valid_id(id); }
bool empty_or_uuid(const std::string& id) { return id.empty() || valid_uuid(id); }
bool amount(Money m) { return within(m.minor, kMaxAmountMinor); }
bool total(Money m) { return within(m.minor, kMaxTotalMinor); }
bool rate(Rate r) { return r.ppm >= 0 && r.ppm <= kMaxRatePpm; }
bool receipt_number(const std::string& r) { return r.size() <= kMaxWord && is_plain(r, kMaxWord); }

bool in_bounds(const Place& p) {
  return valid_node_id(p.store) && is_till(p.till) && is_epoch(p.epoch) && p.seq >= 1 &&
         is_hash(p.prev);
}
bool in_bounds(const Line& l) {
  return l.id >= 1 && valid_id(l.item.id.value) && l.code.size() <= kMaxCode &&
         l.item.name.size() <= kMaxName && within(l.quantity.milli, kMaxQuantityMilli) &&
         is_plain(l.item.unit, 16) && within(l.item.price.minor, kMaxPriceMinor) &&
         l.item.price_scale >= 0 && l.item.price_scale <= 6 && l.item.price_version >= 0 &&
         l.reason.size() <= kMaxName && l.promotions.size() <= kMaxPromotions &&
         std::all_of(l.promotions.begin(), l.promotions.end(),
                     [](const std::string& id) { return is_plain(id, kMaxWord); }) &&
         amount(l.discount) && amount(l.total) && rate(l.item.tax_rate) && l.original_line >= 0;
}
bool in_bounds(const TaxTotal& t) {
  return rate(t.rate) && total(t.net) && total(t.tax) && total(t.gross);
}
bool in_bounds(const Tender& t) {
  return amount(t.amount) && amount(t.change) && t.reference.size() <= kMaxWord;
}
bool in_bounds(const AmountOf& a) { return a.key.size() <= kMaxName && total(a.amount); }
bool in_bounds(Money m) { return amount(m); }
bool in_bounds(const CountOf& c) {
  return c.value > 0 && within(c.value, kMaxAmountMinor) && c.pieces >= 0 &&
         within(c.pieces, kMaxAmountMinor);
}

template <class T>
bool all_in_bounds(const std::vector<T>& values) {
  return std::all_of(values.begin(), values.end(), [](const T& v) { return in_bounds(v); });
}

bool in_bounds(const CompletedSale& s) {
  return (s.kind == "sale" || s.kind == "return") && s.currency.size() == 3 &&
         is_plain(s.currency, 3) && is_plain(s.tax_mode, 16) && is_plain(s.tax_level, 16) &&
         all_in_bounds(s.lines) && all_in_bounds(s.line_taxes) && all_in_bounds(s.taxes) &&
         all_in_bounds(s.tenders) && amount(s.rounding) && amount(s.total) && amount(s.tax) &&
         empty_or_id(s.customer_id) && empty_or_uuid(s.original.value) &&
         receipt_number(s.original_receipt);
}
bool in_bounds(const ShiftOpened& s) { return amount(s.float_amount); }
bool in_bounds(const ShiftClosed& s) {
  return s.z_number >= 0 && receipt_number(s.first_receipt) && receipt_number(s.last_receipt) &&
         all_in_bounds(s.taxes) && all_in_bounds(s.tenders) && all_in_bounds(s.categories) &&
         all_in_bounds(s.cashiers) && s.sales >= 0 && amount(s.float_amount) && total(s.expected) &&
         amount(s.counted) && total(s.variance) && total(s.turnover) && total(s.grand_total) &&
         total(s.rounding) && total(s.cash_moved) && s.counts.size() <= kMaxCounts &&
         all_in_bounds(s.counts) && s.returns >= 0 && total(s.returned);
}
bool in_bounds(const CashMoved& c) { return amount(c.in) && c.reason.size() <= kMaxName; }
bool in_bounds(const SaleVoided& v) {
  return v.lines >= 0 && total(v.total) && v.reason.size() <= kMaxName;
}
bool in_bounds(const DrawerOpened& d) { return d.reason.size() <= kMaxName; }
bool in_bounds(const RowName& r) {
  return r == RowName{} || (is_epoch(r.epoch) && r.seq >= 0 && is_hash(r.hash));
}
bool in_bounds(const Pruned& p) {
  return in_bounds(p.last) && p.rows >= 0 && receipt_number(p.last_receipt) && p.shifts >= 0 &&
         p.z_number >= 0 && total(p.grand_total);
}
bool in_bounds(const TillNoted& n) {
  return is_plain(n.code, kMaxWord) && n.text.size() <= kMaxName && in_bounds(n.forked_from) &&
         receipt_number(n.next_receipt) && in_bounds(n.pruned) &&
         (n.recalls.empty() || valid_uuid(n.recalls.value));
}
template <class Gift>
bool gift_in_bounds(const Gift& g) {
  return is_plain(g.card, kMaxWord) && g.amount.minor >= 0 && amount(g.amount) &&
         receipt_number(g.receipt) && empty_or_uuid(g.sale.value);
}
bool in_bounds(const GiftIssued& g) { return gift_in_bounds(g); }
bool in_bounds(const GiftRedeemed& g) { return gift_in_bounds(g); }

Head head_of(const Place& place, const Fact& fact, std::string_view receipt) {
  const FactHeader& f = header_of(fact);
  Head h;
  h.type = type_of(fact);
  h.transaction_id = f.id.value;
  h.place = place;
  h.receipt = receipt;
  h.business_date = f.business_date;
  h.at = to_iso(f.at);
  h.utc_offset = offset_text(f.utc_offset_min);
  h.shift = f.shift.value;
  h.cashier = f.cashier.value;
  h.approved_by = f.approved_by.value;
  return h;
}

std::optional<FactHeader> header_from(const Head& h) {
  const auto at = parse_iso(h.at);
  const auto offset = parse_offset(h.utc_offset);
  const bool fits = valid_uuid(h.transaction_id) && valid_date(h.business_date) && at && offset &&
                    (empty_or_uuid(h.shift) || valid_id(h.shift)) && empty_or_id(h.cashier) &&
                    empty_or_id(h.approved_by);
  if (!fits) return {};
  FactHeader f;
  f.id.value = h.transaction_id;
  f.business_date = h.business_date;
  f.at = *at;
  f.utc_offset_min = *offset;
  f.shift.value = h.shift;
  f.cashier.value = h.cashier;
  f.approved_by.value = h.approved_by;
  return f;
}

CompletedSale* as_sale(Fact& fact) { return std::get_if<CompletedSale>(&fact); }

// An empty fact of that type.
template <size_t I = 0>
std::optional<Fact> empty_fact(std::string_view type) {
  if constexpr (I == std::variant_size_v<Fact>) {
    return {};
  } else {
    Fact fact{std::in_place_index<I>};
    if (type == type_of(fact)) return fact;
    return empty_fact<I + 1>(type);
  }
}

std::optional<Row> read_row(JsonIn& ar) {
  Head head;
  member(ar, "version", head.version);
  member(ar, "type", head.type);
  auto fact = empty_fact(head.type);
  if (head.version != kVersion || !fact) return {};
  head_members(ar, head, as_sale(*fact));
  std::visit([&](auto& f) { body(ar, f); }, *fact);
  const auto header = header_from(head);
  if (!header || !in_bounds(head.place) || !receipt_number(head.receipt)) return {};
  if (!std::visit([](const auto& f) { return in_bounds(f); }, *fact)) return {};
  std::visit([&](auto& f) { f.header = *header; }, *fact);
  if (auto* sale = as_sale(*fact)) sale->receipt = head.receipt;
  return Row{head.version, std::move(head.type), std::move(head.place), std::move(*fact)};
}

std::optional<Envelope> read_envelope(JsonIn& ar) {
  Envelope e;
  rare_member(ar, "type", e.type);
  member(ar, "transactionId", e.transaction_id);
  place_members(ar, e.place);
  if (!in_bounds(e.place) || !valid_uuid(e.transaction_id) || !is_plain(e.type, kMaxWord))
    return {};
  return e;
}

template <class Integer>
bool whole_number(std::string_view text, Integer& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

const char* type_of(const Fact& fact) {
  struct Word {
    const char* operator()(const CompletedSale&) const { return "product.sold"; }
    const char* operator()(const ShiftOpened&) const { return "shift.opened"; }
    const char* operator()(const ShiftClosed&) const { return "shift.closed"; }
    const char* operator()(const CashMoved&) const { return "cash.moved"; }
    const char* operator()(const SaleVoided&) const { return "sale.voided"; }
    const char* operator()(const DrawerOpened&) const { return "drawer.opened"; }
    const char* operator()(const TillNoted&) const { return "till.noted"; }
    const char* operator()(const GiftIssued&) const { return "gift.issued"; }
    const char* operator()(const GiftRedeemed&) const { return "gift.redeemed"; }
  };
  return std::visit(Word{}, fact);
}

std::string encode(const Place& place, const Fact& fact) {
  const auto* sale = std::get_if<CompletedSale>(&fact);
  return encode(place, fact, sale ? sale->receipt : "");
}

std::string encode(const Place& place, const Fact& fact, const std::string& receipt) {
  return write_json([&](JsonOut& ar) {
    Head head = head_of(place, fact, receipt);
    auto& written = const_cast<Fact&>(fact);  // an output archive only reads it
    member(ar, "version", head.version);
    member(ar, "type", head.type);
    head_members(ar, head, as_sale(written));
    std::visit([&](auto& f) { body(ar, f); }, written);
  });
}

std::optional<Row> decode_row(std::string_view body) {
  return read_json(body, kMaxRowBytes, read_row);
}

std::optional<Envelope> decode_envelope(std::string_view body) {
  return read_json(body, kMaxRowBytes, read_envelope);
}

std::optional<std::string> content_hash(std::string_view body) {
  const auto members = json_members(body, kMaxRowBytes);
  if (!members) return {};
  std::string kept = "{";
  for (const JsonMember& m : *members) {
    if (m.name == "epoch" || m.name == "seq" || m.name == "prev") continue;
    if (kept.size() > 1) kept += ',';
    kept += m.bytes;
  }
  return hex(sha256(kept + "}"));
}

std::optional<std::string> rechained(std::string_view body, const std::string& epoch, int64_t seq,
                                     const std::string& prev) {
  const auto members = json_members(body, kMaxRowBytes);
  if (!members) return {};
  const std::map<std::string_view, std::string> places = {
      {"epoch", '"' + epoch + '"'}, {"seq", std::to_string(seq)}, {"prev", '"' + prev + '"'}};
  std::string out;
  out.reserve(body.size() + 8);
  size_t at = 0, found = 0;
  for (const JsonMember& m : *members) {
    const auto place = places.find(m.name);
    if (place == places.end()) continue;
    const auto from = static_cast<size_t>(m.value.data() - body.data());
    out.append(body.substr(at, from - at)).append(place->second);
    at = from + m.value.size();
    ++found;
  }
  if (found != places.size()) return {};
  return out.append(body.substr(at));
}

std::string subject_of(const SealedRow& row, std::string_view store, std::string_view till) {
  std::string subject = row.type == "product.sold" ? "product.sold." : "till.event.";
  return subject.append(store).append(".").append(till);
}

std::string message_id(const SealedRow& row, std::string_view store, std::string_view till,
                       uint64_t round) {
  std::string id(store);
  id.append("/").append(till).append("/").append(row.epoch);
  return id + "/" + std::to_string(row.seq) + "/" + row.hash.substr(0, 16) + "/" +
         std::to_string(round);
}

std::optional<MessageId> parse_message_id(std::string_view text) {
  if (text.size() > 128) return {};
  std::vector<std::string_view> parts;
  for (size_t from = 0;;) {
    const size_t slash = text.find('/', from);
    parts.push_back(text.substr(from, slash - from));
    if (slash == std::string_view::npos) break;
    from = slash + 1;
  }
  if (parts.size() != 6) return {};
  MessageId id{std::string(parts[0]), std::string(parts[1]), std::string(parts[2]), 0};
  uint64_t round = 0;
  const bool fits = valid_node_id(id.store) && is_till(id.till) && is_epoch(id.epoch) &&
                    whole_number(parts[3], id.seq) && id.seq >= 1 && hex_digits(parts[4], 16) &&
                    whole_number(parts[5], round);
  if (!fits) return {};
  return id;
}

}  // namespace pos::sync
