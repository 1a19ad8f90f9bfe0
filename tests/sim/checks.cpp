// What must hold: at every moment, and at the end. Expected comes from the driver's own record
// (promises.h) and from what living disks and SALES held when the healing began; found is what
// central's database says, and what the tills show.
#include "central/letter.h"
#include "tests/sim/world.h"

namespace pos::sim {
namespace {

// Well signed by its till.
bool proven(const central::Letter& l) {
  return l.fault.empty() && l.readable() &&
         sync::verify(key_of(l.till).public_key, l.hash_raw, l.signature_raw);
}

central::Arrival arrival_of(const Stored& m) {
  const sync::NatsMessage message{m.subject, "", m.body, m.headers, "", ""};
  central::Arrival a;
  a.subject = m.subject;
  if (a.subject.rfind("store.s1.journal.", 0) == 0)  // as its till would send it
    a.subject = "till.event.s1." + a.subject.substr(17);
  a.body = m.body;
  a.message_id = message.header("Nats-Msg-Id");
  a.hash = message.header("Leaftill-Hash");
  a.key_id = message.header("Leaftill-Key");
  a.signature = message.header("Leaftill-Signature");
  a.till = message.header("Leaftill-Till");
  return a;
}

std::map<std::string, int64_t> goods_in(const std::string& body) {
  std::map<std::string, int64_t> goods;
  const auto row = sync::decode_row(body);
  const auto* sale = row ? std::get_if<CompletedSale>(&row->fact) : nullptr;
  if (!sale) return goods;
  for (const Line& l : sale->lines) goods[l.item.id.value] += l.quantity.milli;
  return goods;
}

}  // namespace

void World::check_now(TillNode& till) {
  if (!till.running()) return;
  if (const std::string fault = till.fault_of_stock(); !fault.empty())
    violation("till " + till.name() + ": " + fault);
}

void World::note_what_must_be() {
  for (auto& till : tills_) {
    if (!till->running()) continue;
    for (const auto& row : till->journal())
      must_[till->name() + "/" + row.transaction_id].push_back(
          {till->name(), sync::content_hash(row.body).value(), "a disk", row.understood});
  }
  const auto note = [this](const Stored& m, const char* where) {
    const central::Arrival arrival = arrival_of(m);
    const central::Letter letter = central::read_letter(arrival);
    if (proven(letter))
      must_[letter.till + "/" + letter.transaction_id].push_back(
          {letter.till, sync::content_hash(m.body).value(), where, letter.row.has_value()});
  };
  for (const auto& [seq, m] : hub_.sales()) note(m, "SALES");
  for (auto& till : tills_) {
    if (!till->running()) continue;
    for (const Stored& m : till->neighbours()) note(m, "a neighbour");
  }
  if (const auto* log = leaf_.stream("STORELOG")) {
    for (const auto& [seq, m] : log->messages) note(m, "STORELOG");
  }
}

// Tills that died before central had their key, or whose key it lost with its database: nobody can
// vouch for their rows but people.
std::set<std::string> World::without_a_voice() {
  std::set<std::string> names;
  for (auto& till : tills_) names.insert(till->name());
  for (auto& till : tills_)
    if (till->alive()) names.erase(till->name());
  for (const auto& row : central_.query("SELECT till FROM till_key")) names.erase(row.text(0));
  return names;
}

// What is not as it must be at last; empty: nothing.
std::string World::unsettled() {
  if (const std::string words = central_.busy_with(); !words.empty()) return "central " + words;
  for (auto& till : tills_) {
    if (!till->alive()) continue;
    if (!till->running()) return "till " + till->name() + " is off";
    if (till->busy()) return "a customer waits at " + till->name();
    if (till->waiting() > 0) return "rows wait at " + till->name();
    if (const std::string words = till->attention(); !words.empty() && !forgiven_)
      return "till " + till->name() + " asks for attention: " + words;
  }
  const std::set<std::string> voiceless = without_a_voice();
  counts().branch("a till died before central knew its key", !voiceless.empty());
  for (const auto& row : central_.query("SELECT product_id, on_hand, version FROM stock")) {
    for (auto& till : tills_) {
      if (!till->running() || !voiceless.empty()) continue;
      const auto shown = till->shown(row.text(0));
      if (shown && *shown != row.integer(1))
        return "till " + till->name() + " shows " + std::to_string(*shown) + " of " + row.text(0) +
               ", and central has " + std::to_string(row.integer(1));
    }
  }
  std::set<std::string> there;
  for (const auto& row : central_.query(
           "SELECT till, transaction_id FROM journal_row UNION ALL "
           "SELECT till, transaction_id FROM quarantine WHERE reason = 'not_understood'"))
    there.insert(row.text(0) + "/" + row.text(1));
  for (const auto& [key, copies] : must_) {
    if (!there.contains(key) && !voiceless.contains(copies[0].till))
      return "the row " + key + " of " + copies[0].where + " is not applied";
  }
  // A restored central does not know the newest prices.
  if (central_.restores() > 0) return {};
  for (const auto& row : central_.query("SELECT id, version FROM product")) {
    for (auto& till : tills_) {
      if (till->running() && till->price_version(row.text(0)) != row.integer(1))
        return "till " + till->name() + " has an old price of " + row.text(0);
    }
  }
  return {};
}

void World::check_end() {
  std::map<std::string, std::pair<std::string, std::string>> applied;  // -> content, type
  std::map<std::string, int64_t> sold;
  std::multiset<std::map<std::string, int64_t>> unheard(promises_.unheard.begin(),
                                                        promises_.unheard.end());
  for (const auto& row :
       central_.query("SELECT till, transaction_id, content_hash, type, total, receipt, body, "
                      "carrier FROM journal_row")) {
    const std::string key = row.text(0) + "/" + row.text(1);
    if (!applied.try_emplace(key, row.text(2), row.text(3)).second)
      violation("central has " + key + " twice");
    counts().branch("carried row took effect", !row.text(7).empty());
    if (row.text(3) != "product.sold") continue;
    const auto known = promises_.sales.find(row.text(1));
    if (known == promises_.sales.end()) {
      // Its till died in pay(), and never told.
      const auto basket = unheard.find(goods_in(row.text(6)));
      if (basket == unheard.end()) return violation("central has a sale of nobody: " + key);
      for (const auto& [product, quantity] : *basket) sold[product] += quantity;
      unheard.erase(basket);
      continue;
    }
    for (const auto& [product, quantity] : known->second.goods) sold[product] += quantity;
    if (row.integer(4) != known->second.total || row.text(5) != known->second.receipt)
      violation("the sale " + row.text(5) + " has another total or number at central");
  }
  for (const auto& row : central_.query("SELECT product_id, on_hand FROM stock")) {
    const int64_t wanted = kStartStock - sold[row.text(0)];
    if (row.integer(1) != wanted)
      violation("stock of " + row.text(0) + " is " + std::to_string(row.integer(1)) + ", not " +
                std::to_string(wanted));
  }
  std::set<std::string> aside;
  for (const auto& row : central_.query(
           "SELECT till, transaction_id FROM quarantine WHERE reason = 'not_understood'"))
    aside.insert(row.text(0) + "/" + row.text(1));
  // Two rows under one id: both are kept, whichever came first has counted.
  std::set<std::string> conflicts;
  for (const auto& row :
       central_.query("SELECT till, transaction_id FROM quarantine WHERE reason = 'conflict'"))
    conflicts.insert(row.text(0) + "/" + row.text(1));
  const std::set<std::string> voiceless = without_a_voice();
  for (const auto& [key, copies] : must_) {
    if (voiceless.contains(copies[0].till)) continue;
    const auto found = applied.find(key);
    // The second row of a planted conflict may have died with its disk before central had it.
    bool same = conflicts.contains(key) || promises_.conflicts.contains(key);
    for (const Must& m : copies) {
      if (!m.understood && !aside.contains(key)) violation("poison " + key + " is nowhere");
      if (m.understood && found == applied.end())
        return violation("the row " + key + " of " + m.where + " was never applied");
      same |= !m.understood || found->second.first == m.content;
    }
    if (!same) violation("the row " + key + " has other contents at central");
  }
  std::map<std::string, std::string> numbers;
  for (auto& till : tills_) {
    if (!till->running()) continue;
    if (const std::string fault = till->fault_of_journal(); !fault.empty())
      violation("the journal of " + till->name() + ": " + fault);
    for (const std::string& id : till->promised().answered) {
      const std::string& receipt = promises_.sales.at(id).receipt;
      const auto [known, fresh] = numbers.try_emplace(receipt, id);
      if (!fresh && known->second != id && !forgiven_)
        violation("receipt " + receipt + " was given twice");
    }
  }
  if (!forgiven_ && !central_.query("SELECT 1 FROM problem WHERE kind = 'forked'").empty())
    violation("a fork where nothing forked");
}

}  // namespace pos::sim
