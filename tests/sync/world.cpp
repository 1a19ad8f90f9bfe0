#include "tests/sync/world.h"

#include <algorithm>

namespace pos::sync {
namespace {

const SigningKey& central_key() {
  static const SigningKey key = *signing_key(std::string(32, 'c'));
  return key;
}

bool begins(const std::string& text, const char* with) { return text.rfind(with, 0) == 0; }

std::string between(const std::string& text, const std::string& before, char after) {
  const size_t from = text.find(before);
  if (from == std::string::npos) return {};
  return text.substr(from + before.size(),
                     text.find(after, from + before.size()) - from - before.size());
}

RelaySettings settings(int64_t seed) {
  RelaySettings s;
  s.store = "s1";
  s.till = "till1";
  s.app = "test";
  s.central_keys = {central_key().public_key};
  s.public_key = base64(std::string(32, 'k'));
  s.enrol_code = "code";
  s.seed = static_cast<uint64_t>(seed);
  return s;
}

}  // namespace

World::World(uint64_t seed) : dice_(seed * 2654435761U + 1), core_seed_(dice_.between(1, 1 << 30)) {
  core_ = std::make_unique<SyncCore>(outbox, projections, neighbours, *this, settings(core_seed_));
  core_->connected(tick());
}

// ---- time ----

void World::run_ms(int64_t ms) {
  run_until([] { return false; }, ms);
}

bool World::run_until(const std::function<bool()>& done, int64_t limit_ms) {
  const int64_t end = now_ms_ + limit_ms;
  int64_t works_ms = now_ms_;
  while (now_ms_ < end) {
    if (done()) return true;
    int64_t next = std::min(end, std::max(due_ms_, now_ms_ + 1));
    next = std::min(next, std::max(works_ms, now_ms_ + 1));
    if (!events_.empty()) next = std::min(next, std::max(events_.begin()->first, now_ms_));
    now_ms_ = next;
    while (!events_.empty() && events_.begin()->first <= now_ms_) {
      const auto what = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      what();
    }
    if (now_ms_ >= works_ms) {
      works_ms = now_ms_ + 20;
      central_works();
      feed_consumers();
    }
    wakes += due_ms_ <= now_ms_;
    due_ms_ = core_->step(tick());
  }
  return done();
}

void World::reach(std::function<void()> arrive) {
  if (dice_.between(1, 100) <= weather.lose_percent) return;
  const int copies = dice_.between(1, 100) <= weather.double_percent ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    int64_t when = now_ms_ + dice_.between(1, weather.latest_ms);
    if (!weather.reorders) when = arrived_ms_ = std::max(arrived_ms_, when);
    at(when, arrive);
  }
}

void World::to_till(NatsMessage m) {
  reach([this, m = std::move(m), session = session_] {
    if (session == session_ && leaf_up_) core_->take(m, tick());
  });
}

// ---- what a test does ----

void World::change_product(const std::string& id) {
  Product p;
  p.productId = id;
  p.name = "product " + id;
  p.version = central.product_version = ++central.catalogue;
  p.price = p.version;
  central.products[id] = p;
  send_down("all.product." + id, encode(p));
}

void World::change_price(const std::string& product) {
  Price p;
  p.productId = product;
  p.version = p.price = central.office = ++central.catalogue;
  // A product has a price for now and one for later; only one of them stays on its subject.
  if (p.version % 2 == 0) p.effectiveFrom = "2027-01-01";
  central.prices[product + " " + p.effectiveFrom] = p;
  send_down("down.s1.price." + product, encode(p));
}

void World::change_promotion(const std::string& id) {
  OfferedPromotion p;
  p.promotion = n_for_price(id, "offer", {{"p1"}}, 3, {500});
  p.version = central.office = ++central.catalogue;
  p.deleted = p.version % 5 == 0;
  central.promotions[id] = p;
  send_down("down.s1.promotion." + id, encode(p));
}

void World::change_settings() {
  central.settings.version = central.office = ++central.catalogue;
  central.settings.store.rounding.step = 1 + central.settings.version % 5;
  send_down("down.s1.settings", encode(central.settings));
}

// Versions are times: after a backup they go on above what tills have seen.
void World::change_gift_card(const std::string& card) {
  GiftCard g = central.gift_cards[card];
  g.card = card;
  g.currency = "EUR";
  g.balance += 100;
  g.version = central.gift_version = std::max(central.gift_version + 1, wall().unix_ms);
  central.gift_cards[card] = g;
  send_down("down.s1.gift." + card, encode(g));
}

void World::cut_leaf() {
  if (!leaf_up_) return;
  leaf_up_ = false;
  ++session_;
  consumers_.clear();
  core_->lost(tick());
  at(now_ms_ + 1000, [this] {
    leaf_up_ = true;
    core_->connected(tick());
  });
}

void World::restart_till() {
  ++session_;
  consumers_.clear();
  core_ =
      std::make_unique<SyncCore>(outbox, projections, neighbours, *this, settings(++core_seed_));
  if (leaf_up_) core_->connected(tick());
}

void World::purge_sales() {
  for (SalesMessage& m : sales) m.body.clear();
  redeliveries_.clear();
}

void World::lose_downlocal() {
  downlocal.exists = false;
  downlocal.last.clear();
  downlocal.last_seq = 0;
  std::erase_if(consumers_, [](const Consumer& c) { return c.stream == "DOWNLOCAL"; });
}

void World::neighbour_remakes_downlocal() {
  lose_downlocal();
  make_downlocal();
}

void World::make_downlocal() {
  downlocal.exists = true;
  downlocal.stalled = false;
  ++downlocal.made;
  for (const auto& [subject, body] : down_) downlocal.last[subject] = {++downlocal.last_seq, body};
}

void World::change_stock(const std::string& id) {
  send_down("down.s1.stock." + id, encode(Stock{id, 1000, ++central.stock_version, {}}));
}

// Its place in SALES went back as well, so it reads on from there.
void World::restore(CentralState old, const std::string& generation) {
  central = std::move(old);
  central.generation = generation;
  if (central.gift_version > 0) central.gift_version = wall().unix_ms;
  for (auto& [card, g] : central.gift_cards) g.version = central.gift_version;
  redeliveries_.clear();
}

bool World::all_settled() {
  return outbox.counts().waiting == 0 &&
         central.chains[outbox.current_epoch()].mark == outbox.counts().last_row.seq;
}

std::string World::fault() {
  for (const auto& [id, row] : outbox.journal()) {
    if (outbox.waits(id)) return "row " + std::to_string(id) + " still waits";
    if (!central.applied.contains(row.transaction_id)) {
      return "row " + std::to_string(id) + " is settled and central does not have it";
    }
    if (central.applied[row.transaction_id] != content_hash(row.body)) return "other contents";
  }
  if (conflicts > 0) return "one id, two contents";
  if (projections.catalogue_version() != central.product_version) return "the catalogue is behind";
  for (const auto& [id, p] : central.products) {
    if (projections.products[id].version != p.version) return "product " + id + " is behind";
  }
  if (projections.office_version() < central.office) return "the office's rules are behind";
  for (const auto& [key, p] : central.prices) {
    if (projections.prices[key] != p) return "the price of " + key + " is behind";
  }
  if (projections.promotions != central.promotions) return "the promotions are behind";
  if (projections.settings != central.settings) return "the settings are behind";
  if (projections.gift_version() < central.gift_version) return "the gift cards are behind";
  for (const auto& [card, g] : central.gift_cards) {
    if (projections.gift_cards[card].version != g.version) return "card " + card + " is behind";
  }
  const Status s = status();
  if (s.needs_attention > 0) return "attention: " + s.attention;
  if (s.link != Link::online) return std::string("link is ") + to_word(s.link);
  if (projections.largest_batch > 100) return "a batch of more than 100";
  return {};
}

// ---- the leaf ----

bool World::publish(std::string_view subject, std::string_view reply, const Headers& headers,
                    std::string_view body) {
  if (!leaf_up_) return false;
  NatsMessage m{std::string(subject), std::string(reply), std::string(body), headers, "", ""};
  reach([this, m = std::move(m)] { at_leaf(m); });
  return true;
}

void World::at_leaf(const NatsMessage& m) {
  if (begins(m.subject, "$JS.API.")) return leaf_api(m);
  if (begins(m.subject, "store.s1.journal.till1")) {
    storelog.push_back({m.subject, m.body, m.headers});
    return answer(m.reply, R"({"stream":"STORELOG","domain":"s1","seq":)" +
                               std::to_string(storelog.size()) + "}");
  }
  if (begins(m.subject, "till.beat.")) return void(++beats);
  rows += begins(m.subject, "till.event.");
  if (!false_stream.empty() && begins(m.subject, "till.event.")) {
    answer(m.reply, R"({"stream":")" + false_stream + R"(","domain":"s1","seq":1})");
  }
  if (!beyond_wan(m) && !wan_silent) no_responders(m.reply);
}

bool World::beyond_wan(const NatsMessage& m) {
  if (!wan_up) return false;
  if (begins(m.subject, "till.event.") || begins(m.subject, "product.sold.")) {
    return hub_stores(m), true;
  }
  if (begins(m.subject, "till.carried.")) {
    ++carried;
    central.neighbours.insert(decode_envelope(m.body)->transaction_id);
    return true;
  }
  if (!central_up) return false;
  if (begins(m.subject, "sync.hello.")) return answer_hello(m), true;
  if (begins(m.subject, "sync.enrol.")) return answer_enrol(m), true;
  if (begins(m.subject, "sync.pull.")) return answer_pull(m), true;
  return false;
}

void World::neighbour_sells() {
  const SealedRow& row = neighbour.record(wall());
  storelog.push_back({"store.s1.journal.till2",
                      row.body,
                      {{"Leaftill-Hash", row.hash},
                       {"Leaftill-Key", row.key_id},
                       {"Leaftill-Signature", row.signature}}});
}

void World::log_api(const NatsMessage& m) {
  if (m.subject == "$JS.API.STREAM.INFO.STORELOG") {
    answer(m.reply,
           R"({"created":"log","state":{"last_seq":)" + std::to_string(storelog.size()) + "}}");
  } else if (m.subject == "$JS.API.CONSUMER.CREATE.STORELOG") {
    add_consumer("STORELOG", m);
  }
}

void World::add_consumer(const std::string& stream, const NatsMessage& m) {
  const std::string start = between(m.body, R"("opt_start_seq":)", ',');
  Consumer c{stream,
             "c" + std::to_string(++names_),
             between(m.body, R"("deliver_subject":")", '"'),
             start.empty() ? 0 : std::stoll(start) - 1,
             0,
             now_ms_};
  consumers_.push_back(c);
  answer(m.reply, R"({"name":")" + c.name + R"("})");
}

void World::leaf_api(const NatsMessage& m) {
  if (m.subject.find("STORELOG") != std::string::npos) return log_api(m);
  const std::string created = R"("created":")" + std::to_string(downlocal.made) +
                              R"(","state":{"last_seq":)" + std::to_string(downlocal.last_seq) +
                              "}}";
  const std::string missing = R"({"error":{"code":404,"err_code":10059,"description":"none"}})";
  if (m.subject == "$JS.API.STREAM.INFO.DOWNLOCAL") {
    answer(m.reply, downlocal.exists ? "{" + created : missing);
  } else if (m.subject == "$JS.API.STREAM.DELETE.DOWNLOCAL") {
    lose_downlocal();
  } else if (m.subject == "$JS.API.STREAM.CREATE.DOWNLOCAL") {
    if (downlocal.exists) {
      return answer(m.reply, R"({"error":{"code":400,"err_code":10058,"description":"in use"}})");
    }
    make_downlocal();
    answer(m.reply, "{" + created);
  } else if (m.subject == "$JS.API.CONSUMER.CREATE.DOWNLOCAL") {
    if (!downlocal.exists) return answer(m.reply, missing);
    add_consumer("DOWNLOCAL", m);
  } else if (begins(m.subject, "$JS.API.CONSUMER.DELETE.DOWNLOCAL.")) {
    std::erase_if(consumers_, [&](const Consumer& c) { return m.subject.ends_with("." + c.name); });
  }
}

void World::feed_consumers() {
  for (Consumer& c : consumers_) {
    feed(c);
    if (now_ms_ - c.beat_ms < 5000) continue;
    c.beat_ms = now_ms_;
    to_till(
        {c.deliver, "", "", {{"Nats-Last-Consumer", std::to_string(c.consumer_seq)}}, "100", ""});
  }
}

void World::feed(Consumer& c) {
  if (c.stream == "STORELOG") {
    while (c.stream_seq < static_cast<int64_t>(storelog.size())) {
      const LogMessage& m = storelog[static_cast<size_t>(c.stream_seq)];
      deliver(c, c.stream_seq + 1, m.subject, m.headers, m.body);
    }
    return;
  }
  std::map<int64_t, std::pair<std::string, std::string>> due;
  if (c.stream_seq < downlocal.last_seq) {
    for (const auto& [subject, kept] : downlocal.last) {
      if (kept.first > c.stream_seq) due[kept.first] = {subject, kept.second};
    }
  }
  for (const auto& [seq, m] : due) deliver(c, seq, m.first, {}, m.second);
}

void World::deliver(Consumer& c, int64_t seq, const std::string& subject, const Headers& headers,
                    const std::string& body) {
  c.stream_seq = seq;
  const std::string reply = "$JS.ACK." + c.stream + "." + c.name + ".1." + std::to_string(seq) +
                            "." + std::to_string(++c.consumer_seq) + ".1.0";
  if (lose_deliveries > 0) {
    --lose_deliveries;
  } else if (c.deliver == deliveries_[c.stream == "STORELOG" ? 1 : 0]) {
    to_till({subject, reply, body, headers, "", ""});
  }
}

// ---- hub ----

void World::hub_stores(const NatsMessage& m) {
  const std::string id(m.header("Nats-Msg-Id"));
  const auto known = known_ids_.find(id);
  const bool twice = known != known_ids_.end() && known->second > now_ms_;
  if (twice) {
    ++duplicates;
  } else {
    known_ids_[id] = now_ms_ + 600'000;
    sales.push_back({m.subject, m.body, m.headers});
  }
  answer(m.reply, R"({"stream":"SALES","domain":"hub","seq":)" + std::to_string(sales.size()) +
                      (twice ? R"(,"duplicate":true})" : "}"));
}

void World::send_down(const std::string& subject, const std::string& body) {
  down_[subject] = body;
  if (!wan_up || !downlocal.exists || downlocal.stalled) {
    // The source catches up later, if it is not one of those that stand still.
    if (!downlocal.stalled) {
      at(now_ms_ + 2000, [this, subject] { send_down(subject, down_[subject]); });
    }
    return;
  }
  downlocal.last[subject] = {++downlocal.last_seq, body};
}

// ---- central ----

template <class T>
void World::sign_answer(T& a) const {
  a.key = central_key().id;
  std::string d = digest(signed_members(a, "s1", "till1"));
  if (!answers_signed_well) d[0] = static_cast<char>(d[0] ^ 1);
  a.signature = base64(sign(central_key(), d));
}

void World::central_works() {
  if (!central_up) return;
  auto waiting = std::exchange(redeliveries_, {});
  for (Redelivery& r : waiting) {
    if (r.at_ms > now_ms_) {
      redeliveries_.push_back(std::move(r));
    } else if (!apply(r.message, r.tries >= 20)) {
      redeliveries_.push_back({now_ms_ + 500, r.tries + 1, std::move(r.message)});
    }
  }
  for (int i = 0; i < 100 && central.position < sales.size(); ++i) {
    const SalesMessage& m = sales[central.position++];
    if (!m.body.empty() && !apply(m, false)) redeliveries_.push_back({now_ms_ + 500, 1, m});
  }
  for (const std::string& epoch : std::exchange(to_ack_, {})) send_ack(epoch);
}

// Contract 4.1 to 4.3. False: a gap, to be handed back.
bool World::apply(const SalesMessage& m, bool last_try) {
  const auto e = decode_envelope(m.body);
  const auto header = [&](const char* name) {
    return std::string(NatsMessage{"", "", "", m.headers, "", ""}.header(name));
  };
  const std::string raw = row_hash(unhex(e->place.prev).value(), m.body), hash = hex(raw);
  if (hash != header("Leaftill-Hash") || header("Leaftill-Key") != outbox.key().id ||
      (!verified_.contains(hash) &&
       !verify(outbox.key().public_key, raw, unbase64(header("Leaftill-Signature")).value()))) {
    ++forks;  // quarantine: never in these worlds
    return true;
  }
  verified_.insert(hash);
  auto& chain = central.chains[e->place.epoch];
  const int64_t seq = e->place.seq;
  if (seq > chain.mark + 1 && !last_try) return false;
  effect(*e, m);
  if (seq == chain.mark + 1 && e->place.prev == chain.head) {
    chain.mark = seq;
    chain.head = hash;
    chain.hashes.push_back(hash);
    to_ack_.insert(e->place.epoch);
  } else if (seq <= chain.mark && chain.hashes[static_cast<size_t>(seq) - 1] == hash) {
    to_ack_.insert(e->place.epoch);
  } else if (seq <= chain.mark + 1) {
    ++forks;
    Fork f{e->place.epoch, std::min(seq, chain.mark), chain.head, "", ""};
    sign_answer(f);
    send_down("down.s1.fork.till1", encode(f));
  }
  return true;
}

void World::effect(const Envelope& e, const SalesMessage& m) {
  const auto [found, is_new] =
      central.applied.try_emplace(e.transaction_id, content_hash(m.body).value());
  if (!is_new) return void(conflicts += found->second != content_hash(m.body));
  order.push_back(e.transaction_id);
  change_stock("p1");
}

void World::send_ack(const std::string& epoch) {
  const auto& chain = central.chains[epoch];
  Ack a{epoch, chain.mark, chain.head, to_iso(wall()), "", ""};
  sign_answer(a);
  send_down("down.s1.ack.till1", encode(a));
}

void World::forge_ack() {
  const SealedRow& last = outbox.journal().rbegin()->second;
  const Ack a{last.epoch,     last.seq,           last.hash,
              to_iso(wall()), "0123456789abcdef", base64(std::string(64, 'x'))};
  downlocal.last["down.s1.ack.till1"] = {++downlocal.last_seq, encode(a)};
}

void World::answer_hello(const NatsMessage& m) {
  ++hellos;
  const auto hello = decode_hello(m.body);
  HelloAnswer a;
  a.generation = central.generation;
  for (const EpochSeq& e : hello->epochs) {
    const auto& chain = central.chains[e.epoch];
    const int64_t applied = std::min(chain.mark, e.seq);
    a.epochs.push_back({e.epoch, applied,
                        applied == 0 ? kZeroHash : chain.hashes[static_cast<size_t>(applied) - 1],
                        chain.mark});
  }
  for (const HaveRow& row : hello->have) {
    if (central.neighbours.contains(row.transactionId)) a.held.push_back(row.transactionId);
  }
  a.catalogueVersion = central.product_version;
  a.officeVersion = central.office;
  a.giftVersion = central.gift_version;
  a.stockVersion = central.stock_version;
  a.time = to_iso(wall());
  sign_answer(a);
  answer(m.reply, encode(a));
}

void World::answer_enrol(const NatsMessage& m) {
  EnrolAnswer a{"approved", "", decode_enrol(m.body)->publicKey, "", ""};
  sign_answer(a);
  if (enrol_answers) answer(m.reply, encode(a));
}

template <class Item>
void World::answer_page(const NatsMessage& m, const PullRequest& request,
                        const std::map<std::string, Item>& all) {
  std::map<std::pair<int64_t, std::string>, Item> sorted;
  for (const auto& [key, item] : all) sorted[{item.version, std::string(id_of(item))}] = item;
  Page<Item> page{
      request.kind, {}, false, request.kind == "gift" ? central.gift_version : central.office};
  for (auto it = sorted.upper_bound({request.afterVersion, request.afterId});
       it != sorted.end() && !page.more; ++it) {
    page.items.push_back(it->second);
    page.more = page.items.size() == 3 && std::next(it) != sorted.end();
  }
  answer(m.reply, encode(page));
}

void World::answer_pull(const NatsMessage& m) {
  const auto request = decode_pull_request(m.body);
  if (request->kind == "price") return answer_page(m, *request, central.prices);
  if (request->kind == "promotion") return answer_page(m, *request, central.promotions);
  if (request->kind == "gift") return answer_page(m, *request, central.gift_cards);
  if (request->kind == "settings") {
    std::map<std::string, Settings> one;
    if (central.settings.version > 0) one[""] = central.settings;
    return answer_page(m, *request, one);
  }
  std::map<std::pair<int64_t, std::string>, Product> sorted;
  for (const auto& [id, p] : central.products) sorted[{p.version, id}] = p;
  PullAnswer a;
  a.catalogueVersion = central.product_version;
  for (auto it = sorted.upper_bound({request->afterVersion, request->afterId});
       it != sorted.end() && !a.more; ++it) {
    a.items.push_back(it->second);
    a.more = a.items.size() == 7 && std::next(it) != sorted.end();
  }
  answer(m.reply, encode(a));
}

}  // namespace pos::sync
