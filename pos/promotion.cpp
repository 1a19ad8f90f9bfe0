#include "pos/promotion.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "pos/share.h"

namespace pos {
namespace {

constexpr int kMaxSteps = 10'000;       // of the exact search: some milliseconds
constexpr size_t kMaxPermuted = 5;      // promotions whose every order is tried
constexpr int64_t kMaxPieces = 10'000;  // of one kind; what is over pays its price

// Pieces of one product at one price, whichever lines they lie on.
struct Kind {
  ProductId product;
  std::string category;
  Money price;
  int count = 0;
};
using Counts = std::vector<int>;  // parallel to the kinds

bool takes(const Promotion::Part& part, const Kind& kind) {
  return std::find(part.products.begin(), part.products.end(), kind.product) !=
             part.products.end() ||
         std::find(part.categories.begin(), part.categories.end(), kind.category) !=
             part.categories.end();
}

bool sound(const Promotion& p) {
  const auto fits = [](const Promotion::Part& part) {
    return part.count >= 1 && part.count <= 100 && part.off_count >= 0 &&
           part.off_count <= part.count && part.off.ppm >= 0 && part.off.ppm <= kMaxRatePpm;
  };
  return valid_id(p.id) && !p.parts.empty() && p.parts.size() <= 8 &&
         std::all_of(p.parts.begin(), p.parts.end(), fits) && (!p.price || p.price->minor >= 0);
}

// Kinds are sorted dearest first, then by product: the order in which things were scanned is gone.
std::vector<Kind> kinds_of(const std::vector<Pieces>& lines, std::vector<size_t>& kind_of_line) {
  using Key = std::pair<int64_t, std::string>;  // dearest first
  std::map<Key, Kind> sorted;
  const auto key = [](const Pieces& p) { return Key{-p.price.minor, p.product.value}; };
  for (const Pieces& p : lines) {
    Kind& kind = sorted.try_emplace(key(p), Kind{p.product, p.category, p.price, 0}).first->second;
    kind.count = static_cast<int>(std::min(kMaxPieces, kind.count + std::max<int64_t>(0, p.count)));
  }
  std::vector<Kind> kinds;
  std::map<Key, size_t> place;
  for (auto& [k, kind] : sorted) place[k] = kinds.size(), kinds.push_back(kind);
  for (const Pieces& p : lines) kind_of_line.push_back(place[key(p)]);
  return kinds;
}

// What a promotion took so far.
struct Use {
  int64_t times = 0;
  Money saving;
  Counts taken;
};
using Uses = std::vector<Use>;  // parallel to the promotions of a group

// Promotions that want some of the same kinds, and must be weighed against each other.
struct Group {
  const std::vector<Kind>& kinds;
  std::vector<const Promotion*> promotions;
  std::vector<std::vector<std::vector<size_t>>>
      eligible;  // [promotion][part]: kinds, dearest first
};

struct Bundle {
  Counts taken;
  Money saving;
};

Money off(Money price, Rate rate) {
  return {
      static_cast<int64_t>((static_cast<__int128>(price.minor) * rate.ppm + 500'000) / 1'000'000)};
}

// One part's pieces, dearest first, added to the bundle.
void add_part(const Group& group, const Promotion::Part& part, const std::vector<size_t>& pieces,
              bool has_price, Bundle& bundle) {
  for (size_t i = 0; i < pieces.size(); ++i) {
    const Money price = group.kinds[pieces[i]].price;
    bundle.taken[pieces[i]] += 1;
    const bool cheap = i + static_cast<size_t>(part.off_count) >= pieces.size();
    bundle.saving += has_price ? price : cheap ? off(price, part.off) : Money{};
  }
}

// The bundle that one promotion alone would take first: dear pieces where it saves, cheap ones
// where they only have to be bought. Repeated, this is the best that one promotion can do as long
// as its parts share no kind.
std::optional<Bundle> first_bundle(const Group& group, size_t at, const Counts& left) {
  const Promotion& p = *group.promotions[at];
  Bundle bundle{Counts(left.size()), {}};
  for (size_t k = 0; k < p.parts.size(); ++k) {
    const Promotion::Part& part = p.parts[k];
    std::vector<size_t> order = group.eligible[at][k], pieces;
    const bool saves = p.price || part.off_count > 0;
    if (!saves) std::reverse(order.begin(), order.end());
    for (const size_t kind : order) {
      const int free = left[kind] - bundle.taken[kind];
      for (int n = 0; n < free && pieces.size() < static_cast<size_t>(part.count); ++n)
        pieces.push_back(kind);
    }
    if (pieces.size() < static_cast<size_t>(part.count)) return {};
    add_part(group, part, pieces, p.price.has_value(), bundle);
  }
  if (p.price) bundle.saving -= *p.price;
  if (bundle.saving.minor <= 0) return {};
  return bundle;
}

void take(Use& use, const Bundle& bundle, Counts& left) {
  use.times += 1;
  use.saving += bundle.saving;
  if (use.taken.empty()) use.taken.resize(left.size());
  for (size_t k = 0; k < left.size(); ++k) {
    use.taken[k] += bundle.taken[k];
    left[k] -= bundle.taken[k];
  }
}

bool more(const Promotion& p, int64_t times) { return p.at_most <= 0 || times < p.at_most; }

Uses one_after_the_other(const Group& group, const std::vector<size_t>& order, Counts left) {
  Uses uses(group.promotions.size());
  for (const size_t at : order) {
    while (more(*group.promotions[at], uses[at].times)) {
      const auto bundle = first_bundle(group, at, left);
      if (!bundle) break;
      take(uses[at], *bundle, left);
    }
  }
  return uses;
}

Money sum_of(const Uses& uses) {
  Money sum;
  for (const Use& use : uses) sum += use.saving;
  return sum;
}

Uses best_order(const Group& group, const Counts& all) {
  std::vector<size_t> order(group.promotions.size());
  std::iota(order.begin(), order.end(), 0);
  Uses best = one_after_the_other(group, order, all);
  const auto consider = [&] {
    Uses other = one_after_the_other(group, order, all);
    if (sum_of(other) > sum_of(best)) best = std::move(other);
  };
  if (order.size() <= kMaxPermuted) {
    while (std::next_permutation(order.begin(), order.end())) consider();
  } else {
    for (size_t n = 1; n < order.size(); ++n) {
      std::rotate(order.begin(), order.begin() + 1, order.end());
      consider();
    }
  }
  return best;
}

// Every way to take bundles, remembered by what is left. Gives up after kMaxSteps.
class Search {
 public:
  Search(const Group& group, Counts all) : group_(group), all_(std::move(all)) {}

  std::optional<Uses> run() {
    State start{all_, Counts(group_.promotions.size())};
    best_from(start);
    if (steps_ > kMaxSteps) return {};
    Uses uses(group_.promotions.size());
    Counts left = all_;
    for (State at = start;;) {
      const Choice& choice = known_.at(at);
      if (choice.promotion < 0) return uses;
      const auto p = static_cast<size_t>(choice.promotion);
      take(uses[p], choice.bundle, left);
      at = after(at, p, choice.bundle);
    }
  }

 private:
  using State = std::pair<Counts, Counts>;  // what is left, and times of those that are limited
  struct Choice {
    Money saving;
    int promotion = -1;  // -1: nothing more
    Bundle bundle;
  };

  State after(const State& at, size_t p, const Bundle& bundle) const {
    State next = at;
    for (size_t k = 0; k < next.first.size(); ++k) next.first[k] -= bundle.taken[k];
    if (group_.promotions[p]->at_most > 0) next.second[p] += 1;
    return next;
  }

  Money best_from(const State& at) {
    if (const auto found = known_.find(at); found != known_.end()) return found->second.saving;
    Choice best;
    for (size_t p = 0; p < group_.promotions.size() && steps_ <= kMaxSteps; ++p) {
      if (!more(*group_.promotions[p], at.second[p])) continue;
      for (const Bundle& bundle : bundles(p, at.first)) {
        if (steps_ > kMaxSteps) break;
        const Money saving = bundle.saving + best_from(after(at, p, bundle));
        if (saving > best.saving) best = {saving, static_cast<int>(p), bundle};
      }
    }
    return known_.emplace(at, std::move(best)).first->second.saving;
  }

  std::vector<Bundle> bundles(size_t p, const Counts& left) {
    std::vector<Bundle> out;
    fill_part(p, 0, left, {Counts(left.size()), {}}, out);
    return out;
  }
  void fill_part(size_t p, size_t part, const Counts& left, Bundle bundle,
                 std::vector<Bundle>& out) {
    const Promotion& promotion = *group_.promotions[p];
    if (part == promotion.parts.size()) {
      if (promotion.price) bundle.saving -= *promotion.price;
      if (bundle.saving.minor > 0) out.push_back(std::move(bundle));
      return;
    }
    std::vector<size_t> pieces;
    pick(p, part, 0, left, bundle, pieces, out);
  }
  // Pieces of kind `from` and later ones, so that no handful comes twice.
  void pick(size_t p, size_t part, size_t from, const Counts& left, const Bundle& bundle,
            std::vector<size_t>& pieces, std::vector<Bundle>& out) {
    if (++steps_ > kMaxSteps) return;
    const Promotion& promotion = *group_.promotions[p];
    const Promotion::Part& wanted = promotion.parts[part];
    if (pieces.size() == static_cast<size_t>(wanted.count)) {
      Bundle next = bundle;
      add_part(group_, wanted, pieces, promotion.price.has_value(), next);
      return fill_part(p, part + 1, left, std::move(next), out);
    }
    const auto& kinds = group_.eligible[p][part];
    for (size_t i = from; i < kinds.size(); ++i) {
      const auto used = bundle.taken[kinds[i]] + std::count(pieces.begin(), pieces.end(), kinds[i]);
      if (used >= left[kinds[i]]) continue;
      pieces.push_back(kinds[i]);
      pick(p, part, i, left, bundle, pieces, out);
      pieces.pop_back();
    }
  }

  const Group& group_;
  Counts all_;
  std::map<State, Choice> known_;
  int steps_ = 0;
};

bool parts_share_a_kind(const std::vector<std::vector<size_t>>& parts, size_t kinds) {
  std::vector<int> seen(kinds);
  for (const auto& part : parts) {
    for (const size_t k : part) {
      if (++seen[k] > 1) return true;
    }
  }
  return false;
}

bool is_simple(const Group& group, size_t at) {
  return !parts_share_a_kind(group.eligible[at], group.kinds.size());
}

// The best that this promotion can do by itself, then the others with what it leaves.
Uses alone_first(const Group& group, size_t at, Counts left) {
  const Group alone{group.kinds, {group.promotions[at]}, {group.eligible[at]}};
  auto best = Search(alone, left).run();
  if (!best) best = one_after_the_other(alone, {0}, left);
  if (!best->front().taken.empty()) {
    for (size_t k = 0; k < left.size(); ++k) left[k] -= best->front().taken[k];
  }
  std::vector<size_t> others;
  for (size_t p = 0; p < group.promotions.size(); ++p) {
    if (p != at) others.push_back(p);
  }
  Uses uses = one_after_the_other(group, others, left);
  uses[at] = best->front();
  return uses;
}

Uses best_uses(const Group& group) {
  Counts all;
  for (const Kind& kind : group.kinds) all.push_back(kind.count);
  if (group.promotions.size() == 1 && is_simple(group, 0)) return best_order(group, all);
  if (auto uses = Search(group, all).run()) return *uses;
  Uses best = best_order(group, all);
  for (size_t p = 0; p < group.promotions.size(); ++p) {
    if (is_simple(group, p)) continue;
    Uses other = alone_first(group, p, all);
    if (sum_of(other) > sum_of(best)) best = std::move(other);
  }
  return best;
}

// Promotions connected by a kind that both want.
std::vector<Group> groups_of(const std::vector<Kind>& kinds,
                             const std::vector<const Promotion*>& promotions) {
  std::vector<Group> groups;
  std::vector<std::vector<bool>> wants;  // parallel to the groups
  for (const Promotion* p : promotions) {
    Group joined{kinds, {}, {}};
    std::vector<bool> wanted(kinds.size());
    std::vector<std::vector<size_t>> parts;
    for (const auto& part : p->parts) {
      parts.emplace_back();
      for (size_t k = 0; k < kinds.size(); ++k) {
        if (takes(part, kinds[k])) parts.back().push_back(k), wanted[k] = true;
      }
    }
    std::vector<Group> others;
    std::vector<std::vector<bool>> others_want;
    for (size_t g = 0; g < groups.size(); ++g) {
      bool meets = false;
      for (size_t k = 0; k < kinds.size(); ++k) meets = meets || (wants[g][k] && wanted[k]);
      if (!meets) {
        others.push_back(groups[g]), others_want.push_back(wants[g]);
        continue;
      }
      for (const Promotion* q : groups[g].promotions) joined.promotions.push_back(q);
      for (auto& e : groups[g].eligible) joined.eligible.push_back(std::move(e));
      for (size_t k = 0; k < kinds.size(); ++k) wanted[k] = wanted[k] || wants[g][k];
    }
    joined.promotions.push_back(p);
    joined.eligible.push_back(std::move(parts));
    groups.clear();
    for (auto& other : others) groups.push_back({kinds, other.promotions, other.eligible});
    groups.push_back({kinds, joined.promotions, joined.eligible});
    others_want.push_back(std::move(wanted));
    wants = std::move(others_want);
  }
  return groups;
}

// A promotion's saving lies on every piece of its bundles, in proportion to the price: who brings
// back the free one gets something, and who keeps it pays something.
std::vector<Money> by_kind(const Use& use, const std::vector<Kind>& kinds) {
  std::vector<Money> weights;
  for (size_t k = 0; k < kinds.size(); ++k)
    weights.push_back({kinds[k].price.minor * use.taken[k]});
  return share_out(use.saving, weights);
}

void share_to_lines(const std::vector<Money>& discounts, const std::vector<Pieces>& lines,
                    const std::vector<size_t>& kind_of_line, std::vector<Money>& out) {
  for (size_t k = 0; k < discounts.size(); ++k) {
    if (discounts[k].minor == 0) continue;
    std::vector<size_t> of_kind;
    std::vector<Money> weights;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (kind_of_line[i] != k) continue;
      of_kind.push_back(i);
      weights.push_back({lines[i].price.minor * lines[i].count});
    }
    const auto parts = share_out(discounts[k], weights);
    for (size_t i = 0; i < of_kind.size(); ++i) out[of_kind[i]] += parts[i];
  }
}

}  // namespace

Promotion n_for_price(std::string id, std::string name, std::vector<ProductId> products, int n,
                      Money price) {
  Promotion p;
  p.id = std::move(id), p.name = std::move(name);
  p.parts = {{std::move(products), {}, n, 0, {}}};
  p.price = price;
  return p;
}

Promotion buy_x_get_y(std::string id, std::string name, std::vector<ProductId> products, int x,
                      int y) {
  Promotion p;
  p.id = std::move(id), p.name = std::move(name);
  p.parts = {{std::move(products), {}, x + y, y, {kMaxRatePpm}}};
  return p;
}

Promotion second_half_price(std::string id, std::string name, std::vector<ProductId> products) {
  Promotion p;
  p.id = std::move(id), p.name = std::move(name);
  p.parts = {{std::move(products), {}, 2, 1, {500'000}}};
  return p;
}

bool active(const Promotion& p, const Moment& now) {
  if (!p.first_day.empty() && now.date < p.first_day) return false;
  if (!p.last_day.empty() && now.date > p.last_day) return false;
  if ((p.weekdays >> now.weekday & 1U) == 0) return false;
  if (now.minute < p.from_minute || now.minute >= p.to_minute) return false;
  const auto& groups = now.customer_groups;
  return p.customer_group.empty() ||
         std::find(groups.begin(), groups.end(), p.customer_group) != groups.end();
}

Saved apply_promotions(const std::vector<Pieces>& lines, const std::vector<Promotion>& promotions,
                       const Moment& now) {
  Saved saved;
  saved.discounts.resize(lines.size());
  saved.promotions.resize(lines.size());
  std::vector<const Promotion*> acting;
  for (const Promotion& p : promotions) {
    if (sound(p) && active(p, now)) acting.push_back(&p);
  }
  if (acting.empty() || lines.empty()) return saved;
  std::sort(acting.begin(), acting.end(), [](auto* a, auto* b) { return a->id < b->id; });
  std::vector<size_t> kind_of_line;
  const std::vector<Kind> kinds = kinds_of(lines, kind_of_line);
  std::vector<Money> by_kinds(kinds.size());
  for (const Group& group : groups_of(kinds, acting)) {
    const Uses uses = best_uses(group);
    for (size_t p = 0; p < uses.size(); ++p) {
      if (uses[p].times == 0) continue;
      const Promotion& promotion = *group.promotions[p];
      saved.savings.push_back({promotion.id, promotion.name, uses[p].times, uses[p].saving});
      const auto shares = by_kind(uses[p], kinds);
      for (size_t k = 0; k < kinds.size(); ++k) by_kinds[k] += shares[k];
      for (size_t i = 0; i < lines.size(); ++i) {
        if (uses[p].taken[kind_of_line[i]] > 0) saved.promotions[i].push_back(promotion.id);
      }
    }
  }
  share_to_lines(by_kinds, lines, kind_of_line, saved.discounts);
  std::sort(saved.savings.begin(), saved.savings.end(),
            [](const Saving& a, const Saving& b) { return a.id < b.id; });
  for (auto& ids : saved.promotions) std::sort(ids.begin(), ids.end());
  return saved;
}

}  // namespace pos
