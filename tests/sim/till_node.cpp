#include "tests/sim/till_node.h"

#include <algorithm>

#include "pos/register.h"
#include "storage/catalogue.h"
#include "storage/ledger.h"
#include "storage/neighbours.h"
#include "storage/projections.h"
#include "storage/verify.h"
#include "sync/sync_core.h"
#include "tests/sim/linked.h"
#include "tests/sim/watched.h"
#include "tests/sim/world.h"
#include "tests/storage/sim_shop.h"

namespace pos::sim {
namespace {

constexpr const char* kFile = "till.db";
constexpr int64_t kAfterError_ms = 1000;  // SyncThread's
using storage::Database;
using storage::Query;

RegisterSettings trade_of(const std::string& till) { return {{"s1"}, {till}}; }

}  // namespace

// Everything that a till's program is, in the order in which it comes alive.
struct TillNode::Running {
  struct StoreClock final : Clock {
    explicit StoreClock(TillNode& till) : node(till) {}
    Instant now() override { return node.tick().wall; }
    int utc_offset_min(Instant) override { return 60; }
    TillNode& node;
  };

  Running(TillNode& node, const std::string& vfs, const sync::RelaySettings& relay)
      : clock(node),
        database(kFile, vfs),
        ledger(database, pending, key_of(node.name_)),
        reg(catalogue, ledger, staff, clock, trade_of(node.name_)),
        watched(outbox, node.world_.counts(),
                [&node](const std::string& epoch, int64_t seq, const std::string& hash) {
                  node.world_.settled_at(node, epoch, seq, hash);
                }),
        core(watched, projections, neighbours, node, relay) {}

  StoreClock clock;
  storage::Anyone staff;
  Database database;
  storage::PendingStock pending{database};
  storage::Neighbours neighbours{database};
  storage::Catalogue catalogue{database, pending, nullptr, &neighbours};
  storage::Ledger ledger;
  Register reg;
  storage::Outbox outbox{database, pending, &ledger};
  storage::Projections projections{database};
  WatchedOutbox watched;
  sync::SyncCore core;
};

TillNode::TillNode(World& world, std::string name, Image image, bool on_crash_disk, OnDisk promised)
    : world_(world), name_(std::move(name)), promised_(std::move(promised)) {
  if (on_crash_disk) {
    crash_disk_ = std::make_unique<storage::SimDisk>(image);
  } else {
    memory_disk_ = std::make_unique<MemoryDisk>(std::move(image));
  }
}

TillNode::~TillNode() {
  if (running_) stop_running();
}

template <class Result>
void TillNode::must(const Result& result) {
  if (!result) fail("refused: " + result.refusal().message);
}

void TillNode::fail(const std::string& words) { world_.violation("till " + name_ + ": " + words); }

sync::Tick TillNode::tick() const {
  const int64_t now = world_.schedule().now();
  return {now, {kMorning + now + skew_ms_}};
}

// ---- the machine ----

void TillNode::start() {
  if (running_ || destroyed_) return;
  due_ = 0;
  sync::RelaySettings relay;
  relay.store = "s1";
  relay.till = name_;
  relay.app = "simulated";
  relay.central_keys = {central_key().public_key};
  relay.enrol_code = "code of " + name_;
  relay.public_key = sync::base64(key_of(name_).public_key);
  relay.seed = static_cast<uint64_t>(world_.dice().between(1, int64_t{1} << 60));
  if (crash_disk_) {
    crash_disk_->before_each([this] {
      if (cut_at_ < 0 || power_is_off_ || --cut_at_ > 0) return;
      const auto seed = world_.dice().next();
      const auto what = static_cast<storage::Unsynced>(world_.dice().between(0, 2));
      after_cut_ = crash_disk_->after_power_cut(what, seed);
      power_is_off_ = true;
      cut_at_ = -1;
    });
  }
  ++starts_;
  run([&] {
    running_ = std::make_unique<Running>(
        *this, crash_disk_ ? crash_disk_->vfs() : memory_disk_->vfs(), relay);
    must(running_->reg.login("1234"));
  });
  if (running_) run([&] { look_after_start(); });
}

// The disk is as it was at that moment; what the program still writes on its way out is not there.
void TillNode::stop_running() {
  if (memory_disk_) {
    memory_disk_->stop();
    running_.reset();
    memory_disk_->start();
  } else {
    Image left = power_is_off_ ? std::move(after_cut_)
                               : crash_disk_->after_power_cut(storage::Unsynced::kept, 0);
    running_.reset();
    crash_disk_ = std::make_unique<storage::SimDisk>(left);
    if (power_is_off_ && cart_) cart_->soft = true;
    if (power_is_off_) versions_.clear();  // what came down was not synced
  }
  power_is_off_ = false;
  cut_at_ = -1;
  dies_at_.clear();
  if (session_ > 0) world_.session_over(*this);
  session_ = 0;
  came_.clear();
  rests_until_ = 0;
}

void TillNode::crash() {
  if (!running_) return;
  world_.trace("crash", name_);
  stop_running();
  world_.start_later(*this);
}

void TillNode::die_at(std::string place, int passes) {
  dies_at_ = std::move(place);
  passes_ = passes;
}

void TillNode::cut_power(int64_t after_operations) {
  if (!crash_disk_ || !running_) return;
  cut_at_ = std::max<int64_t>(after_operations, 1);
  if (after_operations > 0) return;
  after_cut_ = crash_disk_->after_power_cut(storage::Unsynced::torn, world_.dice().next());
  power_is_off_ = true;
  crash();
}

void TillNode::destroy() {
  if (running_) stop_running();
  destroyed_ = true;
  if (cart_ && cart_->paying) world_.promises().unheard.push_back(basket());
  cart_.reset();
}

void TillNode::fill_disk(bool full) {
  disk_is_full_ = full;
  if (memory_disk_) memory_disk_->fill_up(full);
  if (crash_disk_) full ? crash_disk_->limit(0) : crash_disk_->limit(INT64_MAX);
}

void TillNode::replace_disk(Image image, OnDisk promised) {
  if (running_) stop_running();
  if (cart_ && cart_->paying) world_.promises().unheard.push_back(basket());
  cart_.reset();
  if (memory_disk_) memory_disk_->replace(std::move(image));
  if (crash_disk_) crash_disk_ = std::make_unique<storage::SimDisk>(image);
  promised_ = std::move(promised);
  versions_.clear();
}

Image TillNode::copy_disk() {
  if (memory_disk_) return memory_disk_->image();
  return crash_disk_->after_power_cut(storage::Unsynced::kept, 0);
}

void TillNode::run(const std::function<void()>& piece) {
  Linked& l = linked();
  l.dies_at = dies_at_;
  l.passes = passes_;
  bool died = false;
  try {
    piece();
  } catch (const Crash&) {
    died = true;
    world_.counts().branch("till died inside");
  } catch (const storage::Error& e) {
    world_.counts().branch("storage error");
    world_.trace("storage error", e.what());
    ++errors_;
    if (!disk_is_full_ && !power_is_off_) fail(std::string("its disk is good: ") + e.what());
    // At the start nothing runs yet: systemd tries again.
    died = !running_ || (!power_is_off_ && !recover());
  }
  dies_at_ = l.dies_at;
  passes_ = l.passes;
  l.dies_at.clear();
  if (!died && !power_is_off_) return;
  world_.trace(power_is_off_ ? "power cut" : "died", name_);
  stop_running();
  world_.start_later(*this);
}

// Else a full disk would be tried a thousand times a second.
void TillNode::sync(const std::function<void()>& piece) {
  const int64_t before = errors_;
  run(piece);
  if (!running_ || errors_ == before) return;
  rests_until_ = world_.schedule().now() + kAfterError_ms;
  world_.schedule().at(rests_until_, [this, n = starts_] {
    if (!running_ || n != starts_ || resting()) return;
    take_all();
    pump();
  });
}

bool TillNode::resting() const { return world_.schedule().now() < rests_until_; }

// As Till::recover: what is on disk is the truth.
bool TillNode::recover() {
  try {
    {
      const Database::Turn turn(running_->database, Database::Who::cashier);
      running_->database.reopen();
    }
    running_->pending.load();
    running_->neighbours.forget_sums();
    running_->reg.reload();
    look_after_start();
    return true;
  } catch (const storage::Error&) {
    return false;
  }
}

// What was answered is there, and what was on the counter is there or sold.
void TillNode::look_after_start() {
  std::set<std::string> there;
  {
    const Database::Turn turn(running_->database, Database::Who::cashier);
    Query q(running_->database, "SELECT transaction_id FROM journal");
    while (q.row()) there.insert(q.text(0));
  }
  for (const std::string& id : promised_.answered) {
    if (!there.contains(id)) fail("the answered sale " + id + " is not on its disk");
  }
  adopt_last_sale();
  if (!cart_) return;
  if (cart_->lines.empty()) return cart_.reset();
  const Sale& open = running_->reg.sale();
  if (open.open() && open.lines().size() >= cart_->lines.size()) {
    world_.schedule().in(world_.dice().between(500, 5000), [this] { pay(); });
    return;
  }
  if (!cart_->soft) fail("the sale on the counter is gone");
  cart_.reset();
}

// A sale whose pay() never came back may be recorded: then it is a sale.
void TillNode::adopt_last_sale() {
  const auto& last = running_->reg.last_sale();
  if (!last || promised_.answered.contains(last->header.id.value)) return;
  Sold sold{name_, last->receipt, {}, last->total.minor, false};
  for (const Line& l : last->lines) sold.goods[l.item.id.value] += l.quantity.milli;
  promised_.answered.insert(last->header.id.value);
  if (world_.promises().sales.contains(last->header.id.value)) return;
  const bool ours = cart_ && cart_->paying && basket() == sold.goods;
  if (!ours) fail("the sale " + last->receipt + " was never asked for");
  world_.counts().branch("sale found after a crash");
  world_.promises().sales[last->header.id.value] = std::move(sold);
  cart_.reset();
}

// ---- the line ----

void TillNode::line_down() {
  session_ = 0;
  came_.clear();
  if (running_) sync([&] { running_->core.lost(tick()); });
}

void TillNode::line_up(int session) {
  if (!running_) return;
  session_ = session;
  sync([&] { running_->core.connected(tick()); });
  pump();
}

void TillNode::take(const sync::NatsMessage& m) {
  if (!running_) return;
  came_.push_back(m);
  take_all();
  pump();
}

void TillNode::take_all() {
  while (running_ && !resting() && !came_.empty()) {
    const sync::NatsMessage m = std::move(came_.front());
    came_.pop_front();
    sync([&] { running_->core.take(m, tick()); });
  }
}

void TillNode::pump() {
  if (!running_ || resting()) return;
  int64_t due = sync::kNever;
  sync([&] { due = running_->core.step(tick()); });
  if (!running_ || resting() || due == sync::kNever) return;
  // One that is on its way is enough, if it comes in time.
  if (pumps_ > 0 && due_ <= due && due_ > world_.schedule().now()) return;
  due_ = due;
  world_.schedule().at(due, [this, n = ++pumps_, starts = starts_] {
    if (n == pumps_ && starts == starts_) pump();
  });
}

std::string TillNode::new_inbox() {
  return "_INBOX.s1." + name_ + "." + std::to_string(session_) + "." + std::to_string(++names_);
}

std::string TillNode::new_delivery(int) { return connected() ? new_inbox() : ""; }

bool TillNode::publish(std::string_view subject, std::string_view reply,
                       const sync::Headers& headers, std::string_view body) {
  if (!connected()) return false;
  world_.till_sends(*this,
                    {std::string(subject), std::string(reply), std::string(body), headers, "", ""});
  return true;
}

// ---- the people ----

std::map<std::string, int64_t> TillNode::basket() const {
  std::map<std::string, int64_t> goods;
  for (const auto& [product, pieces] : cart_->lines) goods[product_id(product)] += pieces * 1000;
  return goods;
}

void TillNode::serve(int lines) {
  if (!running_ || cart_) return;
  cart_ = Cart{};
  const auto first = static_cast<int>(world_.dice().between(1, kProducts));
  run([&] {
    if (running_->reg.sale().open()) must(running_->reg.void_sale("left on the counter"));
    for (int i = 0; i < lines && running_ && cart_; ++i) {
      const int product = (first + i) % kProducts + 1;
      const int64_t pieces = world_.dice().between(1, 3);
      const auto line = running_->reg.scan(product_code(product), Quantity{pieces * 1000});
      if (!line) return fail("a scan was refused: " + line.refusal().message);
      if (power_is_off_) return;
      cart_->lines.push_back({product, pieces});
      cart_->prices.push_back(line->item.price.minor);
    }
  });
  if (!cart_) return;
  if (cart_->lines.empty()) return cart_.reset();
  if (running_) world_.schedule().in(world_.dice().between(200, 4000), [this] { pay(); });
}

void TillNode::pay() {
  if (!running_ || !cart_) return;
  run([&] {
    if (running_->reg.sale().lines().size() != cart_->lines.size()) {
      // A line whose scan was never answered lies there too: she takes everything back and leaves.
      must(running_->reg.void_sale("not as she wanted"));
      return cart_.reset();
    }
    cart_->paying = true;
    const auto paid = running_->reg.pay(TenderKind::cash, {}, "");
    if (power_is_off_) return;
    if (!paid || !paid->completed) return fail("pay was refused");
    const CompletedSale& sale = paid->completed->sale;
    Sold sold{name_, sale.receipt, basket(), sale.total.minor, true};
    int64_t total = 0;
    std::map<std::string, int64_t> goods;
    for (size_t i = 0; i < sale.lines.size(); ++i) {
      const Line& l = sale.lines[i];
      goods[l.item.id.value] += l.quantity.milli;
      total += l.total.minor;
      if (l.item.price.minor != cart_->prices[i]) fail("another price than at the scan");
    }
    if (goods != sold.goods) fail("other goods than were scanned");
    int64_t given = 0;
    for (const Tender& t : sale.tenders) given += t.amount.minor - t.change.minor;
    if (total + sale.rounding.minor != sold.total || given != sold.total)
      fail("the money is wrong");
    world_.sold(*this, sale.receipt);
    promised_.answered.insert(sale.header.id.value);
    world_.promises().sales[sale.header.id.value] = std::move(sold);
    cart_.reset();
    running_->reg.handed_out();
    running_->core.nudge();
    const Database::Turn turn(running_->database, Database::Who::cashier);
    running_->database.checkpoint_if_due();
  });
  if (cart_ && running_) world_.schedule().in(5000, [this] { pay(); });
  pump();
}

void TillNode::write_conflict() {
  if (!running_) return;
  run([&] {
    std::string old;
    {
      const Database::Turn turn(running_->database, Database::Who::cashier);
      Query q(
          running_->database,
          "SELECT transaction_id FROM journal WHERE sale_id IS NOT NULL AND id < (SELECT max(id)"
          " FROM journal) LIMIT 1");
      if (!q.row()) return;
      old = q.text(0);
    }
    TillNoted note;
    note.header.at = tick().wall;
    note.header.id = {old};
    note.header.business_date = "2025-11-22";
    note.code = "an old id";
    running_->ledger.record(note);
    world_.promises().conflicts.insert(name_ + "/" + old);
    world_.counts().fault("conflict");
    running_->core.nudge();
  });
  pump();
}

// The journal's next row, well signed, of a type that nobody knows yet.
void TillNode::write_poison() {
  if (!running_) return;
  run([&] {
    Database& db = running_->database;
    const Database::Turn turn(db, Database::Who::cashier);
    sync::Place place;
    int64_t epoch_no = 0;
    {
      Query q(db,
              "SELECT t.store, t.till, e.epoch, t.seq, t.head, t.epoch_no FROM till t"
              " JOIN epoch e ON e.no = t.epoch_no");
      q.row();
      place = {q.text(0), q.text(1), q.text(2), q.integer(3) + 1, q.text(4)};
      epoch_no = q.integer(5);
    }
    TillNoted note;
    note.header.at = tick().wall;
    note.header.id = running_->ledger.new_transaction_id(note.header.at);
    note.header.business_date = "2025-11-22";
    note.code = "to come";
    std::string body = sync::encode(place, note);
    body.replace(body.find("till.noted"), 10, "till.dream");
    const std::string hash = sync::row_hash(*sync::unhex(place.prev), body);
    const sync::SigningKey& key = key_of(name_);
    db.transact(Database::Durability::full, [&] {
      const int64_t id = storage::journal_id(epoch_no, place.seq);
      const std::string signature = sync::sign(key, hash), hex = sync::hex(hash);
      Query row(db,
                "INSERT INTO journal (id, type, transaction_id, at, key_id, hash, signature, body)"
                " VALUES (?, 'till.dream', ?, ?, ?, ?, ?, ?)");
      row << id << note.header.id.value << note.header.at.unix_ms << key.id;
      row.blob(hash).blob(signature) << body;
      row.run();
      Query out(db, "INSERT INTO outbox (id) VALUES (?)");
      out << id;
      out.run();
      Query till(db, "UPDATE till SET seq = ?, head = ?, last_transaction = ?");
      till << place.seq << hex << note.header.id.value;
      till.run();
    });
    world_.counts().fault("poison");
    running_->core.nudge();
  });
  pump();
}

// ---- for checks ----

std::vector<TillNode::Row> TillNode::journal() {
  const Database::Turn turn(running_->database, Database::Who::cashier);
  Query q(running_->database,
          "SELECT j.type, j.transaction_id, j.body, e.epoch, j.hash, j.id FROM journal j"
          " JOIN epoch e ON e.no = j.id >> 40 ORDER BY j.id");
  std::vector<Row> rows;
  while (q.row()) {
    rows.push_back({q.text(0), q.text(1), q.text(2), q.text(3), sync::hex(q.text(4)),
                    storage::seq_of(q.integer(5)), q.text(0) != "till.dream"});
  }
  return rows;
}

std::vector<Stored> TillNode::neighbours() {
  const Database::Turn turn(running_->database, Database::Who::cashier);
  Query q(running_->database, "SELECT till, body, key_id, hash, signature FROM neighbour");
  std::vector<Stored> rows;
  while (q.row()) {
    rows.push_back({"till.event.s1." + q.text(0),
                    q.text(1),
                    {{"Leaftill-Key", q.text(2)},
                     {"Leaftill-Hash", sync::hex(q.text(3))},
                     {"Leaftill-Signature", sync::base64(q.text(4))}}});
  }
  return rows;
}

int64_t TillNode::waiting() { return running_->outbox.counts().waiting; }

std::optional<int64_t> TillNode::shown(const std::string& product) {
  const auto stock = running_->catalogue.stock({product});
  if (!stock) return {};
  return stock->shown.milli;
}

int64_t TillNode::price_version(const std::string& product) {
  const auto item = running_->catalogue.by_id({product});
  return item ? item->price_version : 0;
}

std::string TillNode::fault_of_stock() {
  for (int n = 1; n <= kProducts; ++n) {
    const std::string product = product_id(n);
    const auto stock = running_->catalogue.stock({product});
    if (!stock) continue;
    int64_t& seen = versions_[product];
    if (stock->version < seen) return "stock of " + product + " went back to an older figure";
    seen = stock->version;
    const Database::Turn turn(running_->database, Database::Who::cashier);
    Query q(running_->database,
            "SELECT coalesce(sum(l.quantity), 0) FROM outbox o JOIN journal j ON j.id = o.id"
            " JOIN sale_line l ON l.sale_id = j.sale_id JOIN epoch e ON e.no = o.id >> 40"
            " WHERE l.product_id = ? AND NOT EXISTS (SELECT 1 FROM stock_cover c WHERE"
            " c.product_id = l.product_id AND c.till = ? AND c.epoch = e.epoch"
            " AND c.seq >= o.id & 1099511627775)");
    q << product << name_;
    q.row();
    Query theirs(running_->database,
                 "SELECT coalesce(sum(d.quantity), 0) FROM neighbour n JOIN neighbour_delta d ON"
                 " d.no = n.no WHERE d.product_id = ? AND n.held = 0 AND NOT EXISTS (SELECT 1 FROM"
                 " stock_cover c WHERE c.product_id = d.product_id AND c.till = n.till"
                 " AND c.epoch = n.epoch AND c.seq >= n.seq)");
    theirs << product;
    theirs.row();
    const int64_t wanted = stock->on_hand.milli - q.integer(0) - theirs.integer(0);
    if (stock->shown.milli != wanted) {
      return "it shows " + std::to_string(stock->shown.milli) + " of " + product + ", not " +
             std::to_string(wanted);
    }
  }
  return {};
}

std::string TillNode::fault_of_journal() {
  // A copy of its disk has such a row as well.
  const bool poisoned = world_.counts().faults.contains("poison");
  for (const std::string& fault : storage::verify_journal(running_->database).faults) {
    if (fault.find("cannot be read") == std::string::npos || !poisoned) return fault;
  }
  return {};
}

std::string TillNode::attention() {
  const sync::Status s = running_->core.status(tick());
  return s.needs_attention > 0 ? s.attention : "";
}

}  // namespace pos::sim
