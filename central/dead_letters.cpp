#include "central/dead_letters.h"

#include <nlohmann/json.hpp>

#include "central/reconciler.h"
#include "central/refused.h"
#include "pos/receipt.h"
#include "sync/seal.h"

namespace pos::central {
namespace {

constexpr size_t kLeastHash = 8, kWholeHash = 64;

#define LEAFTILL_DEAD_LETTER                                                             \
  "SELECT reason, hash, store, till, epoch, seq, transaction_id, headers, body, times, " \
  "received_at FROM quarantine "

DeadLetter letter_of(const ResultRow& row) {
  DeadLetter d;
  d.reason = row.text(0);
  d.hash = row.text(1);
  d.store = row.text(2);
  d.till = row.text(3);
  d.epoch = row.text(4);
  d.seq = row.integer(5);
  d.transaction_id = row.text(6);
  take_headers(d.arrival, sync::unbase64(row.text(7)).value_or(""));
  d.arrival.body = sync::unbase64(row.text(8)).value_or("");
  d.times = row.integer(9);
  d.received_at = row.text(10);
  return d;
}

int64_t times_of(Session& session, const std::string& reason, const std::string& hash) {
  const auto rows =
      session.query("SELECT times FROM quarantine WHERE reason = $1 AND hash = $2", {reason, hash});
  return rows.empty() ? 0 : rows[0].integer(0);
}

bool is_held(Session& session, const DeadLetter& d) {
  const auto contents = sync::content_hash(d.arrival.body);
  return contents &&
         !session
              .query(
                  "SELECT 1 FROM journal_row WHERE store = $1 AND till = $2 AND content_hash = "
                  "$3 AND transaction_id = $4",
                  {d.store, d.till, *contents, d.transaction_id})
              .empty();
}

bool is_waiting(Session& session, const DeadLetter& d) {
  return !session
              .query(
                  "SELECT 1 FROM waiting WHERE store = $1 AND till = $2 AND epoch = $3 AND "
                  "seq = $4 AND body = $5",
                  {d.store, d.till, d.epoch, d.seq, sync::base64(d.arrival.body)})
              .empty();
}

// The reason for which it was set aside in this very try, under whichever name; empty: it was not.
std::string set_aside_for(Session& session, const DeadLetter& d, Instant now) {
  if (times_of(session, d.reason, d.hash) > d.times) return d.reason;
  const std::string own_bytes =
      sync::hex(sync::sha256(headers_text(d.arrival) + "\n" + d.arrival.body));
  const auto rows = session.query(
      "SELECT reason FROM quarantine WHERE hash IN ($1, $2) AND reason <> $3 AND received_at = $4",
      {d.arrival.hash, own_bytes, d.reason, to_iso(now)});
  return rows.empty() ? "" : rows[0].text(0);
}

void forget(Session& session, const DeadLetter& d, Instant now) {
  session.execute("DELETE FROM quarantine WHERE reason = $1 AND hash = $2", {d.reason, d.hash});
  session.execute(
      "UPDATE problem SET resolved_at = $1 WHERE kind = 'quarantined' AND about = $2 AND "
      "resolved_at = ''",
      {to_iso(now), d.hash});
}

// Decides in the try's own transaction, after the reconciler did what it could.
Retried settle(Session& session, const DeadLetter& d, const Reconciled& done, Instant now) {
  const std::string reason = set_aside_for(session, d, now);
  if (reason == d.reason) {
    session.execute("UPDATE quarantine SET times = $3 WHERE reason = $1 AND hash = $2",
                    {d.reason, d.hash, d.times});
    return {Retried::End::stays, reason};
  }
  if (!reason.empty()) return forget(session, d, now), Retried{Retried::End::stays, reason};
  // Only what is seen to be somewhere else leaves: both rooms have a limit, beyond which they drop.
  if (done.effects > 0 || is_held(session, d)) {
    forget(session, d, now);
    return {done.effects > 0 ? Retried::End::took_effect : Retried::End::held, ""};
  }
  if (is_waiting(session, d)) return forget(session, d, now), Retried{Retried::End::waits, ""};
  return {Retried::End::stays, d.reason};
}

}  // namespace

const char* words_of_reason(const std::string& reason) {
  static constexpr std::pair<std::string_view, const char*> kAll[] = {
      {"not_understood",
       "its till signed it, and this version does not know what it says: upgrade central, then "
       "retry"},
      {"refused",
       "its till signed it, and the database refused it: see central's log, mend that, then retry"},
      {"conflict",
       "its till signed it, and another row with the same id is held: look at both; one sale may "
       "be missing in the books"},
      {"bad_signature",
       "it is not signed by the key that it names: somebody else sent it, or it was damaged"},
      {"bad_hash", "its bytes are not those that were signed: it was damaged, or made up"},
      {"wrong_owner", "it speaks for a till that its key does not belong to"},
      {"bad_subject", "it came on a subject that is no till's"},
      {"bad_headers", "its headers are not a row's: another program publishes where tills do"},
      {"too_large", "it is larger than any row may be"},
      {"unproven",
       "it cannot be read, and nothing proves where it belongs: retry once the rows "
       "before it are there"},
  };
  for (const auto& [known, words] : kAll) {
    if (known == reason) return words;
  }
  return "of another version";
}

const char* to_word(Retried::End end) {
  switch (end) {
    case Retried::End::took_effect:
      return "took_effect";
    case Retried::End::held:
      return "held";
    case Retried::End::waits:
      return "waits";
    case Retried::End::stays:
      return "stays";
  }
  return "stays";
}

std::vector<DeadLetter> DeadLetters::list(const std::string& after_reason,
                                          const std::string& after_hash, int64_t limit) {
  std::vector<DeadLetter> all;
  for (const auto& row : database_.session()->query(
           LEAFTILL_DEAD_LETTER "WHERE (reason, hash) > ($1, $2) ORDER BY reason, hash LIMIT $3",
           {after_reason, after_hash, limit})) {
    all.push_back(letter_of(row));
  }
  return all;
}

std::optional<DeadLetter> DeadLetters::find(const std::string& reason, const std::string& hash) {
  const auto rows = database_.session()->query(
      LEAFTILL_DEAD_LETTER "WHERE reason = $1 AND hash = $2", {reason, hash});
  if (rows.empty()) return {};
  return letter_of(rows[0]);
}

DeadLetter DeadLetters::named(const std::string& begins) {
  const bool hex = begins.size() >= kLeastHash && begins.size() <= kWholeHash &&
                   begins.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex) {
    throw Refused(Refused::Why::malformed, "bad_hash",
                  "a dead letter is named by its hash, or by the first 8 digits of it or more");
  }
  const auto rows = database_.session()->query(
      LEAFTILL_DEAD_LETTER "WHERE hash >= $1 AND hash <= $2 ORDER BY reason, hash LIMIT 2",
      {begins, begins + "g"});
  if (rows.empty()) {
    throw Refused(Refused::Why::not_found, "unknown_letter",
                  "there is no dead letter " + begins + ": it may have been taken meanwhile");
  }
  if (rows.size() > 1) {
    throw Refused(Refused::Why::conflict, "ambiguous",
                  "several dead letters begin with " + begins + ": give more of the hash");
  }
  return letter_of(rows[0]);
}

std::optional<Retried> DeadLetters::retry(const std::string& reason, const std::string& hash,
                                          Instant now) {
  auto letter = find(reason, hash);
  if (!letter) return {};
  letter->arrival.last_try = true;  // what is missing before it will not come for its sake
  letter->arrival.again = true;
  std::optional<Retried> ended;
  auto session = database_.session();
  reconcile(*session, {letter->arrival}, now, [&](Session& s, const Reconciled& done) {
    if (times_of(s, reason, hash) == 0) return;  // another hand was quicker
    ended = settle(s, *letter, done, now);
  });
  return ended;
}

std::string export_line(const DeadLetter& d) {
  const auto readable = [](const std::string& text) {
    return valid_utf8(text) && text.find('\0') == std::string::npos;
  };
  nlohmann::ordered_json line = {{"reason", d.reason},
                                 {"hash", d.hash},
                                 {"storeId", d.store},
                                 {"tillId", d.till},
                                 {"epoch", d.epoch},
                                 {"seq", d.seq},
                                 {"transactionId", d.transaction_id},
                                 {"receivedAt", d.received_at},
                                 {"times", d.times}};
  const std::pair<const char*, const std::string*> headers[] = {
      {"Nats-Msg-Id", &d.arrival.message_id},
      {"Leaftill-Hash", &d.arrival.hash},
      {"Leaftill-Key", &d.arrival.key_id},
      {"Leaftill-Signature", &d.arrival.signature},
      {"Leaftill-Till", &d.arrival.till}};
  const auto put = [&](nlohmann::ordered_json& to, const std::string& name,
                       const std::string& value) {
    if (readable(value))
      to[name] = value;
    else
      to[name + "Base64"] = sync::base64(value);
  };
  put(line, "subject", d.arrival.subject);
  line["headers"] = nlohmann::ordered_json::object();
  for (const auto& [name, value] : headers) {
    if (!value->empty()) put(line["headers"], name, *value);
  }
  put(line, "body", d.arrival.body);
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace pos::central
