#include "sync/intake.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "sync/hold.h"
#include "sync/planted.h"

namespace pos::sync {
namespace {

constexpr size_t kBatch = 100;
constexpr int64_t kBehind_ms = 30'000;  // DOWNLOCAL has that long to bring what hello named
constexpr int64_t kLongestRemakePause_ms = 6 * 3'600'000LL;
constexpr int64_t kRemakePause_ms = 300'000;
constexpr int64_t kJustMade_ms = 180'000;  // each till hears of it within a minute
constexpr int64_t kNoticed_ms = 60'000;    // and notices within it that a stream was made anew
constexpr int64_t kDue_ms = 5000;
constexpr int32_t kPage = 200;
constexpr std::array kKinds = {"product", "price", "settings", "promotion", "gift"};
constexpr size_t kFirstOfOffice = 1, kLastOfOffice = 3, kGifts = 4;

// The hub's API is prefixed; `deliver` must be there: some clients read it unasked.
std::string downlocal_config(const std::string& store) {
  const std::string external = R"("external":{"api":"$JS.hub.API","deliver":""})";
  return R"({"name":"DOWNLOCAL","storage":"file","retention":"limits","max_msgs_per_subject":1,)"
         R"("max_bytes":67108864,"discard":"old","max_consumers":-1,"max_msgs":-1,)"
         R"("max_msg_size":-1,"num_replicas":1,"sources":[{"name":"DOWN","filter_subject":"down.)" +
         store + R"(.>",)" + external + R"(},{"name":"DOWNALL",)" + external + "}]}";
}

const std::string& id_of(const Product& p) { return p.productId; }

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

}  // namespace

Intake::Intake(Projections& projections, Bus& bus, std::string store, std::string till,
               uint64_t seed)
    : projections_(projections),
      bus_(bus),
      store_(std::move(store)),
      till_(std::move(till)),
      dice_(seed),
      feed_(
          bus, {"DOWNLOCAL", downlocal_config(store_), 0},
          [this](const NatsMessage& m, const LogPlace& at) {
            place_ = at;
            open(m);
          },
          dice_.next()),
      pull_backoff_(1000, 30'000, dice_.next()) {}

void Intake::connected(Tick now) { feed_.connected(place_, now); }

void Intake::lost() {
  feed_.lost();
  pull_inbox_.clear();
  pull_again_ms_ = kNever;  // the hello of the next connection asks again
  pull_more_ = false;
  pull_complete_ = -1;
}

bool Intake::take(const NatsMessage& m, Tick now) {
  if (!pull_inbox_.empty() && m.subject == pull_inbox_) return pulled(m, now), true;
  now_ms_ = now.ms;
  return feed_.take(m, now);
}

void Intake::open(const NatsMessage& m) {
  const std::string down = "down." + store_ + ".";
  const auto keep = [this](auto&& decoded, auto& where) {
    decoded ? where.push_back(*decoded) : void(++malformed_);
  };
  if (begins(m.subject, "all.product.")) {
    from_downall_ms_ = now_ms_;
    keep(decode_product(m.body), products_);
    if (!products_.empty()) {
      down_catalogue_ = std::max(down_catalogue_, products_.back().version);
    }
  } else if (begins(m.subject, down + "stock.")) {
    from_down_ms_ = now_ms_;
    keep(decode_stock(m.body), stock_);
    if (!stock_.empty()) down_stock_ = std::max(down_stock_, stock_.back().version);
  } else if (begins(m.subject, down + "price.")) {
    keep(decode_price(m.body), prices_);
  } else if (begins(m.subject, down + "promotion.")) {
    keep(decode_promotion(m.body), promotions_);
  } else if (begins(m.subject, down + "gift.")) {
    keep(decode_gift_card(m.body), gifts_);
  } else if (m.subject == down + "settings") {
    keep(decode_settings(m.body), settings_);
  } else if (m.subject == down + "ack." + till_) {
    keep(decode_ack(m.body), acks_);
  } else if (m.subject == down + "fork." + till_) {
    keep(decode_fork(m.body), forks_);
  }  // anything else is for a later version, or for another till
}

// ---- what hello says ----

bool Intake::acked(const Expected& e) const {
  // An ack of another epoch, a copy's, has taken the place of ours: that something came at all must
  // do. An old one shows nothing, or a source that stands still would not be noticed.
  return e.seq == 0 || (ack_epoch_ == e.epoch ? ack_seq_ >= e.seq : ack_ms_ >= e.since_ms);
}

bool Intake::brought(const Expected& e) const {
  return down_catalogue_ >= e.catalogue && down_stock_ >= e.stock && acked(e);
}

// Ten thousand figures take minutes on a slow line: what still comes is not begun again from the
// start. An ack does not count here; the one that a stranger repeats would hide a source that
// stands still.
bool Intake::stands_still(const Expected& e, Tick now) const {
  const auto still = [&](int64_t last_ms) {
    return now.ms - std::max(e.since_ms, last_ms) >= kBehind_ms;
  };
  const bool down = down_stock_ >= e.stock && acked(e);
  return (!down && still(from_down_ms_)) ||
         (down_catalogue_ < e.catalogue && still(from_downall_ms_));
}

void Intake::came(const Ack& ack, Tick now) {
  ack_epoch_ = ack.epoch;
  ack_seq_ = ack.seq;
  ack_ms_ = now.ms;
}

void Intake::hear(const HelloAnswer& answer, const std::string& current_epoch, Tick now) {
  if (expected_.since_ms >= 0 && brought(expected_)) {
    expected_.since_ms = -1;
    remake_pause_ms_ = kRemakePause_ms;
  }
  if (expected_.since_ms >= 0 && stands_still(expected_, now)) remake(now);
  if (expected_.since_ms < 0) {
    expected_ = {answer.catalogueVersion, answer.stockVersion, current_epoch, 0, now.ms};
    for (const EpochHeld& e : answer.epochs) {
      if (e.epoch == current_epoch) expected_.seq = e.appliedSeq;
    }
  }
  pull_target_ = answer.catalogueVersion;
  office_target_ = answer.officeVersion;
  gift_target_ = answer.giftVersion;
  const bool idle =
      pull_inbox_.empty() && pull_again_ms_ == kNever && !pull_more_ && pull_complete_ < 0;
  if (!idle) return;
  const int64_t have = projections_.catalogue_version();
  pull_target_ > have ? pull_first(0, have, now) : pull_office(now);
}

void Intake::central_went_back(Tick now) {
  went_back_ms_ = now.ms;
  make_anew_for_central(now);
}

// Returns when to look again. What central went back for a second time must not be forgotten
// because DOWNLOCAL was made anew for the first: where nobody sells nothing else would show that it
// stands still.
int64_t Intake::make_anew_for_central(Tick now) {
  if (went_back_ms_ < 0) return kNever;
  if (made_ms_ - went_back_ms_ >= kNoticed_ms) went_back_ms_ = -1;  // a neighbour did it
  if (went_back_ms_ < 0) return kNever;
  const int64_t at = made_ms_ < 0 ? now.ms : made_ms_ + kJustMade_ms;
  if (now.ms < at) return at;
  if (feed_.off()) return now.ms + kDue_ms;
  went_back_ms_ = -1;
  make_anew(now);
  return kNever;
}

void Intake::remake(Tick now) {
  if (feed_.off()) return;
  if (remade_ms_ >= 0 && now.ms - remade_ms_ < remake_pause_ms_) return;
  if (remade_ms_ >= 0) {  // what did not help is tried ever more rarely
    remake_pause_ms_ = std::min(remake_pause_ms_ * 2, kLongestRemakePause_ms);
  }
  make_anew(now);
}

void Intake::make_anew(Tick now) {
  if (planted("DOWNLOCAL is never made anew")) return;
  remade_ms_ = now.ms;
  expected_.since_ms = -1;
  down_catalogue_ = down_stock_ = 0;
  ack_epoch_.clear();
  feed_.remake(now);
}

// ---- pull ----

void Intake::pull_first(size_t kind, int64_t after_version, Tick now) {
  pull_kind_ = kind;
  pull_version_ = after_version;
  pull_id_.clear();
  pull_backoff_.reset();
  pull(now);
}

void Intake::pull_office(Tick now) {
  const int64_t have = projections_.office_version();
  office_target_ > have ? pull_first(kFirstOfOffice, have, now) : pull_gifts(now);
}

void Intake::pull_gifts(Tick now) {
  const int64_t have = projections_.gift_version();
  if (gift_target_ > have) pull_first(kGifts, have, now);
}

void Intake::pulled_whole(Tick now) {
  const int64_t version = std::exchange(pull_complete_, -1);
  if (pull_kind_ == kGifts) return projections_.set_gift_version(version);
  if (pull_kind_ >= kFirstOfOffice) {
    projections_.set_office_version(version);
    return pull_gifts(now);
  }
  projections_.set_catalogue_version(version);
  pull_office(now);
}

void Intake::pull(Tick now) {
  pull_more_ = false;
  pull_again_ms_ = kNever;
  pull_inbox_ = bus_.new_inbox();
  pull_ms_ = now.ms;
  bus_.publish("sync.pull." + store_ + "." + till_, pull_inbox_, {},
               encode(PullRequest{kKinds[pull_kind_], pull_version_, pull_id_, kPage}));
}

// False: it is no page that leads onward; pages in another order might never end.
template <class Answer, class Item>
bool Intake::take_page(std::optional<Answer> page, std::vector<Item>& where) {
  if (!page || page->kind != kKinds[pull_kind_] || (page->more && page->items.empty()))
    return false;
  std::pair<int64_t, std::string> last{pull_version_, pull_id_};
  for (const Item& item : page->items) {
    const std::pair<int64_t, std::string> key{item.version, id_of(item)};
    if (key <= last) return false;
    last = key;
  }
  std::tie(pull_version_, pull_id_) = last;
  where.insert(where.end(), page->items.begin(), page->items.end());
  pull_more_ = page->more;
  if (page->more) return true;
  if (pull_kind_ == 0 || pull_kind_ == kGifts) {
    return pull_complete_ = page->catalogueVersion, true;
  }
  office_held_ = pull_kind_ == kFirstOfOffice ? page->catalogueVersion
                                              : std::min(office_held_, page->catalogueVersion);
  if (pull_kind_ == kLastOfOffice) return pull_complete_ = office_held_, true;
  ++pull_kind_;  // the next kind from the same version on
  pull_version_ = projections_.office_version();
  pull_id_.clear();
  pull_more_ = true;
  return true;
}

void Intake::pulled(const NatsMessage& m, Tick now) {
  pull_inbox_.clear();
  const auto taken = [&] {
    switch (pull_kind_) {
      case 0:
        return take_page(decode_pull_answer(m.body), products_);
      case 1:
        return take_page(decode_price_page(m.body), prices_);
      case 2:
        return take_page(decode_settings_page(m.body), settings_);
      case 3:
        return take_page(decode_promotion_page(m.body), promotions_);
      default:
        return take_page(decode_gift_page(m.body), gifts_);
    }
  };
  if (m.status.empty() && taken()) return pull_backoff_.reset();
  if (m.status.empty()) ++malformed_;
  pull_again_ms_ = now.ms + pull_backoff_.next_ms();
}

// ---- time ----

template <class Item>
bool Intake::apply_some(std::vector<Item>& from) {
  if (from.empty()) return false;
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(from.size(), kBatch));
  projections_.apply(std::vector<Item>(from.begin(), end));
  from.erase(from.begin(), end);
  return true;
}

// A product before its price in the store.
void Intake::apply_batch() {
  hold_at("intake");
  apply_some(products_) || apply_some(prices_) || apply_some(settings_) ||
      apply_some(promotions_) || apply_some(gifts_) || apply_some(stock_);
}

bool Intake::unapplied() const {
  return !products_.empty() || !prices_.empty() || !settings_.empty() || !promotions_.empty() ||
         !gifts_.empty();
}

int64_t Intake::step(Tick now) {
  if (feed_.created() != made_) {  // noted before what it brings is applied, which may take long
    if (!made_.empty()) made_ms_ = now.ms;
    made_ = feed_.created();
  }
  if (unapplied() || !stock_.empty()) {
    apply_batch();
    if (unapplied() || !stock_.empty()) return now.ms + 1;  // the cashier may go between
  }
  if (now.ms >= due_ms_) due_ms_ = now.ms + (projections_.take_due() ? 1 : kDue_ms);
  if (pull_complete_ >= 0 && !unapplied()) pulled_whole(now);
  if (pull_more_ && !unapplied()) pull(now);
  if (!pull_inbox_.empty() && now.ms - pull_ms_ >= kAnswer_ms) {
    pull_inbox_.clear();
    pull_again_ms_ = now.ms + pull_backoff_.next_ms();
  }
  if (now.ms >= pull_again_ms_) pull(now);
  int64_t next = std::min({feed_.step(now), pull_again_ms_, due_ms_});
  next = std::min(next, make_anew_for_central(now));
  if (!pull_inbox_.empty()) next = std::min(next, pull_ms_ + kAnswer_ms);
  return std::max(next, now.ms + 1);
}

}  // namespace pos::sync
