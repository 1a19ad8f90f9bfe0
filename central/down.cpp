#include "central/down.h"

#include <map>
#include <set>

#include "central/books.h"
#include "central/gift_books.h"
#include "central/office_books.h"
#include "central/snapshot.h"
#include "sync/wire.h"

namespace pos::central {
namespace {

// down.<store>.<kind>.<id>, down.<store>.settings, all.product.<id>
struct Address {
  std::string store, kind, id;
};
Address address_of(const std::string& subject) {
  std::vector<std::string> tokens(1);
  for (char c : subject) c == '.' ? tokens.emplace_back() : tokens.back() += c, void();
  if (tokens.size() == 3 && tokens[0] == "all") return {"", tokens[1], tokens[2]};
  if (tokens.size() == 3 && tokens[0] == "down") return {tokens[1], tokens[2], ""};
  if (tokens.size() == 4 && tokens[0] == "down") return {tokens[1], tokens[2], tokens[3]};
  return {};
}

class Page {
 public:
  Page(Session& session, const sync::SigningKey& key, Instant now)
      : session_(session), key_(key), now_(now) {}

  DownPage read(int64_t limit);

 private:
  void read_marks(int64_t limit);
  void add_stock();
  void add_products();
  void add_prices();
  void add_settings();
  void add_promotions();
  void add_gift_cards();
  void add_acks();
  void add_forks();
  const sync::Covers& covers(const std::string& store);
  std::vector<const DownMark*> of_kind(const std::string& kind) const;
  void send(const std::string& stream, const std::string& subject, std::string body,
            const std::string& message_id = "") {
    page_.first.push_back({stream, subject, message_id, std::move(body), ""});
  }
  void send_late(const std::string& subject, std::string body, const std::string& generation = "") {
    page_.late.push_back({"DOWN", subject, "", std::move(body), generation});
  }
  template <class Answer>
  std::string sealed(Answer answer, const Address& to) const {
    answer.key = key_.id;
    answer.signature =
        sync::base64(sync::sign(key_, sync::digest(sync::signed_members(answer, to.store, to.id))));
    return sync::encode(answer);
  }

  Session& session_;
  const sync::SigningKey& key_;
  const Instant now_;
  DownPage page_;
  std::map<std::string, sync::Covers> covers_;  // by store
};

DownPage Page::read(int64_t limit) {
  const Snapshot snapshot(session_);
  read_marks(limit);
  add_products();
  add_prices();
  add_settings();
  add_promotions();
  add_gift_cards();
  add_stock();
  add_acks();
  add_forks();
  return std::move(page_);
}

void Page::read_marks(int64_t limit) {
  for (int64_t late : {0, 1}) {
    const auto rows = session_.query(
        "SELECT subject, detail, seq, version FROM down_mark WHERE late = $1 "
        "ORDER BY subject, detail LIMIT $2",
        {late, limit});
    for (const auto& row : rows)
      page_.marks.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3), late == 1});
    if (static_cast<int64_t>(rows.size()) == limit) return;
  }
}

std::vector<const DownMark*> Page::of_kind(const std::string& kind) const {
  std::vector<const DownMark*> found;
  for (const auto& mark : page_.marks)
    if (address_of(mark.subject).kind == kind) found.push_back(&mark);
  return found;
}

const sync::Covers& Page::covers(const std::string& store) {
  auto [at, fresh] = covers_.try_emplace(store);
  if (fresh) at->second = covers_of(session_, store, now_);
  return at->second;
}

void Page::add_stock() {
  std::vector<Cells> wanted;
  for (const auto* mark : of_kind("stock")) {
    const auto to = address_of(mark->subject);
    wanted.push_back({to.store, to.id});
  }
  for (const auto& row : look_up(session_,
                                 "SELECT store, product_id, on_hand, version FROM stock "
                                 "WHERE (store, product_id)",
                                 wanted)) {
    const std::string store = row.text(0), product = row.text(1);
    const sync::Stock stock{product, row.integer(2), row.integer(3), covers(store)};
    send("DOWN", "down." + store + ".stock." + product, sync::encode(stock));
    send("EVENTS", "stock.updated",
         R"({"productId":")" + product + R"(","storeId":")" + store + R"(","stock":)" +
             to_text(Quantity{stock.onHand}) + "}",
         "stock/" + store + "/" + product + "/" + std::to_string(stock.version));
  }
}

void Page::add_products() {
  std::vector<Cells> wanted;
  for (const auto* mark : of_kind("product")) wanted.push_back({address_of(mark->subject).id});
  const std::string select = std::string("SELECT ") + kProductColumns + " FROM product WHERE id";
  for (const auto& row : look_up(session_, select, wanted)) {
    const auto product = product_of(row);
    send("DOWNALL", "all.product." + product.productId, sync::encode(product));
  }
}

// All prices of the product, the newest last: that one stays on the subject; a pull has the others.
void Page::add_prices() {
  for (const auto* mark : of_kind("price")) {
    const auto to = address_of(mark->subject);
    for (const auto& row : session_.query(std::string("SELECT ") + kPriceColumns +
                                              " FROM price WHERE store = $1 AND product_id = $2 "
                                              "ORDER BY version",
                                          {to.store, to.id}))
      send("DOWN", mark->subject, sync::encode(price_of(row)));
  }
}

void Page::add_settings() {
  for (const auto* mark : of_kind("settings")) {
    const auto settings = settings_of(session_, address_of(mark->subject).store);
    if (settings) send("DOWN", mark->subject, sync::encode(*settings));
  }
}

void Page::add_promotions() {
  for (const auto* mark : of_kind("promotion")) {
    const auto to = address_of(mark->subject);
    for (const auto& row : session_.query(
             std::string("SELECT ") + kPromotionColumns + " FROM promotion WHERE id = $1", {to.id}))
      send("DOWN", mark->subject, sync::encode(promotion_of(row, to.store)));
  }
}

void Page::add_gift_cards() {
  for (const auto* mark : of_kind("gift")) {
    const auto to = address_of(mark->subject);
    if (const auto card = gift_card_for(session_, to.store, to.id, now_))
      send("DOWN", mark->subject, sync::encode(*card));
  }
}

void Page::add_acks() {
  std::vector<Cells> wanted;
  for (const auto* mark : of_kind("ack")) {
    const auto to = address_of(mark->subject);
    wanted.push_back({to.store, to.id, mark->detail});
  }
  if (wanted.empty()) return;
  const std::string generation = meta(session_, "generation");
  for (const auto& row : look_up(session_,
                                 "SELECT store, till, epoch, mark, head, changed_ms FROM chain "
                                 "WHERE (store, till, epoch)",
                                 wanted)) {
    sync::Ack ack;
    ack.epoch = row.text(2);
    ack.seq = row.integer(3);
    ack.hash = row.text(4);
    ack.appliedAt = to_iso({row.integer(5)});
    const Address to{row.text(0), "ack", row.text(1)};
    send_late("down." + to.store + ".ack." + to.id, sealed(ack, to), generation);
  }
}

void Page::add_forks() {
  for (const auto* mark : of_kind("fork")) {
    const auto to = address_of(mark->subject);
    const auto held = session_.query(
        "SELECT hash FROM chain_row WHERE store = $1 AND till = $2 AND epoch = $3 AND seq = $4",
        {to.store, to.id, mark->detail, mark->seq});
    if (held.empty() && mark->seq != 0) continue;
    sync::Fork fork;
    fork.epoch = mark->detail;
    fork.seq = mark->seq;
    fork.hash = held.empty() ? sync::kZeroHash : held[0].text(0);
    send_late(mark->subject, sealed(fork, to));
  }
}

}  // namespace

DownPage next_down(Session& session, const sync::SigningKey& key, Instant now, int64_t limit) {
  return Page(session, key, now).read(limit);
}

void clear_down(Session& session, const DownPage& page) {
  std::vector<Cells> rows;
  for (const auto& mark : page.marks) rows.push_back({mark.subject, mark.detail, mark.version});
  look_up(session, "DELETE FROM down_mark WHERE (subject, detail, version)", rows);
}

EventPage next_events(Session& session, int64_t limit) {
  EventPage page;
  for (const auto& row : session.query(
           "SELECT id, subject, msg_id, body FROM event_outbox ORDER BY id LIMIT $1", {limit})) {
    page.ids.push_back(row.integer(0));
    const std::string bodies = row.text(3);
    int n = 0;
    for (size_t at = 0; at < bodies.size();) {
      const auto end = std::min(bodies.find('\n', at), bodies.size());
      page.messages.push_back({"EVENTS", row.text(1), row.text(2) + "/" + std::to_string(++n),
                               bodies.substr(at, end - at), ""});
      at = end + 1;
    }
  }
  return page;
}

void clear_events(Session& session, const EventPage& page) {
  std::vector<Cells> rows;
  for (int64_t id : page.ids) rows.push_back({id});
  look_up(session, "DELETE FROM event_outbox WHERE id", rows);
}

}  // namespace pos::central
