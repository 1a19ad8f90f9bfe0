// The office's rules at the register: new ones count from the next sale on.
#include "pos/register.h"

namespace pos {
namespace {

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

}  // namespace pos
