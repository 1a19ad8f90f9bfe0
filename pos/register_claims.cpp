// Register: what it asks of the store, and what it gives back (claims.h).
#include <algorithm>

#include "pos/register.h"

namespace pos {
namespace {

constexpr int64_t kGiveBackAgainMs = 5'000;

bool same(const OpenClaim& a, const OpenClaim& b) { return a.of == b.of && a.by == b.by; }

}  // namespace

Outcome<Done> only_done(const Outcome<StoreHeard>& heard) {
  if (!heard) return heard.refusal();
  return Done{};
}

Outcome<StoreHeard> with_nothing_to_tell(const Outcome<Done>& done) {
  if (!done) return done.refusal();
  return StoreHeard{};
}

// Noted first: whatever is asked and not needed is given back, also after a power cut.
Outcome<StoreHeard> Register::ask_store(Claim claim, Then then) {
  if (!claims_) return then({ClaimAnswer::State::unreachable});
  const OpenClaim open{claim.of, claim.by, claim.wanted};
  for (const OpenClaim& c : open_claims_) {  // of sales that are on the counter no more
    if (c.of == open.of && c.by != open.by)
      claim.known.push_back({c.by, settings_.till.value, needed(c)});
  }
  ledger_.note_claim(open);
  std::erase_if(open_claims_, [&](const OpenClaim& c) { return same(c, open); });
  open_claims_.push_back(open);
  return ask_now(std::move(claim), std::move(then));
}

Outcome<StoreHeard> Register::ask_now(Claim claim, Then then) {
  forget_question();
  asked_ = Asked{std::move(claim), std::move(then)};
  return go_on();
}

Outcome<StoreHeard> Register::go_on() {
  if (!asked_) return Refusal{RefusalCode::no_question, "Nothing is asked of the store."};
  const ClaimAnswer answer = claims_->ask(asked_->claim);
  if (answer.state == ClaimAnswer::State::asking) {
    return Refusal{RefusalCode::asks_store, "The store's other tills are being asked: wait."};
  }
  const Asked asked = std::move(*asked_);
  asked_.reset();
  return asked.then(answer);
}

void Register::wait_for_store() {
  if (asked_) claims_->wait(asked_->claim, Claims::kLimit_ms);
}

// Who answers for what could not be asked; nobody if it takes a supervisor and there is none.
std::optional<PersonId> Register::unasked_by(const std::optional<Person>& approver) const {
  if (approver && approver->role >= Role::supervisor) return approver->id;
  if (person_ && person_->role >= Role::supervisor) return person_->id;
  return {};
}

// What a claim's sale needs of it now: nothing if that is neither on the counter nor held.
Portions Register::needed(const OpenClaim& claim) {
  const auto needs = [&](const Sale& sale) {
    if (is_gift_thing(claim.of)) return gift_taken(sale, claim.of);
    return sale.conditions().original.id.value == claim.of ? back_of(sale) : Portions{};
  };
  if (sale_.id().value == claim.by) return needs(sale_);
  for (const HeldSale& held : ledger_.held()) {
    if (held.id() == claim.by) return needs(held.sale);
  }
  return {};
}

void Register::give_back_claims() {
  if (!claims_ || open_claims_.empty()) return;
  const Instant now = clock_.now();
  if (now.unix_ms < give_back_at_.unix_ms &&
      give_back_at_.unix_ms - now.unix_ms <= kGiveBackAgainMs) {
    return;  // unless the clock was set back
  }
  for (const OpenClaim& open : std::vector<OpenClaim>(open_claims_)) {
    if (asked_ && asked_->claim.by == open.by) continue;
    OpenClaim less = open;
    less.wanted = needed(open);
    if (less.wanted == open.wanted) continue;
    const ClaimAnswer answer = claims_->ask({less.of, less.by, less.wanted});
    if (answer.state == ClaimAnswer::State::asking) continue;
    if (answer.state != ClaimAnswer::State::won) {
      give_back_at_ = {now.unix_ms + kGiveBackAgainMs};
      continue;
    }
    const auto at = std::find_if(open_claims_.begin(), open_claims_.end(),
                                 [&](const OpenClaim& c) { return same(c, open); });
    if (less.wanted.empty()) {
      ledger_.forget_claim(less);
      open_claims_.erase(at);
    } else {
      ledger_.note_claim(less);
      *at = less;
    }
  }
}

}  // namespace pos
