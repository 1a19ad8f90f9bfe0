// The office's rules at the register: new ones count from the next sale on.
#include <algorithm>

#include "pos/register.h"

namespace pos {
namespace {

constexpr size_t kMaxGroups = 20;

// A sale's id is a UUIDv7: its first 48 bits are the milliseconds at which it began.
Instant began(const TransactionId& id) {
  int64_t ms = 0;
  size_t digits = 0;
  for (size_t i = 0; i < id.value.size() && digits < 12; ++i) {
    const char c = id.value[i];
    if (c == '-') continue;
    const bool letter = c >= 'a' && c <= 'f';
    if (!letter && !(c >= '0' && c <= '9')) return {};
    ms = ms * 16 + (letter ? c - 'a' + 10 : c - '0');
    ++digits;
  }
  return {ms};
}

}  // namespace

void Register::take_up_rules() {
  if (!rules_ || sale_.open()) return;
  if (const auto fresh = rules_->take_up(clock_.now())) use(*fresh);
}

void Register::under_its_rules(Sale& sale) {
  if (rules_ && sale.open()) use(rules_->at(began(sale.id())));
  sale.under(settings_.terms);
}

void Register::use(const StoreRules& rules) {
  settings_ = provisioned_;
  settings_.terms.promotions.insert(settings_.terms.promotions.end(), rules.promotions.begin(),
                                    rules.promotions.end());
  if (!rules.settings) return;
  settings_.terms.tax = rules.settings->tax;
  settings_.terms.rounding = rules.settings->rounding;
  settings_.limits = rules.settings->limits;
  settings_.tenders = rules.settings->tenders;
  // The till's own patterns come first: its own scale stands beside it.
  settings_.labels.insert(settings_.labels.end(), rules.settings->labels.begin(),
                          rules.settings->labels.end());
}

Outcome<Done> Register::set_customer(std::string_view id, std::vector<std::string> groups) {
  if (auto no = may_sell(Command::customer)) return *no;
  const auto bad = [](std::string_view text) { return !valid_id(text); };
  if ((!id.empty() && bad(id)) || groups.size() > kMaxGroups || (id.empty() && !groups.empty()) ||
      std::any_of(groups.begin(), groups.end(), bad)) {
    return Refusal{RefusalCode::bad_customer,
                   "A customer and her groups are ids of 1 to 32 of A-Z a-z 0-9 _ -, at most 20 "
                   "groups: never a name."};
  }
  take_up_rules();
  if (!sale_.tenders().empty()) return *may_change_sale(Command::customer);
  Sale next = sale_.open() ? sale_ : new_sale();
  next.set_customer(std::string(id), std::move(groups));
  keep(std::move(next));
  return Done{};
}

}  // namespace pos
