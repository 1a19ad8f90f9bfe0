#include "sync/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <sstream>

#include "sync/json_members.h"
#include "sync/seal.h"
#include "tests/sync/wire_samples.h"

namespace pos::sync {
namespace {

using Json = nlohmann::ordered_json;

const std::string kGolden = LEAFTILL_SOURCE_DIR "/tests/golden/wire/";

// LEAFTILL_WRITE_GOLDEN=1 writes what is not there yet; what is there is never changed by a test.
std::string golden(const std::string& file, const std::string& fresh) {
  std::ifstream in(kGolden + file, std::ios::binary);
  if (!in && std::getenv("LEAFTILL_WRITE_GOLDEN")) {
    std::ofstream(kGolden + file, std::ios::binary) << fresh;
    return fresh;
  }
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Wire, EveryMessageIsEncodedAndDecodedAsInTheGoldenFilesForEver) {
  for (const Sample& s : wire_samples()) {
    SCOPED_TRACE(s.name);
    const std::string kept = golden(s.name + ".json", s.bytes);
    EXPECT_EQ(kept, s.bytes);
    EXPECT_EQ(s.again(kept), kept);
  }
}

TEST(Wire, EveryFactIsRebuiltFromItsRow) {
  for (const auto& [name, fact] : sample_facts()) {
    SCOPED_TRACE(name);
    const auto row = decode_row(encode(sample_place(), fact));
    ASSERT_TRUE(row);
    EXPECT_EQ(row->place, sample_place());
    EXPECT_EQ(row->type, type_of(fact));
    EXPECT_TRUE(row->fact == fact);
  }
}

TEST(Wire, ANameIsWrittenWithTheShortestEscapesThatJsonHas) {
  TillNoted note = std::get<TillNoted>(sample_facts().back().second);
  note.text = "a\"b\\c/d\b\t\n\f\r\x01\x1f\x7f \xc3\xa9";
  const std::string body = encode(sample_place(), note);
  EXPECT_NE(body.find(R"("text":"a\"b\\c/d\b\t\n\f\r\u0001\u001F)"
                      "\x7f \xc3\xa9\""),
            std::string::npos)
      << body;
}

TEST(Wire, ASalesMembersAreInTheOrderOfTheContract) {
  const Json row = Json::parse(encode(sample_place(), sample_sale()));
  std::vector<std::string> names, line_names;
  for (const auto& [name, value] : row.items()) names.push_back(name);
  for (const auto& [name, value] : row["lines"][0].items()) line_names.push_back(name);
  EXPECT_THAT(names,
              testing::ElementsAre(
                  "version", "type", "kind", "transactionId", "storeId", "tillId", "epoch", "seq",
                  "prev", "receipt", "businessDate", "soldAt", "utcOffset", "shiftId", "cashierId",
                  "approvedBy", "currency", "taxMode", "taxLevel", "lines", "taxes", "tenders",
                  "rounding", "totalAmount", "taxAmount", "customerId", "originalTransactionId"));
  EXPECT_THAT(line_names, testing::ElementsAre("lineId", "productId", "code", "name", "quantity",
                                               "unit", "price", "priceVersion", "discount",
                                               "promotions", "reason", "totalAmount", "taxRate",
                                               "taxAmount", "listId", "originalLineId"));
}

TEST(Wire, OtherRowsLeadWithTheSameMembers) {
  for (const auto& [name, fact] : sample_facts()) {
    if (std::holds_alternative<CompletedSale>(fact)) continue;
    const Json row = Json::parse(encode(sample_place(), fact));
    std::vector<std::string> names;
    for (const auto& [member, value] : row.items()) names.push_back(member);
    names.resize(14);
    EXPECT_THAT(names, testing::ElementsAre("version", "type", "transactionId", "storeId", "tillId",
                                            "epoch", "seq", "prev", "businessDate", "at",
                                            "utcOffset", "shiftId", "cashierId", "approvedBy"))
        << name;
  }
}

TEST(Wire, ABodyIsOneLineWithoutSpaceBetweenItsMembers) {
  for (const Sample& s : wire_samples()) {
    EXPECT_EQ(s.bytes.find('\n'), std::string::npos) << s.name;
    EXPECT_EQ(s.bytes, Json::parse(s.bytes).dump()) << s.name;
  }
}

TEST(Wire, UnknownMembersAreSteppedOverForLaterVersions) {
  for (const Sample& s : wire_samples()) {
    Json json = Json::parse(s.bytes);
    json["later"] = {{"deep", {1, 2, {{"x", nullptr}}}}, {"d", 1.5}};
    EXPECT_EQ(s.again(json.dump()), s.bytes) << s.name;
  }
}

// ---- hostile bytes ----

TEST(WireHostile, AGiftCardWithOneValueOutOfRangeIsRefused) {
  const std::vector<std::pair<const char*, Json>> wrong = {{"/card", ""},
                                                           {"/card", "G.1"},
                                                           {"/card", "*"},
                                                           {"/card", std::string(33, 'G')},
                                                           {"/currency", ""},
                                                           {"/currency", "euro"},
                                                           {"/version", 0},
                                                           {"/balance", INT64_MIN},
                                                           {"/covers/till1/9f3c0123456789ab", -1},
                                                           {"/covers/till 1", Json::object()},
                                                           {"/sales/0", "no id"},
                                                           {"/sales", Json::array({7})}};
  const Json good = Json::parse(
      R"({"card":"G-1","currency":"EUR","balance":-5,"version":1,"covers":{"till1":{"9f3c0123456789ab":1}},"sales":["0193a1c2-0000-7000-8000-000000000000"]})");
  ASSERT_TRUE(decode_gift_card(good.dump()));
  for (const auto& [path, value] : wrong) {
    Json bad = good;
    bad[Json::json_pointer(path)] = value;
    EXPECT_FALSE(decode_gift_card(bad.dump())) << path << " = " << value;
  }
  Json many = good;
  for (size_t i = 0; i < GiftCard::kMaxSales; ++i) many["sales"].push_back(many["sales"][0]);
  EXPECT_FALSE(decode_gift_card(many.dump()));
}

TEST(WireHostile, AMessageCutAnywhereOrWithMoreBehindItIsRefused) {
  for (const Sample& s : wire_samples()) {
    for (size_t n = 0; n < s.bytes.size(); ++n) {
      ASSERT_FALSE(s.again(s.bytes.substr(0, n))) << s.name << " cut at " << n;
    }
    for (const char* more : {"x", "{}", ",", "}", "\\", "/* */"}) {
      EXPECT_FALSE(s.again(s.bytes + more)) << s.name << more;
    }
    EXPECT_FALSE(s.again(s.bytes + std::string(1, '\0'))) << s.name;
    EXPECT_FALSE(s.again("\xEF\xBB\xBF" + s.bytes)) << s.name;
    EXPECT_FALSE(s.again("[" + s.bytes + "]")) << s.name;
  }
}

bool office_may_lack(const std::string& message, const std::string& name) {
  static const std::map<std::string, std::set<std::string>> needed = {
      {"price", {"productId", "price", "version"}},
      {"price.plain", {"productId", "price", "version"}},
      {"settings", {"version"}},
      {"settings.plain", {"version"}},
      {"promotion", {"id", "name", "version"}},  // a withdrawn one
      {"promotion.plain", {"id", "name", "version", "parts", "price"}},
      {"gift", {"card", "currency", "balance", "version", "covers"}}};
  const auto it = needed.find(message);
  if (name == "officeVersion" || name == "giftVersion" || name == "stockVersion" ||
      name == "saleId")
    return true;
  return it != needed.end() && !it->second.contains(name);
}

TEST(WireHostile, AMissingMemberIsRefusedUnlessItMayBeAbsent) {
  const std::set<std::string> rare = {
      "codes",    "plu",       "unit",          "price",      "priceScale",  "currency",
      "taxRate",  "category",  "ageLimit",      "openPrice",  "deposit",     "colour",
      "tile",     "picture",   "effectiveFrom", "deleted",    "in",          "out",
      "rounding", "cashMoved", "counts",        "forkedFrom", "nextReceipt", "pruned"};
  const std::set<std::string> of_returns = {"originalReceipt", "returns", "returned"};
  for (const Sample& s : wire_samples()) {
    const Json json = Json::parse(s.bytes);
    for (const auto& [name, value] : json.items()) {
      Json less = json;
      less.erase(name);
      const bool has_rare = s.name.starts_with("product") || s.name.starts_with("row.cash") ||
                            s.name.starts_with("row.shift.closed") ||
                            s.name.starts_with("row.till.noted");
      const bool may = (has_rare && rare.contains(name)) || of_returns.contains(name) ||
                       office_may_lack(s.name, name);
      EXPECT_EQ(s.again(less.dump()).has_value(), may) << s.name << " without " << name;
    }
  }
}

TEST(WireHostile, AMemberOfAnotherTypeIsRefused) {
  for (const Sample& s : wire_samples()) {
    const Json json = Json::parse(s.bytes);
    for (const auto& [name, value] : json.items()) {
      for (const Json& wrong : {Json(nullptr), Json(1.5), Json(true), Json("no"), Json(-1),
                                Json::array(), Json::array({1}), Json::object(), Json(1e300)}) {
        if (wrong.type() == value.type()) continue;
        if (wrong.is_number_integer() && value.is_number_integer()) continue;
        // A list there has no names, so it covers nothing: shown stock stays low, which is safe.
        if (name == "covers" && wrong.is_array()) continue;
        Json bad = json;
        bad[name] = wrong;
        EXPECT_FALSE(s.again(bad.dump())) << s.name << " with " << name << " = " << wrong;
      }
    }
  }
}

TEST(WireHostile, NumbersBeyondTheirBoundsAreRefused) {
  for (const Sample& s : wire_samples()) {
    const Json json = Json::parse(s.bytes);
    for (const auto& [name, value] : json.items()) {
      if (!value.is_number_integer()) continue;
      for (const char* huge :
           {"18446744073709551615", "99999999999999999999999999", "1e400", "-9223372036854775809",
            "NaN", "Infinity", "-Infinity", "01", "+1"}) {
        const std::string key = "\"" + name + "\":";
        std::string bad = s.bytes;
        const size_t at = bad.find(key) + key.size();
        bad.replace(at, bad.find_first_of(",}", at) - at, huge);
        EXPECT_FALSE(s.again(bad)) << s.name << " with " << name << " = " << huge;
      }
    }
  }
}

Json sale_json() { return Json::parse(encode(sample_place(), sample_sale())); }

TEST(WireHostile, ASaleWithOneValueOutOfRangeIsRefused) {
  const std::vector<std::pair<const char*, Json>> wrong = {
      {"/version", 2},
      {"/version", 0},
      {"/type", "product.unsold"},
      {"/kind", "gift"},
      {"/transactionId", "not-a-uuid"},
      {"/storeId", "s 1"},
      {"/storeId", "hub"},
      {"/storeId", "s1.till1"},
      {"/tillId", "*"},
      {"/epoch", "9f3c"},
      {"/epoch", "9F3C0123456789AB"},
      {"/seq", 0},
      {"/seq", -1},
      {"/prev", ""},
      {"/businessDate", "2026-02-30"},
      {"/soldAt", "2026-11-22 10:15:30"},
      {"/soldAt", "1969-11-22T10:15:30.123Z"},
      {"/utcOffset", "+99:00"},
      {"/cashierId", "Anna Huber"},
      {"/currency", "EURO"},
      {"/receipt", std::string(65, '1')},
      {"/receipt", "a\nb"},
      {"/totalAmount", kMaxAmountMinor + 1},
      {"/totalAmount", -kMaxAmountMinor - 1},
      {"/rounding", INT64_MAX},
      {"/rounding", INT64_MIN},
      {"/lines/0/lineId", 0},
      {"/lines/0/lineId", 3'000'000'000},
      {"/lines/0/productId", ""},
      {"/lines/0/productId", "p\n1"},
      {"/lines/0/name", std::string(201, 'x')},
      {"/lines/0/code", std::string(81, 'x')},
      {"/lines/0/quantity", kMaxQuantityMilli + 1},
      {"/lines/0/price", kMaxPriceMinor + 1},
      {"/lines/0/taxRate", kMaxRatePpm + 1},
      {"/lines/0/taxRate", -1},
      {"/lines/0/priceScale", 7},
      {"/lines/0/originalLineId", -1},
      {"/lines/0/taxAmount", INT64_MAX},
      {"/tenders/0/type", "seashells"},
      {"/tenders/0/amount", INT64_MIN},
      {"/tenders/0/reference", std::string(65, 'x')},
      {"/lines/0", nullptr},
      {"/lines/0", Json::array()},
      {"/lines", "none"},
      {"/originalTransactionId", "s1-till1-A000042"},
  };
  ASSERT_TRUE(decode_row(sale_json().dump()));
  for (const auto& [path, value] : wrong) {
    Json bad = sale_json();
    bad[Json::json_pointer(path)] = value;
    EXPECT_FALSE(decode_row(bad.dump())) << path << " = " << value;
  }
}

TEST(WireHostile, BracketsByTheMillionDoNotEndTheProcess) {
  const std::string deep(1'000'000, '[');
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  for (const Sample& s : wire_samples()) {
    EXPECT_FALSE(s.again(deep));
    EXPECT_FALSE(s.again(objects));
    EXPECT_FALSE(s.again("{\"a\":" + std::string(30'000, '[') + std::string(30'000, ']') + "}"));
  }
  EXPECT_FALSE(decode_pub_ack("{\"a\":" + std::string(30'000, '[')));
}

TEST(WireHostile, NulBadUtf8AndLoneSurrogatesAreRefused) {
  for (const std::string& bad : {std::string("\0", 1), std::string("\\u0000"), std::string("\xff"),
                                 std::string("\xc0\x80"), std::string("\xed\xa0\x80"),
                                 std::string("\\ud800"), std::string("\\x"), std::string("\n")}) {
    std::string body = encode(sample_place(), sample_sale());
    body.insert(body.find("Caf"), bad);
    EXPECT_FALSE(decode_row(body)) << hex(bad);
  }
  // An escaped backslash before u0000 is text, and may be scanned from a label.
  std::string body = encode(sample_place(), sample_sale());
  body.insert(body.find("Caf"), "\\\\u0000");
  EXPECT_TRUE(decode_row(body));
}

TEST(WireHostile, ANameTwiceOrWithAnEscapeIsRefused) {
  const std::string body = encode(sample_place(), sample_sale());
  const std::string rest = body.substr(1);
  EXPECT_FALSE(decode_row("{\"seq\":1," + rest));
  EXPECT_FALSE(decode_row("{\"later\":1,\"later\":2," + rest));
  EXPECT_FALSE(decode_row("{\"s\\u0065q\":1," + rest));
  EXPECT_TRUE(decode_row("{\"later\":1," + rest));
}

TEST(WireHostile, WhatIsTooLongIsRefusedBeforeItIsParsed) {
  Json json = sale_json();
  json["later"] = std::string(kMaxRowBytes - json.dump().size() - 11, 'x');
  ASSERT_EQ(json.dump().size(), kMaxRowBytes);
  EXPECT_TRUE(decode_row(json.dump()));
  EXPECT_FALSE(decode_row(json.dump() + " "));
  EXPECT_FALSE(decode_ack(std::string(kMaxAnswerBytes + 1, ' ')));
}

TEST(WireHostile, RandomDamageIsRefusedOrReadButNeverMore) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (const Sample& s : wire_samples()) {
    for (int i = 0; i < 2000; ++i) {
      std::string bad = s.bytes;
      for (int k = 1 + static_cast<int>(random() % 3); k > 0; --k) {
        const size_t at = random() % bad.size();
        switch (random() % 3) {
          case 0:
            bad[at] = static_cast<char>(random());
            break;
          case 1:
            bad.insert(at, 1, "{}[]\",:0-e\\u"[random() % 12]);
            break;
          default:
            bad.erase(at, 1 + random() % 4);
        }
        if (bad.empty()) bad = "{";
      }
      const auto again = s.again(bad);
      if (again) {
        EXPECT_EQ(s.again(*again), *again) << bad;
      }
    }
  }
}

// ---- envelope, ids, answers of streams ----

TEST(Wire, AnEnvelopeIsReadFromARowOfALaterVersion) {
  Json json = sale_json();
  json["version"] = 9;
  json["type"] = "gift.issued";
  json.erase("lines");
  EXPECT_FALSE(decode_row(json.dump()));
  const auto envelope = decode_envelope(json.dump());
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->place, sample_place());
  EXPECT_EQ(envelope->type, "gift.issued");
  EXPECT_EQ(envelope->transaction_id, sample_sale().header.id.value);
  json["seq"] = "42";
  EXPECT_FALSE(decode_envelope(json.dump()));
}

TEST(Wire, CentralsOwnTillIsCalledApi) {
  Place place = sample_place();
  place.till = "api";
  EXPECT_TRUE(decode_row(encode(place, sample_sale())));
  place.store = "api";
  EXPECT_FALSE(decode_row(encode(place, sample_sale())));
}

TEST(Wire, MembersMayStandInAnyOrderWithOthersBetweenThem) {
  const auto ack = decode_pub_ack(
      R"({"more":{"seq":1,"stream":"X"},"seq":7,"duplicate":true,"domain":"hub","x":[1,[]],"stream":"SALES"})");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->stream + " " + ack->domain + " " + std::to_string(ack->seq), "SALES hub 7");
  EXPECT_TRUE(ack->duplicate);
  const auto plain = decode_pub_ack(R"({"seq":7,"stream":"SALES"})");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->duplicate);
  EXPECT_EQ(plain->domain, "");
  const auto stock = decode_stock(
      R"({"covers":{"till1":{"9f3c0123456789ab":4},"till2":{}},"version":3,"onHand":2,"productId":"p1"})");
  ASSERT_TRUE(stock);
  EXPECT_EQ(stock->covers.at("till1").at("9f3c0123456789ab"), 4);
  EXPECT_TRUE(stock->covers.at("till2").empty());
}

// A value of another kind than it should be is no reason to guess.
TEST(Wire, AMemberOfAnotherKindIsRefused) {
  for (const char* bad :
       {R"({"stream":7,"seq":1})", R"({"stream":"SALES","seq":"1"})",
        R"({"stream":"SALES","seq":1.5})", R"({"stream":"SALES","seq":null})",
        R"({"stream":["SALES"],"seq":1})", R"({"stream":"SALES","seq":9223372036854775808})",
        R"({"stream":"SALES","seq":1,"duplicate":1})", R"({"stream":{},"seq":1})",
        R"({"seq":1,"error":"x"})", R"({"seq":1,"error":[]})",
        R"({"stream":"SALES","seq":0.000000000000000000000000000000000000000})",
        R"({"stream":"SALES","seq":0.00000000000000000000000000000000000e-400})"})
    EXPECT_FALSE(decode_pub_ack(bad)) << bad;
  for (const char* bad :
       {R"({"productId":"p1","onHand":2,"version":3,"covers":[]})",
        R"({"productId":"p1","onHand":2,"version":3,"covers":{"till1":4}})",
        R"({"productId":"p1","onHand":2,"version":3,"covers":{"till1":{"9f3c0123456789ab":"4"}}})",
        R"({"productId":"p1","onHand":2,"version":3})"})
    EXPECT_FALSE(decode_stock(bad)) << bad;
}

TEST(Wire, SubjectAndMessageIdNameTheRow) {
  SealedRow row;
  row.type = "product.sold";
  row.epoch = kEpoch;
  row.seq = 42;
  row.hash = kHashA;
  EXPECT_EQ(subject_of(row, "s1", "till1"), "product.sold.s1.till1");
  EXPECT_EQ(message_id(row, "s1", "till1", 18446744073709551615U),
            "s1/till1/9f3c0123456789ab/42/aaaaaaaaaaaaaaaa/18446744073709551615");
  row.type = "shift.opened";
  EXPECT_EQ(subject_of(row, "s1", "till1"), "till.event.s1.till1");
  const auto id = parse_message_id(message_id(row, "s1", "till1", 7));
  ASSERT_TRUE(id);
  EXPECT_EQ(id->store + id->till + id->epoch, "s1till1" + kEpoch);
  EXPECT_EQ(id->seq, 42);
  for (const char* bad : {"", "/", "s1/till1/9f3c0123456789ab/42/aaaaaaaaaaaaaaaa", "a/b/c/d/e/f",
                          "s1/till1/9f3c0123456789ab/42/aaaaaaaaaaaaaaaa/1/2",
                          "s1/till1/9f3c0123456789ab/-1/aaaaaaaaaaaaaaaa/1",
                          "s1/till1/9f3c0123456789ab/42x/aaaaaaaaaaaaaaaa/1",
                          "s1/till1/9f3c0123456789ab/99999999999999999999/aaaaaaaaaaaaaaaa/1"}) {
    EXPECT_FALSE(parse_message_id(bad)) << bad;
  }
}

TEST(Wire, PubAcksAndTheApisErrorsAreRead) {
  const auto good =
      decode_pub_ack(R"({"stream":"SALES", "domain":"hub", "seq":7,"duplicate": true})");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->stream + good->domain, "SALEShub");
  EXPECT_EQ(good->seq, 7);
  EXPECT_TRUE(good->duplicate);
  const auto missing = decode_api_answer(
      R"({"type":"io.nats.jetstream.api.v1.consumer_create_response","error":{"code":404,"err_code":10059,"description":"stream not found"}})");
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->error_code, 10059);
  EXPECT_EQ(missing->error, "stream not found");
  const auto made = decode_api_answer(
      R"({"type":"t","stream_name":"DOWNLOCAL","name":"NJdIUsXB","created":"2026-11-24T22:22:19.9Z"})");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->error_code, 0);
  EXPECT_EQ(made->name, "NJdIUsXB");
  const auto full = decode_pub_ack(
      R"({"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"},"stream":"SALES","seq":0})");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->error_code, 10077);
  EXPECT_FALSE(decode_pub_ack("+OK"));
  EXPECT_FALSE(decode_pub_ack(R"({"stream":7})"));
}

TEST(Wire, AProductsFirstFaultIsNamed) {
  Product p;
  p.productId = "p1";
  p.name = "Semmel";
  EXPECT_EQ(fault_of(p), "");
  p.productId = "p 1";
  EXPECT_THAT(fault_of(p), testing::HasSubstr("id"));
  p.productId = "p1";
  p.name = "a\x1b[31m";
  EXPECT_THAT(fault_of(p), testing::HasSubstr("name"));
  p.name = "\xff";
  EXPECT_THAT(fault_of(p), testing::HasSubstr("UTF-8"));
  p.name = "Semmel";
  p.price = -1;
  EXPECT_THAT(fault_of(p), testing::HasSubstr("price"));
  p.price = 1;
  p.colour = "red";
  EXPECT_THAT(fault_of(p), testing::HasSubstr("#rrggbb"));
}

// ---- content hash and signed answers: the vectors of docs/wire.md ----

TEST(Wire, SameContentsMeansSameContentHashWhereverTheRowStands) {
  const Fact sale = sample_sale();
  Place other = sample_place();
  other.epoch = "0000000000000002";
  other.seq = 7;
  other.prev = kZeroHash;
  const std::string here = encode(sample_place(), sale), there = encode(other, sale);
  ASSERT_NE(here, there);
  EXPECT_EQ(content_hash(here), content_hash(there));
  CompletedSale changed = sample_sale();
  changed.total.minor += 1;
  EXPECT_NE(content_hash(encode(sample_place(), changed)), content_hash(here));
  // Re-chaining by bytes keeps what a later version wrote, in its order and its spelling.
  EXPECT_EQ(content_hash(R"({"z":1,"epoch":"a","b":[1, 2],"seq":3,"prev":"x"})"),
            hex(sha256(R"({"z":1,"b":[1, 2]})")));
  EXPECT_EQ(content_hash(R"({"seq":1})"), hex(sha256("{}")));
  EXPECT_NE(content_hash(R"({"a":{"seq":1}})"), content_hash(R"({"a":{"seq":2}})"));
  for (const char* bad : {"", "[]", "{", R"({"a":1}x)", R"({"a"})", R"({"a":1,})", R"({"seq":})"}) {
    EXPECT_FALSE(content_hash(bad)) << bad;
  }
}

template <class T>
std::string vector_line(const char* name, const T& answer) {
  const std::string d = digest(signed_members(answer, "s1", "till1"));
  const SigningKey key = *signing_key(std::string(32, 'c'));
  return std::string(name) + " digest " + hex(d) + " signature " + base64(sign(key, d)) + "\n";
}

TEST(Wire, HashesAndSignaturesAreThoseOfTheVectorsFile) {
  const SigningKey key = *signing_key(std::string(32, 'c'));
  std::string lines = "central public " + base64(key.public_key) + " key " + key.id + "\n";
  std::string prev = kZeroHash;
  for (const Sample& s : wire_samples()) {
    if (s.name.starts_with("row.")) {
      lines += s.name + " contentHash " + content_hash(s.bytes).value() + " hash " +
               hex(row_hash(unhex(kHashA).value(), s.bytes)) + "\n";
    } else if (s.name == "ack") {
      lines += vector_line("ack", decode_ack(s.bytes).value());
    } else if (s.name == "fork") {
      lines += vector_line("fork", decode_fork(s.bytes).value());
    } else if (s.name == "hello.answer") {
      lines += vector_line("hello.answer", decode_hello_answer(s.bytes).value());
    } else if (s.name == "enrol.answer") {
      lines += vector_line("enrol.answer", decode_enrol_answer(s.bytes).value());
    }
  }
  EXPECT_EQ(golden("vectors.txt", lines), lines);
}

}  // namespace
}  // namespace pos::sync
