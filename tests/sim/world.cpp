#include "tests/sim/world.h"

#include <algorithm>
#include <cstdio>

#include "central/books.h"
#include "tests/sim/linked.h"

namespace pos::sim {
namespace {

constexpr int64_t kChaos_ms = 300'000;
constexpr int64_t kHeal_ms = 15 * 60'000;  // at most; six minutes is the longest seen
constexpr int64_t kLook_ms = 5000;
constexpr int kSales = 42;
constexpr uint64_t kMostSteps = 300'000;

bool begins(const std::string& text, const char* with) { return text.rfind(with, 0) == 0; }

std::string pub_ack(const Hub::PubAck& ack) {
  return R"({"stream":"SALES","domain":"hub","seq":)" + std::to_string(ack.seq) +
         (ack.duplicate ? R"(,"duplicate":true})" : "}");
}

}  // namespace

World::World(const Options& options)
    : options_(options),
      weather_(options.weather),
      dice_(options.seed * 0x9e3779b97f4a7c15 + 0x5bd1e995),
      leaf_([this](int session, sync::NatsMessage m) { to_till(session, std::move(m)); }),
      central_(*this) {
  linked().ed25519 = options.seed % 1000 == 7;
  provisioned(1);  // before anything is random here
  linked().random = options.seed + 1;
  for (int i = 0; i < 8; ++i) dice_.next();
}

World::~World() { tills_.clear(); }  // they say goodbye to the rest

// ---- the run ----

Outcome World::run() {
  for (int n = 1; n <= 3; ++n) {
    const bool old = weather_.has(Fault::old_schema) && n == 1;
    const bool crash_disk = weather_.has(Fault::power_cut);
    OnDisk promised;
    if (old) {
      counts().fault("old_schema");
      promises_.sales = sales_of_first_version();
      for (const auto& [id, sale] : promises_.sales) promised.answered.insert(id);
    }
    tills_.push_back(std::make_unique<TillNode>(*this, "till" + std::to_string(n),
                                                old ? of_first_version() : provisioned(n),
                                                crash_disk, std::move(promised)));
  }
  if (weather_.has(Fault::two_of_one)) {
    tills_.push_back(
        std::make_unique<TillNode>(*this, "till2", provisioned_again(2), false, OnDisk{}));
    counts().fault("two_of_one");
    forgiven_ = true;
  }
  central_.start();
  for (auto& till : tills_) till->start();
  for (auto& till : tills_) connect_later(*till, dice_.between(1, 2000));
  plan();
  schedule_.at(kChaos_ms, [this] { heal(); });
  while (outcome_.violation.empty() && schedule_.steps() < options_.until_step && healed_ms_ >= 0 &&
         schedule_.step()) {
    if (schedule_.steps() > kMostSteps) violation("it does not come to rest");
  }
  outcome_.step = schedule_.steps();
  counts().branch("DOWNLOCAL made anew", leaf_.remade);
  return std::move(outcome_);
}

void World::violation(const std::string& words) {
  if (!outcome_.violation.empty()) return;
  trace("VIOLATION", words);
  outcome_.violation = words;
}

void World::trace(const char* what, const std::string& about) {
  uint64_t& h = outcome_.trace;
  h = h * 31 + static_cast<uint64_t>(schedule_.now());
  for (const std::string_view part : {std::string_view(what), std::string_view(about)}) {
    for (const char c : part) h = (h ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  }
  if (options_.verbose) {
    std::printf("%8llu %8.3f  %s %.300s\n", static_cast<unsigned long long>(schedule_.steps()),
                static_cast<double>(schedule_.now()) / 1000, what, about.c_str());
  }
}

bool World::strikes(Fault fault, int64_t one_in) {
  const int strength = weather_[fault];
  if (!chaos_ || strength == 0 || dice_.between(1, 100 * one_in) > strength) return false;
  counts().fault(to_word(fault));
  return true;
}

// ---- lines ----

void World::over(Line& line, std::function<void()> arrive) {
  ++outcome_.messages;
  if (strikes(Fault::loss, 5)) return;
  const int copies = strikes(Fault::duplicate, 5) ? 2 : 1;
  for (int i = copies; i > 0; --i) {
    int64_t at = schedule_.now() + dice_.between(1, 5);
    if (strikes(Fault::delay, 10)) at += dice_.between(10, 8000);
    if (!strikes(Fault::reorder, 5)) {
      at = line.last_ms = std::max(line.last_ms, at);
    } else {
      at += dice_.between(0, 500);
    }
    schedule_.at(at, i > 1 ? arrive : std::move(arrive));
  }
}

// A byte of what is signed. What is not (a product, a snapshot of stock) is TLS's to keep.
void World::corrupt(sync::NatsMessage& m) {
  if (m.body.empty() || !strikes(Fault::corrupt, 20)) return;
  const auto at = static_cast<size_t>(dice_.between(0, static_cast<int64_t>(m.body.size()) - 1));
  m.body[at] = static_cast<char>(m.body[at] ^ (1 << dice_.between(0, 7)));
}

TillNode* World::till_of(int session) {
  const auto found = sessions_.find(session);
  return found == sessions_.end() ? nullptr : found->second;
}

void World::to_till(int session, sync::NatsMessage m) {
  if (!till_of(session)) return;
  if (begins(m.subject, "down.s1.ack.") || begins(m.subject, "down.s1.fork.")) corrupt(m);
  over(to_till_[session], [this, session, m = std::move(m)] {
    TillNode* till = till_of(session);
    if (!till || !leaf_.up) return;
    trace("to till", till->name() + " " + m.subject + " " + m.status + m.body);
    till->take(m);
  });
}

void World::till_sends(TillNode& till, sync::NatsMessage m) {
  const int session = till.session();
  if (begins(m.subject, "product.") || begins(m.subject, "till.event.")) corrupt(m);
  over(from_till_[session], [this, session, m = std::move(m)]() mutable {
    if (till_of(session) && leaf_.up) at_leaf(session, std::move(m));
  });
}

void World::at_leaf(int session, sync::NatsMessage m) {
  trace("at leaf", m.subject + " " + m.body);
  if (begins(m.subject, "$JS.API.")) return leaf_.api(session, m, schedule_.now());
  if (begins(m.subject, "store.")) return leaf_.journal(session, m, schedule_.now());
  if (!wan_up_ || !hub_.up) {
    if (!wan_silent_) no_responders(session, m);
    return;
  }
  over(up_, [this, session, m = std::move(m)]() mutable {
    if (wan_up_ && hub_.up) at_hub(session, std::move(m));
  });
}

void World::at_hub(int session, sync::NatsMessage m) {
  if (begins(m.subject, "till.beat.")) return central_.hear_beat(m);
  if (!begins(m.subject, "sync.")) {
    if (begins(m.subject, "product.") || begins(m.subject, "till.event.")) forge(m);
    const auto ack = hub_.store(m, schedule_.now());
    counts().branch("duplicate known to NATS", ack.duplicate);
    counts().branch("carried", begins(m.subject, "till.carried."));
    central_.poke();
    return reply(session, m, pub_ack(ack));
  }
  if (!central_.running()) return no_responders(session, m);
  if (auto answer = central_.answer(m)) reply(session, m, std::move(*answer));
}

void World::reply(int session, const sync::NatsMessage& to, std::string body) {
  sync::NatsMessage m{to.reply, "", std::move(body), {}, "", ""};
  if (begins(to.subject, "sync.hello.")) corrupt(m);
  over(down_, [this, session, m = std::move(m)]() mutable {
    if (wan_up_) to_till(session, std::move(m));
  });
}

void World::no_responders(int session, const sync::NatsMessage& to) {
  if (!to.reply.empty()) to_till(session, {to.reply, "", "", {}, "503", ""});
}

// A stranger on the store's network, who hears the rows and is quicker; and who brings rows of
// others and words of central that nobody said.
void World::forge(const sync::NatsMessage& m) {
  if (strikes(Fault::impostor, 10)) {
    sync::NatsMessage other = m;
    const size_t digit = other.body.find_last_of("0123456789");
    if (digit != std::string::npos && dice_.between(0, 1)) other.body[digit] ^= 1;
    for (auto& [name, value] : other.headers) {
      if (name == "Leaftill-Signature") value = sync::base64(std::string(64, 'x'));
    }
    hub_.store(other, schedule_.now());
  }
  const auto envelope = sync::decode_envelope(m.body);
  if (!envelope) return;
  if (strikes(Fault::impostor, 20)) {
    sync::NatsMessage carried = m;
    const std::string till = envelope->place.till;
    carried.subject = "till.carried.s1." + std::string(till == "till3" ? "till1" : "till3");
    const std::string id = envelope->transaction_id,
                      forged = "0" + id.substr(1, id.size() - 2) + "0";
    for (size_t at; id != forged && (at = carried.body.find(id)) != std::string::npos;)
      carried.body.replace(at, id.size(), forged);
    carried.headers = {{"Nats-Msg-Id", "forged/" + forged},
                       {"Leaftill-Till", till},
                       {"Leaftill-Hash", sync::hex(sync::row_hash(
                                             *sync::unhex(envelope->place.prev), carried.body))},
                       {"Leaftill-Key", key_of(till).id},
                       {"Leaftill-Signature", sync::base64(std::string(64, 'x'))}};
    hub_.store(carried, schedule_.now());
  }
  if (strikes(Fault::impostor, 20)) {
    const std::string hash(m.header("Leaftill-Hash"));
    const sync::Ack ack{
        envelope->place.epoch,      envelope->place.seq, hash,
        "2025-11-22T00:00:00.000Z", central_key().id,    sync::base64(std::string(64, 'x'))};
    leaf_.forge("down.s1.ack." + envelope->place.till, sync::encode(ack), schedule_.now());
  }
}

void World::down_changed() {
  schedule_.in(dice_.between(5, 50), [this] {
    if (wan_up_ && hub_.up && leaf_.up) leaf_.source(hub_, schedule_.now());
  });
}

void World::session_over(TillNode& till) {
  if (till.session() == 0) return;
  leaf_.session_ends(till.session());
  sessions_.erase(till.session());
}

void World::connect_later(TillNode& till, int64_t in_ms) {
  schedule_.in(in_ms, [this, &till] {
    if (!till.running() || till.session() > 0) return;
    if (!leaf_.up || cut_until_[&till] > schedule_.now()) return connect_later(till, 1000);
    sessions_[++last_session_] = &till;
    trace("connected", till.name());
    till.line_up(last_session_);
  });
}

void World::start_later(TillNode& till) {
  schedule_.in(chaos_ ? dice_.between(500, 20'000) : 2000, [this, &till] {
    if (till.running() || !till.alive()) return;
    till.start();
    if (!till.running()) return;  // it died at once; somebody has asked for the next start
    connect_later(till, dice_.between(10, 500));
  });
}

void World::start_central_later() {
  schedule_.in(chaos_ ? dice_.between(500, 20'000) : 2000, [this] { central_.start(); });
}

void World::cut(TillNode& till, int64_t for_ms) {
  cut_until_[&till] = schedule_.now() + for_ms;
  if (till.session() == 0) return;
  session_over(till);
  till.line_down();
  connect_later(till, for_ms + dice_.between(10, 1000));
}

// ---- what the nodes say ----

// Freed means held: by central's database, now or before it went back.
void World::settled_at(TillNode& till, const std::string& epoch, int64_t seq,
                       const std::string& hash) {
  if (seq > 0 && !central_.ever_held(till.name(), epoch, seq, hash))
    violation("till " + till.name() + " frees row " + std::to_string(seq) +
              ", which central does not hold");
}

void World::sold(TillNode& till, const std::string& receipt) {
  ++outcome_.sales;
  trace("sold", till.name() + " " + receipt);
}

// ---- faults ----

TillNode& World::any_till() {
  return *tills_[static_cast<size_t>(dice_.between(0, static_cast<int64_t>(tills_.size()) - 1))];
}

void World::strike_again(Fault fault, std::function<void()> strike) {
  const int64_t mean = kChaos_ms / (1 + weather_[fault] / 33);
  schedule_.in(dice_.between(mean / 10, mean * 2), [this, fault, strike] {
    if (!chaos_) return;
    trace("fault", to_word(fault));
    strike();
    strike_again(fault, strike);
  });
}

void World::for_a_while(int64_t least_ms, int64_t most_ms, std::function<void()> end) {
  schedule_.in(dice_.between(least_ms, most_ms), std::move(end));
}

void World::crash_leaf(int64_t down_ms) {
  if (!leaf_.up) return;
  leaf_.up = false;
  leaf_.forget_consumers();
  for (auto& till : tills_) {
    if (till->session() > 0) cut(*till, down_ms);
  }
  schedule_.in(down_ms, [this] {
    leaf_.up = true;
    down_changed();
  });
}

void World::crash_hub(int64_t down_ms) {
  if (!hub_.up) return;
  hub_.up = false;
  central_.hub_gone();
  schedule_.in(down_ms, [this] {
    hub_.up = true;
    central_.poke();
    down_changed();
  });
}

// A box with a copy of the disk, which goes on as the same till. (A sale whose pay() has not come
// back would be nobody's there.)
void World::clone(TillNode& till) {
  if (!till.alive() || till.busy() || tills_.size() >= 5) return;
  counts().fault("clone");
  forgiven_ = true;
  tills_.push_back(
      std::make_unique<TillNode>(*this, till.name(), till.copy_disk(), false, till.promised()));
  start_later(*tills_.back());
}

void World::keep_image(TillNode& till) {
  if (till.alive() && !till.busy() && old_images_.size() < 6)
    old_images_.push_back({&till, till.copy_disk(), till.promised()});
}

void World::put_back(size_t n) {
  const OldImage& old = old_images_[n];
  if (!old.till->alive()) return;
  counts().fault("old_image");
  forgiven_ = true;
  old.till->replace_disk(old.image, old.promised);
  start_later(*old.till);
}

void World::plan() {
  for (int i = 0; i < kSales; ++i) {
    const int64_t at = dice_.between(100, kChaos_ms - 5000);
    const int lines = static_cast<int>(dice_.between(1, 3));
    schedule_.at(at, [this, lines] {
      TillNode& till = any_till();
      check_now(till);
      till.serve(lines);
    });
  }
  schedule_.in(1000, [this] { down_changed(); });
  // Heartbeats of the leaf's consumers, and what its sources may have missed.
  const auto beat = [this](auto&& again) -> void {
    schedule_.in(1000, [this, again] {
      if (leaf_.up) leaf_.heartbeats(schedule_.now());
      if (leaf_.up && wan_up_ && hub_.up) leaf_.source(hub_, schedule_.now());
      again(again);
    });
  };
  beat(beat);

  const auto often = [this](Fault fault, std::function<void()> strike) {
    if (!weather_.has(fault)) return;
    strike_again(fault, [this, fault, strike] {
      counts().fault(to_word(fault));
      strike();
    });
  };
  const auto only_if_it_does = [this](Fault fault, std::function<void()> strike) {
    if (weather_.has(fault)) strike_again(fault, std::move(strike));
  };
  const auto pick = [this](const std::vector<const char*>& places) {
    return places[static_cast<size_t>(dice_.between(0, static_cast<int64_t>(places.size()) - 1))];
  };
  const auto some = [this](int64_t a, int64_t b) { return dice_.between(a, b); };

  often(Fault::till_cut, [=, this] { cut(any_till(), some(100, 40'000)); });
  often(Fault::wan_cut, [=, this] {
    wan_up_ = wan_silent_ = false;
    for_a_while(500, 60'000, [this] { wan_up_ = true, down_changed(); });
  });
  often(Fault::wan_silent, [=, this] {
    wan_up_ = false, wan_silent_ = true;
    for_a_while(500, 60'000, [this] { wan_up_ = true, wan_silent_ = false, down_changed(); });
  });
  often(Fault::till_crash, [=, this] {
    TillNode& till = any_till();
    if (some(0, 2) == 0) return till.crash();
    // The next time that somebody pays, sends or is told something: all of them wait for it, else
    // most seeds would never see it.
    const std::string place =
        pick({"before_begin", "in_transaction", "after_commit", "scan", "publish", "intake"});
    const auto passes = static_cast<int>(some(0, 1));
    for (auto& each : tills_) each->die_at(place, passes);
  });
  often(Fault::power_cut, [=, this] { any_till().cut_power(some(0, 60)); });
  often(Fault::leaf_crash, [=, this] { crash_leaf(some(500, 30'000)); });
  often(Fault::hub_crash, [=, this] { crash_hub(some(500, 30'000)); });
  often(Fault::central_crash, [=, this] {
    if (some(0, 2) == 0) return central_.crash();
    central_.die_at(
        pick({"central_before_commit", "central_after_commit", "central_after_publish"}),
        static_cast<int>(some(0, 2)));
  });
  often(Fault::disk_full, [=, this] {
    TillNode& till = any_till();
    till.fill_disk(true);
    for_a_while(500, 20'000, [&till] { till.fill_disk(false); });
  });
  often(Fault::books_down, [=, this] {
    central_.set_books_down(true);
    for_a_while(500, 30'000, [this] { central_.set_books_down(false); });
  });
  if (weather_.has(Fault::central_slow)) {
    central_.set_pause(weather_[Fault::central_slow] * 100);
    counts().fault("central_slow");
  }
  often(Fault::clock_jump, [=, this] {
    constexpr int64_t kHour = 3'600'000;
    const int64_t jumps[] = {-kHour, kHour, -26 * kHour, 400 * 24 * kHour, -kMorning, kMorning / 4};
    // Not where a restored central finds no DOWN either, or an older one: then nothing but its
    // clock tells which figures the tills have (docs/sync.md).
    const bool blind = (weather_.has(Fault::down_lost) || weather_.has(Fault::hub_back)) &&
                       weather_.has(Fault::central_restored);
    if (!blind && some(0, 3) == 0) return central_.set_clock(jumps[some(0, 2)]);
    any_till().set_clock(jumps[some(0, 5)]);
  });
  often(Fault::sales_purged, [=, this] { hub_.purge_sales(); });
  often(Fault::sales_lost, [=, this] {
    crash_hub(some(500, 5000));
    hub_.lose_sales(schedule_.now());
  });
  often(Fault::down_lost, [=, this] {
    crash_hub(some(500, 5000));
    hub_.lose_down(schedule_.now());
  });
  often(Fault::consumers_gone, [=, this] {
    hub_.forget_consumer();
    leaf_.forget_consumers();
    central_.poke();
  });
  often(Fault::leaf_wiped, [=, this] {
    crash_leaf(some(500, 10'000));
    leaf_.wipe();
  });
  only_if_it_does(Fault::leaf_back, [=, this] {
    if (leaf_backup_.empty()) return void(leaf_backup_ = leaf_.disk());
    counts().fault("leaf_back");
    crash_leaf(some(500, 10'000));
    leaf_.replace(std::exchange(leaf_backup_, {}), schedule_.now());
  });
  only_if_it_does(Fault::hub_back, [=, this] {
    if (!hub_backup_) return void(hub_backup_ = hub_.disk());
    counts().fault("hub_back");
    crash_hub(some(500, 5000));
    hub_.replace(*std::exchange(hub_backup_, {}));
  });
  often(Fault::down_stalled, [=, this] { leaf_.stall(true); });
  only_if_it_does(Fault::poison, [=, this] { any_till().write_poison(); });
  only_if_it_does(Fault::conflict, [=, this] { any_till().write_conflict(); });
  often(Fault::new_prices,
        [=, this] { central_.change_price(static_cast<int>(some(1, kProducts)), some(50, 900)); });
  only_if_it_does(Fault::central_restored, [=, this] {
    if (!central_.running()) return;
    if (!central_.has_backup()) {
      // A till that enrolled after the backup would have to be enrolled again by a person.
      if (central_.query("SELECT 1 FROM till WHERE state <> 'approved'").empty())
        central_.back_up();
      return;
    }
    counts().fault("central_restored");
    central_.crash();
    central_.restore();
  });
  only_if_it_does(Fault::clone, [=, this] { clone(any_till()); });
  only_if_it_does(Fault::old_image, [=, this] {
    if (some(0, 1) || old_images_.empty()) return keep_image(any_till());
    put_back(static_cast<size_t>(some(0, static_cast<int64_t>(old_images_.size()) - 1)));
  });
  only_if_it_does(Fault::destroyed, [=, this] {
    TillNode& till = any_till();
    const auto left =
        std::count_if(tills_.begin(), tills_.end(), [](auto& t) { return t->alive(); });
    if (left <= 2 || !till.alive()) return;
    counts().fault("destroyed");
    till.destroy();
  });
}

void World::heal() {
  chaos_ = false;
  healed_ms_ = schedule_.now();
  trace("healing", "");
  for (size_t i = 0; i < kFaults; ++i) weather_.set(static_cast<Fault>(i), 0);
  wan_up_ = true;
  wan_silent_ = false;
  hub_.up = leaf_.up = true;
  central_.set_books_down(false);
  central_.set_pause(0);
  central_.die_at("", 0);
  central_.start();
  central_.poke();
  cut_until_.clear();
  for (auto& till : tills_) {
    if (!till->alive()) continue;
    till->fill_disk(false);
    till->die_at("", 0);
    till->start();
    connect_later(*till, dice_.between(1, 1000));
  }
  // A source that stands still is noticed by a till that misses its own ack, and made anew. Where
  // two disks have one name each takes the other's ack for its own and misses nothing: a known
  // hole.
  if (forgiven_) leaf_.stall(false);
  down_changed();
  note_what_must_be();
  const auto look = [this](auto&& again) -> void {
    schedule_.in(kLook_ms, [this, again] {
      for (auto& till : tills_) check_now(*till);
      const std::string why = unsettled();
      if (why.empty()) {
        outcome_.settled_ms = schedule_.now() - healed_ms_;
        check_end();
        healed_ms_ = -1;
      } else if (schedule_.now() - healed_ms_ > kHeal_ms) {
        violation(std::to_string(kHeal_ms / 60'000) + " minutes after healing: " + why);
      } else {
        again(again);
      }
    });
  };
  look(look);
}

}  // namespace pos::sim
