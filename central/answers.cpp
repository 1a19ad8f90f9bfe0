#include "central/answers.h"

#include <algorithm>
#include <map>
#include <set>

#include "central/books.h"
#include "central/gift_books.h"
#include "central/missing_receipts.h"
#include "central/office_books.h"
#include "central/snapshot.h"

namespace pos::central {
namespace {

constexpr const char* kRevoked =
    "this till was revoked. It goes on selling and keeps every row; central takes none until it is "
    "registered again (leaftill-central till add) and restored with its new bundle";
constexpr size_t kMaxEpochs = 200;
constexpr size_t kMaxHave = 500;
constexpr int32_t kMaxPage = 200;
constexpr size_t kMaxPageBytes = 100 * 1024;

struct KnownTill {
  std::string state, last_receipt, enrol_code_hash;
  bool usable() const { return state != "revoked"; }
};

std::optional<KnownTill> known_till(Session& session, const Asker& asker, bool lock = false) {
  const std::string sql =
      "SELECT state, last_receipt, enrol_code_hash FROM till WHERE store = $1 AND till = $2";
  const auto rows = session.query(lock && session.is_postgres() ? sql + " FOR UPDATE" : sql,
                                  {asker.store, asker.till});
  if (rows.empty()) return {};
  return KnownTill{rows[0].text(0), rows[0].text(1), rows[0].text(2)};
}

bool has_key(Session& session, const Asker& asker, const std::string& key_id = "") {
  return !session
              .query(
                  "SELECT 1 FROM till_key WHERE store = $1 AND till = $2 AND revoked = 0 AND ($3 = "
                  "'' OR key_id = "
                  "$3)",
                  {asker.store, asker.till, key_id})
              .empty();
}

template <class Answer>
std::string sealed(Answer answer, const sync::SigningKey& key, const Asker& to) {
  answer.key = key.id;
  answer.signature =
      sync::base64(sync::sign(key, sync::digest(sync::signed_members(answer, to.store, to.till))));
  return sync::encode(answer);
}

// appliedSeq = min(mark, asked); the hash is the one held there.
std::vector<sync::EpochHeld> epochs_held(Session& session, const Asker& asker,
                                         const std::vector<sync::EpochSeq>& asked) {
  std::vector<Cells> wanted;
  for (const auto& e : asked) wanted.push_back({asker.store, asker.till, e.epoch});
  std::map<std::string, std::pair<int64_t, std::string>> marks;
  for (const auto& row :
       look_up(session, "SELECT epoch, mark, head FROM chain WHERE (store, till, epoch)", wanted))
    marks[row.text(0)] = {row.integer(1), row.text(2)};
  std::vector<sync::EpochHeld> held;
  for (const auto& e : asked) {
    const auto& [mark, head] = marks[e.epoch];
    sync::EpochHeld h{e.epoch, std::min(mark, e.seq), sync::kZeroHash, mark};
    if (h.appliedSeq == mark && mark > 0) {
      h.hash = head;
    } else if (h.appliedSeq > 0) {
      const auto rows = session.query(
          "SELECT hash FROM chain_row WHERE store = $1 AND till = $2 AND epoch = $3 AND seq = $4",
          {asker.store, asker.till, e.epoch, h.appliedSeq});
      if (!rows.empty()) h.hash = rows[0].text(0);
    }
    held.push_back(std::move(h));
  }
  return held;
}

// Which of the neighbours' rows are here: by id where they took effect, by hash where they were set
// aside, signed but not understood.
std::vector<std::string> ids_held(Session& session, const Asker& asker,
                                  const std::vector<sync::HaveRow>& have) {
  std::vector<Cells> ids, hashes;
  for (const auto& row : have) {
    ids.push_back({row.transactionId, asker.store, row.till});
    hashes.push_back({row.hash});
  }
  std::set<std::pair<std::string, std::string>> known;
  for (const auto& row : look_up(session,
                                 "SELECT till, transaction_id FROM journal_row "
                                 "WHERE (transaction_id, store, till)",
                                 ids))
    known.insert({row.text(0), row.text(1)});
  std::set<std::string> aside;
  for (const auto& row :
       look_up(session,
               "SELECT hash FROM quarantine WHERE reason IN ('not_understood', 'refused') "
               "AND hash",
               hashes))
    aside.insert(row.text(0));
  std::vector<std::string> held;
  for (const auto& row : have)
    if (known.contains({row.till, row.transactionId}) || aside.contains(row.hash))
      held.push_back(row.transactionId);
  return held;
}

// The last number that a product took; others take numbers of the same counter.
int64_t product_version(Session& session) {
  const std::string own = meta(session, "product_version");
  return own.empty() ? meta_number(session, "catalogue_version") : std::stoll(own);
}

// As many rows as a page holds, in the order of (version, id); `to_item` makes each.
template <class Answer, class Rows, class ToItem>
std::string page_of(Answer page, const sync::PullRequest& request, const Rows& rows,
                    ToItem to_item) {
  const int64_t limit = std::clamp(request.limit, 1, kMaxPage);
  size_t bytes = 0;
  for (const auto& row : rows) {
    auto item = to_item(row);
    bytes += sync::encode(item).size();
    page.more = static_cast<int64_t>(page.items.size()) == limit ||
                (bytes > kMaxPageBytes && !page.items.empty());
    if (page.more) break;
    page.items.push_back(std::move(item));
  }
  return sync::encode(page);
}

// In each of these the version that is complete is read before the rows: what is added in between
// is then asked for once more, never skipped.
std::string product_page(Session& session, const sync::PullRequest& r) {
  sync::PullAnswer page;
  page.catalogueVersion = product_version(session);
  const auto rows =
      session.query(std::string("SELECT ") + kProductColumns +
                        " FROM product WHERE version > $1 OR (version = $1 AND id > $2) "
                        "ORDER BY version, id LIMIT $3",
                    {r.afterVersion, r.afterId, std::clamp(r.limit, 1, kMaxPage) + int64_t{1}});
  return page_of(std::move(page), r, rows, product_of);
}

std::string price_page(Session& session, const Asker& asker, const sync::PullRequest& r) {
  sync::Page<sync::Price> page{r.kind, {}, false, office_version(session, asker.store)};
  const auto rows = session.query(
      std::string("SELECT ") + kPriceColumns +
          " FROM price WHERE store = $1 AND (version > $2 OR (version = $2 AND product_id > $3)) "
          "ORDER BY version, product_id LIMIT $4",
      {asker.store, r.afterVersion, r.afterId, std::clamp(r.limit, 1, kMaxPage) + int64_t{1}});
  return page_of(std::move(page), r, rows, price_of);
}

std::string promotion_page(Session& session, const Asker& asker, const sync::PullRequest& r) {
  sync::Page<sync::OfferedPromotion> page{r.kind, {}, false, office_version(session, asker.store)};
  const auto rows =
      session.query(std::string("SELECT ") + kPromotionColumns +
                        " FROM promotion WHERE version > $1 OR (version = $1 AND id > $2) "
                        "ORDER BY version, id LIMIT $3",
                    {r.afterVersion, r.afterId, std::clamp(r.limit, 1, kMaxPage) + int64_t{1}});
  return page_of(std::move(page), r, rows,
                 [&](const ResultRow& row) { return promotion_of(row, asker.store); });
}

std::string settings_page(Session& session, const Asker& asker, const sync::PullRequest& r) {
  sync::Page<sync::Settings> page{r.kind, {}, false, office_version(session, asker.store)};
  const auto settings = settings_of(session, asker.store);
  if (settings && settings->version > r.afterVersion) page.items.push_back(*settings);
  return sync::encode(page);
}

// A balance and what it counts are of one moment.
std::string gift_page(Session& session, const Asker& asker, const sync::PullRequest& r,
                      Instant now) {
  const Snapshot snapshot(session);
  sync::Page<sync::GiftCard> page{r.kind, {}, false, gift_version(session)};
  const auto cards = gift_cards_for(session, asker.store, r.afterVersion, r.afterId,
                                    std::clamp(r.limit, 1, kMaxPage), now);
  return page_of(std::move(page), r, cards, [](const sync::GiftCard& card) { return card; });
}

std::string approve(Session& session, const Asker& asker, const sync::Enrol& enrol,
                    const std::string& key_id, Instant now) {
  session.execute(
      "UPDATE till SET state = 'approved', public_key = $3, key_id = $4, enrol_code_hash = '', "
      "approved_at = $5, app = $6 WHERE store = $1 AND till = $2",
      {asker.store, asker.till, enrol.publicKey, key_id, to_iso(now), enrol.app});
  session.execute(
      "INSERT INTO till_key (store, till, key_id, public_key, since) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (store, till, key_id) DO UPDATE SET revoked = 0",
      {asker.store, asker.till, key_id, enrol.publicKey, to_iso(now)});
  session.execute(
      "UPDATE problem SET resolved_at = $3 WHERE kind = 'unknown_key' AND store = $1 AND till = $2 "
      "AND resolved_at = ''",
      {asker.store, asker.till, to_iso(now)});
  return "approved";
}

// To whatever it asks, so that its cashier hears why nothing gets confirmed any more.
std::string revoked(Session& session, const sync::SigningKey& key, const Asker& asker) {
  sync::EnrolAnswer answer;
  answer.state = "refused";
  answer.message = kRevoked;
  answer.publicKey = session
                         .query("SELECT public_key FROM till WHERE store = $1 AND till = $2",
                                {asker.store, asker.till})
                         .at(0)
                         .text(0);
  return sealed(std::move(answer), key, asker);
}

}  // namespace

std::optional<std::string> answer_hello(Session& session, const sync::SigningKey& key,
                                        const Asker& asker, const std::string& body, Instant now) {
  auto hello = sync::decode_hello(body);
  if (!hello) return {};
  const Snapshot snapshot(session);
  const auto till = known_till(session, asker);
  if (till && !till->usable()) return revoked(session, key, asker);
  if (!till || !has_key(session, asker)) return {};
  hello->epochs.resize(std::min(hello->epochs.size(), kMaxEpochs));
  hello->have.resize(std::min(hello->have.size(), kMaxHave));
  sync::HelloAnswer answer;
  answer.generation = meta(session, "generation");
  answer.epochs = epochs_held(session, asker, hello->epochs);
  answer.held = ids_held(session, asker, hello->have);
  answer.lastReceipt = till->last_receipt;
  answer.catalogueVersion = product_version(session);
  answer.officeVersion = office_version(session, asker.store);
  answer.giftVersion = gift_version(session);
  answer.stockVersion = stock_version(session, asker.store);
  answer.time = to_iso(now);
  return sealed(std::move(answer), key, asker);
}

std::optional<std::string> answer_enrol(Session& session, const sync::SigningKey& key,
                                        const Asker& asker, const std::string& body, Instant now,
                                        bool& approved) {
  approved = false;
  const auto enrol = sync::decode_enrol(body);
  const auto raw = enrol ? sync::unbase64(enrol->publicKey) : std::nullopt;
  if (!raw || raw->size() != 32) return {};
  const std::string id = sync::key_id(*raw);
  sync::EnrolAnswer answer;
  answer.state = "refused";
  answer.publicKey = enrol->publicKey;
  session.begin();
  const auto till = known_till(session, asker, true);
  if (!till) {
    answer.message = "this till is not registered: leaftill-central till add";
  } else if (!till->usable()) {
    answer.message = kRevoked;
  } else if (has_key(session, asker, id)) {
    answer.state = "approved";  // it did not hear the first answer
  } else if (!till->enrol_code_hash.empty() &&
             sync::equal_secret(till->enrol_code_hash, sync::hex(sync::sha256(enrol->code)))) {
    answer.state = approve(session, asker, *enrol, id, now);
    approved = true;
  } else {
    answer.message = "the one-time code is wrong or used up: make a new bundle with till add";
  }
  session.commit();
  return sealed(std::move(answer), key, asker);
}

std::optional<std::string> answer_pull(Session& session, const Asker& asker,
                                       const std::string& body, Instant now) {
  const auto request = sync::decode_pull_request(body);
  if (!request) return {};
  const auto till = known_till(session, asker);
  if (!till || !till->usable()) return {};
  if (request->kind == "product") return product_page(session, *request);
  if (request->kind == "price") return price_page(session, asker, *request);
  if (request->kind == "settings") return settings_page(session, asker, *request);
  if (request->kind == "promotion") return promotion_page(session, asker, *request);
  if (request->kind == "gift") return gift_page(session, asker, *request, now);
  return {};
}

void keep_beats(Session& session, const std::vector<HeardBeat>& beats) {
  session.begin();
  for (const auto& [from, beat, heard_at] : beats) {
    const auto its_clock = parse_iso(beat.time);
    const int64_t skew_ms = its_clock ? its_clock->unix_ms - heard_at.unix_ms : 0;
    session.execute(
        "UPDATE till SET last_seen_at = $3, epoch = $4, seq = $5, beat_receipt = $6, pending = $7, "
        "oldest_pending_at = $8, app = $9, clock_skew_ms = $10 WHERE store = $1 AND till = $2",
        {from.store, from.till, to_iso(heard_at), beat.epoch, beat.seq, beat.lastReceipt,
         beat.pending, beat.oldestPendingAt, beat.app, skew_ms});
    told_receipt(session, from.store, from.till, beat.lastReceipt);
  }
  session.commit();
}

}  // namespace pos::central
