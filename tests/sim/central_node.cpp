#include "tests/sim/central_node.h"

#include "central/answers.h"
#include "central/catalogue_desk.h"
#include "tests/sim/linked.h"
#include "tests/sim/till_node.h"
#include "tests/sim/world.h"

namespace pos::sim {
namespace {

constexpr const char* kUrl = "sqlite:/leaftill-sim/central.db";
constexpr size_t kBatch = 500;

std::vector<std::string> tokens_of(const std::string& subject) {
  std::vector<std::string> tokens(1);
  for (const char c : subject) c == '.' ? tokens.emplace_back() : tokens.back() += c, void();
  return tokens;
}

}  // namespace

// The database, and the line to it.
struct CentralNode::Books final : central::Database {
  explicit Books(const bool& is_down) : down(is_down), real(central::open_database(kUrl, true)) {
    real->migrate();
  }
  std::unique_ptr<central::Session> session() override {
    if (down) throw central::SqlError("the database is away", true);
    return real->session();
  }
  bool hold_applier_lock() override { return true; }
  void migrate() override {}
  void interrupt() override {}

  const bool& down;
  std::unique_ptr<central::Database> real;
};

const Image& central_at_start() {
  static const Image image = [] {
    MemoryDisk disk({}, true);
    {
      const auto db = central::open_database(kUrl, true);
      db->migrate();
      auto s = db->session();
      s->begin();
      s->execute("INSERT INTO store (id, pepper, created_at) VALUES ('s1', '', '')");
      for (const char* till : {"till1", "till2", "till3"}) {
        s->execute(
            "INSERT INTO till (store, till, state, enrol_code_hash) VALUES ('s1', $1, 'pending', "
            "$2)",
            {till, sync::hex(sync::sha256(std::string("code of ") + till))});
      }
      for (int64_t n = 1; n <= kProducts; ++n) {
        const std::string id = product_id(static_cast<int>(n));
        s->execute(
            "INSERT INTO product (id, name, codes, price, currency, version) VALUES ($1, $1, $2, "
            "$3, 'EUR', $4)",
            {id, product_code(static_cast<int>(n)), 100 * n, n});
        s->execute(
            "INSERT INTO stock (store, product_id, on_hand, version) VALUES ('s1', $1, $2, 1)",
            {id, kStartStock});
      }
      for (const char* name : {"catalogue_version", "product_version"})
        s->execute("INSERT INTO meta (name, value) VALUES ($1, $2)",
                   {name, std::to_string(kProducts)});
      s->commit();
    }
    return disk.image();
  }();
  return image;
}

CentralNode::CentralNode(World& world) : world_(world), disk_(central_at_start(), true) {}

CentralNode::~CentralNode() {
  if (books_) stop_running();
}

Instant CentralNode::now() const { return {kMorning + world_.schedule().now() + clock_off_ms_}; }

void CentralNode::start() {
  if (books_) return;
  ++starts_;
  connected_ = false;
  waiting_ = dirty_ = true;
  books_ = std::make_unique<Books>(books_down_);
  work_.emplace(*books_, central_key(), *this);
  run([&] { look_at_marks(); });
  poke();
}

void CentralNode::stop_running() {
  disk_.stop();
  work_.reset();
  books_.reset();
  disk_.start();
  dies_at_.clear();
  connected_ = false;
}

void CentralNode::crash() {
  if (!books_) return;
  world_.trace("crash", "central");
  stop_running();
  world_.start_central_later();
}

void CentralNode::die_at(std::string place, int passes) {
  dies_at_ = std::move(place);
  passes_ = passes;
}

void CentralNode::restore() {
  if (books_) stop_running();
  ++restores_;
  disk_.replace(backup_);
  marks_.clear();
  stocks_.clear();  // what it had committed and not told yet is gone with it
}

void CentralNode::run(const std::function<void()>& piece) {
  Linked& l = linked();
  l.dies_at = dies_at_;
  l.passes = passes_;
  bool died = false;
  const auto wait = [&](const char* what) {
    connected_ = false;
    world_.counts().branch(what);
    world_.schedule().in(1000, [this, n = starts_] {
      if (n == starts_) poke();
    });
  };
  try {
    piece();
  } catch (const Crash& crash) {
    died = true;
    world_.counts().branch(crash.place);
  } catch (const central::HubFailure&) {
    wait("central lost the hub");
  } catch (const central::SqlError& e) {
    world_.trace("central's database", e.what());
    if (!books_down_) world_.violation(std::string("central's database: ") + e.what());
    wait("central lost its database");
  }
  dies_at_ = l.dies_at;
  passes_ = l.passes;
  l.dies_at.clear();
  if (!died) return;
  world_.trace("died", "central");
  stop_running();
  world_.start_central_later();
}

void CentralNode::poke() {
  if (!books_ || poked_) return;
  poked_ = true;
  const int64_t at = std::max(world_.schedule().now() + 10, next_work_ms_);
  world_.schedule().at(at, [this] {
    poked_ = false;
    if (!books_) return;
    run([&] { work(); });
    if (!books_ || !connected_) return;
    next_work_ms_ = world_.schedule().now() + pause_ms_;
    if (const auto again = world_.hub().next_redelivery()) {
      world_.schedule().at(*again, [this] { poke(); });
    }
  });
}

void CentralNode::connect() {
  Hub& hub = world_.hub();
  if (!hub.up) throw central::HubFailure{"no hub"};
  const auto streams = hub.states();
  const bool behind = streams.at("DOWN").last_seq > 0 && work_->books_are_behind(hub.last_acks());
  if (work_->take_up_down(streams.at("DOWN"), streams.at("DOWNALL"), behind,
                          behind ? central::SalesWork::newest_stock(hub.last_stocks()) : 0, now()))
    world_.counts().branch("new generation");
  if (work_->take_up_sales(streams.at("SALES"))) world_.counts().branch("another SALES");
  hub.open_consumer(work_->position());
  connected_ = true;
  dirty_ = waiting_ = true;
}

void CentralNode::work() {
  Hub& hub = world_.hub();
  if (!hub.up) throw central::HubFailure{"no hub"};
  if (!hub.consumer_open()) connected_ = false;
  if (!connected_) connect();
  if (std::exchange(waiting_, false)) {
    const auto session = books_->session();
    const int64_t left = central::reconcile_waiting(*session, now());
    world_.counts().branch("rows waited for their key", left);
    dirty_ |= left > 0;
  }
  if (dirty_) look_at_marks();
  while (dirty_) dirty_ = work_->publish(now());
  const auto rows = hub.fetch(kBatch, world_.schedule().now());
  if (rows.empty()) return;
  dirty_ = true;
  const auto done = work_->apply(rows, now(), world_.schedule().now());
  look_at_marks();
  world_.counts().branch("rows took effect", done.effects);
  for (const std::string& words : done.words) {
    const size_t colon = words.find(':');
    world_.counts().branch(("problem: " + (words.find("quarantine: ") != std::string::npos
                                               ? words.substr(words.find("quarantine: "))
                                               : words.substr(0, colon)))
                               .c_str());
  }
  for (const central::Verdict v : done.verdicts) {
    if (v == central::Verdict::later) world_.counts().branch("gap handed back");
    if (v == central::Verdict::waits) world_.counts().branch("row waits for its key");
  }
  for (const auto& row : rows) world_.counts().branch("last try", row.delivered > 6);
  poke();
}

// Every chain's mark only grows, and every place below it holds one row.
void CentralNode::look_at_marks() {
  auto session = books_->session();
  for (const auto& row : session->query("SELECT till, epoch, mark FROM chain")) {
    const Chain chain{row.text(0), row.text(1)};
    int64_t& mark = marks_[chain];
    if (row.integer(2) < mark) world_.violation("a mark of " + chain.first + " went back");
    if (row.integer(2) <= mark) continue;
    int64_t next = mark;
    for (const auto& place : session->query(
             "SELECT seq, hash FROM chain_row WHERE till = $1 AND epoch = $2 AND seq > $3 AND "
             "store = 's1' ORDER BY seq",
             {chain.first, chain.second, mark})) {
      if (place.integer(0) != ++next) world_.violation("a chain of " + chain.first + " has a gap");
      next = place.integer(0);
      held_.insert({chain.first, chain.second, next, place.text(1)});
    }
    if (next != row.integer(2)) world_.violation("a mark of " + chain.first + " has no row");
    mark = row.integer(2);
  }
  for (const auto& row :
       session->query("SELECT product_id, on_hand, version FROM stock WHERE store = 's1'")) {
    stocks_[row.text(0)] = {row.integer(1), row.integer(2)};
  }
}

bool CentralNode::ever_held(const std::string& till, const std::string& epoch, int64_t seq,
                            const std::string& hash) const {
  return held_.contains({till, epoch, seq, hash});
}

std::optional<std::string> CentralNode::answer(const sync::NatsMessage& m) {
  if (!books_) return {};
  const auto tokens = tokens_of(m.subject);
  const central::Asker asker{tokens[2], tokens[3]};
  std::optional<std::string> reply;
  bool approved = false;
  run([&] {
    look_at_marks();  // also what was committed though the database went away before it said so
    const auto session = books_->session();
    if (tokens[1] == "hello")
      reply = central::answer_hello(*session, central_key(), asker, m.body, now());
    if (tokens[1] == "pull") reply = central::answer_pull(*session, asker, m.body, now());
    if (tokens[1] == "enrol")
      reply = central::answer_enrol(*session, central_key(), asker, m.body, now(), approved);
  });
  if (approved) {
    waiting_ = true;
    world_.counts().branch("enrolled");
    poke();
  }
  return reply;
}

void CentralNode::change_price(int product, int64_t price) {
  if (!books_ || books_down_) return;
  run([&] {
    central::CatalogueDesk desk(*books_);
    auto entry = desk.product(product_id(product));
    entry->product.price = price;
    entry->product.version = 0;
    desk.put(entry->product, central::CatalogueDesk::Put::replace, now());
    dirty_ = true;
  });
  poke();
}

central::ResultRows CentralNode::query(const std::string& sql,
                                       const std::vector<central::Param>& params) {
  return books_->real->session()->query(sql, params);
}

std::string CentralNode::busy_with() {
  if (!books_) return "is off";
  if (!connected_) return "has no hub";
  if (dirty_) return "publishes";
  if (!world_.hub().all_acknowledged()) return "has rows before it";
  return query("SELECT 1 FROM down_mark LIMIT 1").empty() ? "" : "has marks left";
}

// ---- the hub ----

void CentralNode::ack(const central::StreamRow& row) { world_.hub().ack(row); }

int64_t CentralNode::stored_ns(int64_t seq) {
  const auto& sales = world_.hub().sales();
  const auto at = sales.find(seq);
  return at == sales.end() ? 0 : at->second.time;
}

void CentralNode::hand_back(const central::StreamRow& row, std::chrono::milliseconds delay) {
  world_.hub().hand_back(row, world_.schedule().now() + delay.count());
}

// An ack that leaves central: what it speaks of is committed, and the stock that counts it has gone
// before it.
void CentralNode::check_ack(const central::Outgoing& out) {
  const Hub& hub = world_.hub();
  if (out.subject.find(".ack.") != std::string::npos) {
    const auto ack = sync::decode_ack(out.body);
    const std::string till = out.subject.substr(out.subject.rfind('.') + 1);
    if (!ever_held(till, ack->epoch, ack->seq, ack->hash))
      world_.violation("an ack of " + till + " speaks of rows that are not committed");
    for (const auto& [product, committed] : stocks_) {
      const auto [on_hand, version] = committed;
      const auto told = hub.down().values.find("down.s1.stock." + product);
      const auto stock =
          told == hub.down().values.end() ? std::nullopt : sync::decode_stock(told->second.second);
      // Books out of a copy may be behind what DOWN has.
      const bool there = stock && (stock->version > version ||
                                   (stock->version == version && stock->onHand == on_hand));
      if (on_hand != kStartStock && !there)
        world_.violation("an ack of " + till + " goes before the stock of " + product);
    }
  }
  if (out.subject.find(".fork.") != std::string::npos) world_.counts().branch("fork answered");
}

std::map<std::string, int64_t> CentralNode::publish_confirmed(
    const std::vector<central::Outgoing>& messages) {
  Hub& hub = world_.hub();
  if (!hub.up) throw central::HubFailure{"no hub"};
  std::map<std::string, int64_t> highest;
  for (const auto& out : messages) {
    check_ack(out);
    highest[out.stream] = hub.put(out);
    if (world_.chaos() && !out.subject.ends_with(".pad") && world_.strikes(Fault::loss, 300))
      throw central::HubFailure{"a PubAck was lost"};
  }
  if (!messages.empty()) world_.down_changed();
  return highest;
}

}  // namespace pos::sim
