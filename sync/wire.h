// The JSON contract (docs/wire.md). Only wire_json.h, which the wire_*.cpp share, has cereal. Bytes
// that come in are hostile: every decode checks the size first, refuses NUL, bad UTF-8 and NaN,
// parses without recursion, checks every range and id, and returns nullopt instead of throwing.
// Only int32_t, int64_t, uint64_t, bool and string are on the wire; an absent optional member has
// its default.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/ids.h"
#include "pos/item.h"
#include "pos/journal.h"

namespace pos::sync {

inline constexpr size_t kMaxRowBytes = 64 * 1024;      // a journal row's body
inline constexpr size_t kMaxAnswerBytes = 200 * 1024;  // anything else; the servers cut at 256 KiB

// Bounds of amounts: what one line, tender or sale may come to, and what a shift or a till may. No
// sum over the lines of one row overflows.
inline constexpr int64_t kMaxAmountMinor = 1'000'000'000'000'000;
inline constexpr int64_t kMaxTotalMinor = 4'000'000'000'000'000'000;

// Where a row stands: in front of what it says.
struct Place {
  std::string store, till;
  std::string epoch;  // 16 hex digits
  int64_t seq = 0;    // 1, 2, 3 … per epoch
  std::string prev;   // 64 hex digits
  bool operator==(const Place&) const = default;
};

// The row's body, in the contract's order of members. Never fails: what cannot be sent was refused
// at Register's door.
std::string encode(const Place&, const Fact&);
// With the receipt's number that the sale gets in its commit, without a copy of the sale.
std::string encode(const Place&, const Fact&, const std::string& receipt);
struct Row {
  int32_t version = 0;
  std::string type;  // "product.sold", "shift.opened" …
  Place place;
  Fact fact;
};
std::optional<Row> decode_row(std::string_view body);
// Only place and transactionId, for a row whose type or contents are not understood.
struct Envelope {
  Place place;
  std::string type;
  std::string transaction_id;
};
std::optional<Envelope> decode_envelope(std::string_view body);
// "product.sold", "shift.opened", "shift.closed", "cash.moved", "sale.voided", "drawer.opened",
// "till.noted", "gift.issued", "gift.redeemed"
const char* type_of(const Fact&);

// SHA-256 (hex) of the body without its top-level members epoch, seq and prev: *same contents*
// means the same contentHash. The other members' own bytes, in their order, joined by commas, in
// braces. nullopt if the body is not one JSON object.
std::optional<std::string> content_hash(std::string_view body);

// The body with another epoch, seq and prev; every other byte and the order of members stay.
// nullopt if it has not these three members.
std::optional<std::string> rechained(std::string_view body, const std::string& epoch, int64_t seq,
                                     const std::string& prev);

// A row as it is kept and sent: these exact bytes, for ever.
struct SealedRow {
  int64_t id = 0;  // place in the till's own journal; not on the wire
  std::string type, transaction_id;
  std::string epoch;
  int64_t seq = 0;
  std::string body;
  std::string hash;       // hex
  std::string key_id;     // 16 hex
  std::string signature;  // base64 of Ed25519 over the 32 hash bytes
};
// "product.sold.s1.till1" for a sale, "till.event.s1.till1" for anything else.
std::string subject_of(const SealedRow&, std::string_view store, std::string_view till);
// "<store>/<till>/<epoch>/<seq>/<first 16 hex of the hash>/<n>"
std::string message_id(const SealedRow&, std::string_view store, std::string_view till,
                       uint64_t round);
struct MessageId {
  std::string store, till, epoch;
  int64_t seq = 0;
};
std::optional<MessageId> parse_message_id(std::string_view);

// ---- answers of central; `key` is the key id, `signature` base64 (contract 4.12) ----
struct Ack {
  std::string epoch;
  int64_t seq = 0;
  std::string hash, appliedAt, key, signature;
};
std::vector<std::string> signed_members(const Ack&, const std::string& store,
                                        const std::string& till);
std::string encode(const Ack&);
std::optional<Ack> decode_ack(std::string_view);

struct Fork {
  std::string epoch;
  int64_t seq = 0;
  std::string hash, key, signature;
};
std::vector<std::string> signed_members(const Fork&, const std::string& store,
                                        const std::string& till);
std::string encode(const Fork&);
std::optional<Fork> decode_fork(std::string_view);

struct EpochSeq {
  std::string epoch;
  int64_t seq = 0;
};
struct HaveRow {
  std::string till, transactionId, hash;
};
struct Hello {
  std::string generation;  // as last seen; empty at first
  std::vector<EpochSeq> epochs;
  std::vector<HaveRow> have;
  int64_t catalogueVersion = 0;
  std::string app;
};
std::string encode(const Hello&);
std::optional<Hello> decode_hello(std::string_view);

struct EpochHeld {
  std::string epoch;
  int64_t appliedSeq = 0;  // min(mark, asked seq)
  std::string hash;        // the one held at appliedSeq; 64 zeros at 0
  int64_t mark = 0;
};
struct HelloAnswer {
  std::string generation;
  std::vector<EpochHeld> epochs;
  std::vector<std::string> held;  // transaction ids
  std::string lastReceipt;
  int64_t catalogueVersion = 0;
  int64_t officeVersion = 0;  // of the store's prices, settings and promotions; not signed: it only
                              // makes the till ask
  int64_t giftVersion = 0;    // likewise of the gift cards
  int64_t stockVersion = 0;   // likewise the highest of the store's stock
  std::string time, key, signature;
};
// word, store, till, generation, then "epoch appliedSeq hash mark" per epoch, "held" ids joined by
// commas, lastReceipt, catalogueVersion, time.
std::vector<std::string> signed_members(const HelloAnswer&, const std::string& store,
                                        const std::string& till);
std::string encode(const HelloAnswer&);
std::optional<HelloAnswer> decode_hello_answer(std::string_view);

// sync.enrol: a new till shows the one-time code of its bundle and its public key.
struct Enrol {
  std::string code, publicKey, app;  // publicKey: base64 of 32 bytes
};
std::string encode(const Enrol&);
std::optional<Enrol> decode_enrol(std::string_view);
struct EnrolAnswer {
  std::string state;  // "approved", or "refused"
  std::string message, publicKey, key, signature;
};
std::vector<std::string> signed_members(const EnrolAnswer&, const std::string& store,
                                        const std::string& till);
std::string encode(const EnrolAnswer&);
std::optional<EnrolAnswer> decode_enrol_answer(std::string_view);

// ---- projections ----
struct Product {  // down as all.product.<id>; absent members have these defaults
  std::string productId, name;
  std::vector<std::string> codes;
  std::string plu, unit = "each";
  int64_t price = 0;
  int32_t priceScale = 0;
  std::string currency;
  int64_t taxRate = 0;
  std::string category;
  int32_t ageLimit = 0;
  bool openPrice = false;
  std::string deposit, colour;
  int32_t tile = 0;
  std::string picture;
  int64_t version = 0;
  std::string effectiveFrom;
  bool deleted = false;
};
std::string encode(const Product&);
std::optional<Product> decode_product(std::string_view);
// Words for the first thing that is wrong with it, or empty: ids, lengths, ranges, UTF-8.
std::string fault_of(const Product&);

using Covers = std::map<std::string, std::map<std::string, int64_t>>;  // till -> epoch -> seq

struct Stock {  // down.<store>.stock.<id>
  std::string productId;
  int64_t onHand = 0;  // thousandths; may be negative
  int64_t version = 0;
  Covers covers;
};
std::string encode(const Stock&);
std::optional<Stock> decode_stock(std::string_view);

struct PullRequest {
  std::string kind = "product";
  int64_t afterVersion = 0;
  std::string afterId;
  int32_t limit = 200;
};
std::string encode(const PullRequest&);
std::optional<PullRequest> decode_pull_request(std::string_view);
struct PullAnswer {
  std::string kind = "product";
  std::vector<Product> items;  // ascending by (version, productId)
  bool more = false;
  int64_t catalogueVersion = 0;  // complete up to here when !more
};
std::string encode(const PullAnswer&);
std::optional<PullAnswer> decode_pull_answer(std::string_view);

// A pull's page of another kind than products: ascending by (version, id).
template <class T>
struct Page {
  std::string kind;  // "price", "settings", "promotion", "gift"
  std::vector<T> items;
  bool more = false;
  int64_t catalogueVersion = 0;  // of that kind: complete up to here when !more
};

// down.<store>.gift.<card>: what is on a gift card, as central has added up the rows of all stores.
struct GiftCard {
  std::string card, currency;
  int64_t balance = 0;  // minor units; may be negative
  int64_t version = 0;
  Covers covers;  // the rows of the store's tills that it counts
  // The store's sales whose money it counts as taken, newest first, at most kMaxSales: what was
  // claimed in their names is taken no second time.
  std::vector<std::string> sales;
  static constexpr size_t kMaxSales = 200;
};
std::string encode(const GiftCard&);
std::optional<GiftCard> decode_gift_card(std::string_view);
std::string encode(const Page<GiftCard>&);
std::optional<Page<GiftCard>> decode_gift_page(std::string_view);
inline const std::string& id_of(const GiftCard& g) { return g.card; }

struct Beat {  // till.beat, every 10 s
  std::string epoch;
  int64_t seq = 0;
  std::string lastReceipt;
  int64_t pending = 0;
  std::string oldestPendingAt;  // ISO, empty if none
  std::string app, time;
};
std::string encode(const Beat&);
std::optional<Beat> decode_beat(std::string_view);

// What a stream answers to a publish.
struct PubAck {
  std::string stream, domain, error;
  int64_t seq = 0;
  int32_t error_code = 0;
  bool duplicate = false;
};
std::optional<PubAck> decode_pub_ack(std::string_view);

// What the JetStream API answers to a request; members that this answer does not have are empty.
struct ApiAnswer {
  int32_t error_code = 0;  // JetStream's err_code; 0: it was done
  std::string error;
  std::string name;      // of a consumer that was made
  std::string created;   // of a stream or consumer
  int64_t last_seq = 0;  // of a stream
};
std::optional<ApiAnswer> decode_api_answer(std::string_view);

}  // namespace pos::sync
