// The HTTP interface over real sockets, without a hub.
#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>

#include "central/web/api.h"
#include "sync/seal.h"
#include "tests/central/desk_fixture.h"
#include "tests/central/rows.h"

namespace pos::central {
namespace {

using nlohmann::json;

constexpr const char* kToken = "0123456789abcdef0123456789abcdef";

class Web : public DeskTest {
 protected:
  Web() { client_.set_bearer_token_auth(kToken); }

  struct Answer {
    int status = 0;
    json body;
    httplib::Headers headers;
    std::string code() const { return body.is_object() ? body.value("code", "") : ""; }
  };
  static Answer answer(const httplib::Result& result) {
    if (!result) return {0, to_string(result.error()), {}};
    return {result->status, json::parse(result->body, nullptr, false), result->headers};
  }
  Answer get(const std::string& path) { return answer(client_.Get(path.c_str())); }
  Answer post(const std::string& path, const std::string& body) {
    return answer(client_.Post(path.c_str(), body, "application/json"));
  }
  Answer post(const std::string& path, const json& body) { return post(path, body.dump()); }
  Answer put(const std::string& path, const json& body) {
    return answer(client_.Put(path.c_str(), body.dump(), "application/json"));
  }
  Answer import(const std::string& csv, const std::string& query = "") {
    return answer(client_.Post(("/api/v1/products/import" + query).c_str(), csv, "text/csv"));
  }

  Health health_{true, true, true, 7, 5, 3, 2, 0, ""};
  std::atomic<int> nudges_ = 0;
  Api api_{{registry_,
            catalogue_,
            journal_,
            office_,
            [this] { return health_; },
            [this] { ++nudges_; },
            {std::string(32, 'k')},
            kToken,
            [this] { return now_; }}};
  HttpServer server_{"127.0.0.1", 0,
                     [this](const HttpRequest& request) { return api_.answer(request); }};
  httplib::Client client_{"127.0.0.1", server_.port()};
};

TEST_F(Web, HealthReadinessMetricsAndThePageNeedNoToken) {
  httplib::Client stranger("127.0.0.1", server_.port());
  for (const char* path : {"/healthz", "/readyz", "/metrics", "/"}) {
    auto result = stranger.Get(path);
    ASSERT_TRUE(result) << path;
    EXPECT_EQ(result->status, 200) << path;
  }
  EXPECT_NE(stranger.Get("/metrics")->body.find("\nleaftill_rows_applied_total 3\n"),
            std::string::npos);
  EXPECT_EQ(stranger.Get("/")->body.find("<script"), std::string::npos);
}

TEST_F(Web, NotReadySaysWhyAndWhenToAskAgain) {
  health_.nats = false;
  health_.trouble = "the hub does not answer";
  Answer a = get("/readyz");
  EXPECT_EQ(a.status, 503);
  EXPECT_EQ(a.body["error"], "the hub does not answer");
  EXPECT_EQ(a.headers.find("Retry-After")->second, "1");
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(Web, NothingElseAnswersWithoutTheToken) {
  httplib::Client stranger("127.0.0.1", server_.port());
  for (const char* path :
       {"/api/v1/products", "/api/v1/tills", "/api/v1/nothing", "/api/v1/sales"}) {
    EXPECT_EQ(answer(stranger.Get(path)).status, 401) << path;
  }
  const std::string token = kToken;
  for (const std::string& wrong :
       std::vector<std::string>{"", "Bearer", "Bearer ", "Bearer wrong", "bearer " + token,
                                "Basic " + token, "Bearer " + token + "x"}) {
    httplib::Headers headers = {{"Authorization", wrong}};
    auto a = answer(stranger.Get("/api/v1/products", headers));
    EXPECT_EQ(a.status, 401) << wrong;
    EXPECT_EQ(a.code(), "unauthorized");
  }
  EXPECT_EQ(answer(stranger.Post("/api/v1/products", R"({"productId":"p1","name":"x","price":1})",
                                 "application/json"))
                .status,
            401);
  EXPECT_EQ(number("SELECT count(*) FROM product"), 0);
}

TEST_F(Web, ThePageOfTheTillsAsksABrowserForTheToken) {
  httplib::Client browser("127.0.0.1", server_.port());
  EXPECT_EQ(browser.Get("/tills")->status, 401);
  browser.set_basic_auth("anyone", "wrong");
  EXPECT_EQ(browser.Get("/tills")->status, 401);
  browser.set_basic_auth("anyone", kToken);
  EXPECT_EQ(browser.Get("/tills")->status, 200);
  EXPECT_EQ(browser.Get("/api/v1/tills")->status, 401)
      << "a browser sends it along by itself: not for programs";
}

TEST_F(Web, DeadLettersAreListedShownAndRetried) {
  EXPECT_EQ(get("/api/v1/dead-letters").body["items"].size(), 0u);
  // Subject x.y without a header, body x.
  const std::string hash = sync::hex(sync::sha256("x.y\n\n\n\n\n\nx"));
  const std::string path = "/api/v1/dead-letters/bad_subject/" + hash;
  database_->session()->execute(
      "INSERT INTO quarantine (reason, hash, store, till, epoch, seq, transaction_id, subject, "
      "headers, body, received_at) VALUES ('bad_subject', $1, '', '', '', 0, '', 'eC55', "
      "'eC55', 'eA==', '2026-11-22T10:15:30.123Z')",
      {hash});
  const Answer all = get("/api/v1/dead-letters?limit=1");
  ASSERT_EQ(all.body["items"].size(), 1u);
  EXPECT_EQ(all.body["items"][0]["body"], "x");
  EXPECT_EQ(all.body["next"], nullptr);
  EXPECT_EQ(get(path).body["subject"], "x.y");
  EXPECT_EQ(post(path + "/retry", std::string()).status, 422);
  EXPECT_EQ(get("/api/v1/dead-letters/bad_subject/ef").status, 404);
  EXPECT_EQ(post("/api/v1/dead-letters/bad_subject/ef/retry", std::string()).code(),
            "unknown_letter");
  EXPECT_EQ(number("SELECT CAST(sum(times) AS BIGINT) FROM quarantine"), 1)
      << "a try is not another coming";
}

TEST_F(Web, TheOfficeSetsPricesSettingsAndPromotions) {
  add_store("s1");
  put("/api/v1/products/p1", {{"name", "Milk"}, {"price", 199}});
  nudges_ = 0;
  Answer price = put("/api/v1/stores/s1/prices/p1",
                     {{"price", 179}, {"currency", "EUR"}, {"effectiveFrom", "2026-12-01"}});
  EXPECT_EQ(price.status, 200);
  EXPECT_EQ(price.body["storeId"], "s1");
  EXPECT_EQ(price.body["effectiveFrom"], "2026-12-01");
  EXPECT_EQ(put("/api/v1/stores/s1/prices/p1", price.body).body, price.body) << "as it was read";
  put("/api/v1/stores/s1/prices/p1", {{"price", 149}, {"effectiveFrom", "2026-12-10"}});
  EXPECT_EQ(get("/api/v1/stores/s1/prices").body["items"].size(), 2u);
  EXPECT_EQ(get("/api/v1/stores/s1/prices/p1").body["items"][1]["price"], 149);

  Answer settings = put("/api/v1/stores/s1/settings",
                        {{"taxMode", "exclusive"},
                         {"cashRounding", {{"step", 5}, {"mode", "half_down"}}},
                         {"discountLimits", {{"cashier", 0}, {"supervisor", 1}, {"manager", 2}}},
                         {"tenders", {"cash", "card"}},
                         {"labelPatterns", "21:5:-:weight:3"}});
  EXPECT_EQ(settings.status, 200) << settings.body;
  EXPECT_EQ(settings.body["cashRounding"]["mode"], "half_down");
  EXPECT_EQ(get("/api/v1/stores/s1/settings").body, settings.body);
  EXPECT_EQ(put("/api/v1/stores/s1/settings", settings.body).body, settings.body);

  const json offer = {{"name", "3 for 5.00"},
                      {"parts", {{{"products", {"p1"}}, {"count", 3}}}},
                      {"price", 500},
                      {"stores", {"s1"}}};
  Answer promotion = put("/api/v1/promotions/o1", offer);
  EXPECT_EQ(promotion.status, 200) << promotion.body;
  EXPECT_EQ(get("/api/v1/promotions/o1").body, promotion.body);
  EXPECT_EQ(put("/api/v1/promotions/o1", promotion.body).body, promotion.body);
  EXPECT_EQ(get("/api/v1/promotions").body["items"].size(), 1u);
  EXPECT_EQ(get("/api/v1/promotions/o2").status, 404);
  EXPECT_GE(nudges_, 4);
}

TEST_F(Web, WhatTheOfficeCannotMeanIsRefusedWithWords) {
  add_store("s1");
  put("/api/v1/products/p1", {{"name", "Milk"}, {"price", 199}});
  const auto code = [&](const std::string& path, const json& body) {
    Answer a = put("/api/v1/" + path, body);
    EXPECT_GE(a.status, 400) << path << body;
    return a.code();
  };
  EXPECT_EQ(code("stores/s1/prices/p1", {{"price", 1.5}}), "not_integer");
  EXPECT_EQ(code("stores/s1/prices/p1", {{"price", 1}, {"effectivFrom", "2026-12-01"}}),
            "unknown_member");
  EXPECT_EQ(code("stores/s1/prices/p1", {{"price", 1}, {"productId", "p2"}}), "other_id");
  EXPECT_EQ(code("stores/s1/prices/p1", {{"price", 1}, {"currency", "USD"}}), "other_currency");
  EXPECT_EQ(code("stores/s9/settings", json::object()), "unknown_store");
  EXPECT_EQ(code("stores/s1/settings", {{"taxMode", "reverse"}}), "unknown_word");
  EXPECT_EQ(code("stores/s1/settings", {{"cashRounding", {{"step", 5}, {"way", "up"}}}}),
            "unknown_member");
  EXPECT_EQ(code("stores/s1/settings", {{"cashRounding", 5}}), "wrong_type");
  EXPECT_EQ(code("stores/s1/settings", {{"tenders", {"cash", "shells"}}}), "unknown_word");
  EXPECT_EQ(code("stores/s1/settings", {{"tenders", json::array()}}), "bad_settings");
  EXPECT_EQ(code("stores/s1/settings", {{"labelPatterns", "21"}}), "bad_settings");
  EXPECT_EQ(code("promotions/o1", {{"name", "nothing"}}), "bad_promotion");
  EXPECT_EQ(code("promotions/o1", {{"name", "n"}, {"parts", {{{"product", "p1"}}}}}),
            "unknown_member");
  EXPECT_EQ(put("/api/v1/stores/s1/prices/p1", {{"price", 1}}).status, 200);
}

TEST_F(Web, AnUnknownAddressAWrongMethodAndWhatComesLaterHaveTheirOwnAnswers) {
  EXPECT_EQ(get("/api/v1/nothing").status, 404);
  EXPECT_EQ(get("/favicon.ico").status, 404);
  EXPECT_EQ(get("/api/v1/products/").status, 404);
  Answer wrong = answer(client_.Delete("/api/v1/products/p1"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.find("Allow")->second, "GET, PUT");
  for (const char* path :
       {"/api/v1/events", "/api/v1/shopping-lists", "/api/v1/shopping-lists/l1", "/api/v1/staff"}) {
    Answer a = get(path);
    EXPECT_EQ(a.status, 501) << path;
    EXPECT_EQ(a.code(), "later") << path;
  }
  EXPECT_EQ(post("/api/v1/sales", json::object()).status, 501);
}

TEST_F(Web, AProductIsMadeReadChangedAndListed) {
  json made = {{"productId", "p1"},
               {"name", "Café"},
               {"price", 199},
               {"taxRate", 200000},
               {"codes", {"4006381333931"}}};
  Answer a = post("/api/v1/products", made);
  EXPECT_EQ(a.status, 201);
  EXPECT_EQ(nudges_, 1);
  a = get("/api/v1/products/p1");
  EXPECT_EQ(a.status, 200);
  EXPECT_EQ(a.body["price"], 199);
  EXPECT_EQ(a.body["unit"], "each");
  a.body["price"] = 249;  // what was read can be sent back
  Answer changed = put("/api/v1/products/p1", a.body);
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body["version"], 2);
  EXPECT_EQ(put("/api/v1/products/p1", a.body).status, 200) << "the same again is no change";
  a.body["price"] = 300;
  a.body["version"] = 1;
  EXPECT_EQ(put("/api/v1/products/p1", a.body).code(), "stale_version");
  EXPECT_EQ(post("/api/v1/products", {{"productId", "p1"}, {"name", "x"}, {"price", 1}}).status,
            409);
  EXPECT_EQ(put("/api/v1/products/p2", {{"name", "New"}, {"price", 1}}).status, 201);
  EXPECT_EQ(put("/api/v1/products/p3", {{"productId", "p4"}, {"name", "x"}, {"price", 1}}).status,
            400);
  Answer unnamed = post("/api/v1/products", {{"name", "No id"}, {"price", 5}});
  EXPECT_EQ(unnamed.status, 201);
  EXPECT_EQ(unnamed.body["productId"].get<std::string>().size(), 32u);
  Answer page = get("/api/v1/products?q=caf&limit=1");
  EXPECT_EQ(page.body["items"].size(), 1u);
  EXPECT_TRUE(page.body["next"].is_null());
}

TEST_F(Web, ListsGoOnWhereTheyEnded) {
  for (int i = 0; i < 5; ++i)
    post("/api/v1/products", {{"productId", "p" + std::to_string(i)}, {"name", "x"}, {"price", 1}});
  std::vector<std::string> seen;
  std::string path = "/api/v1/products?limit=2";
  for (int pages = 0; pages < 5; ++pages) {
    Answer a = get(path);
    for (const auto& item : a.body["items"]) seen.push_back(item["productId"]);
    if (a.body["next"].is_null()) break;
    path = "/api/v1/products?limit=2&after=" + a.body["next"].get<std::string>();
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"p0", "p1", "p2", "p3", "p4"}));
}

TEST_F(Web, BadBodiesGetTheRightStatusAndLoseNothing) {
  post("/api/v1/products", {{"productId", "keep"}, {"name", "Kept"}, {"price", 1}});
  const std::string deep(200'000, '[');
  struct Bad {
    std::string body;
    int status;
    const char* code;
  };
  const Bad bads[] = {
      {"", 400, "not_json"},
      {"{", 400, "not_json"},
      {"nonsense", 400, "not_json"},
      {deep, 400, "not_json"},
      {deep + std::string(200'000, ']'), 400, "wrong_type"},
      {"[]", 400, "wrong_type"},
      {"null", 400, "wrong_type"},
      {std::string("{\"name\":\"a\0b\"}", 14), 400, "not_json"},
      {"{\"name\":\"\xff\",\"price\":1}", 400, "not_json"},
      {R"({"name":"a\u0000b","price":1})", 400, "control_character"},
      {R"({"name":"a\nb","price":1})", 400, "control_character"},
      {R"({"price":1})", 400, "missing"},
      {R"({"name":"x"})", 400, "missing"},
      {R"({"name":"x","price":1.5})", 400, "not_integer"},
      {R"({"name":"x","price":1.0})", 400, "not_integer"},
      {R"({"name":"x","price":1e2})", 400, "not_integer"},
      {R"({"name":"x","price":1e999})", 400, "not_json"},
      {R"({"name":"x","price":"1"})", 400, "wrong_type"},
      {R"({"name":"x","price":true})", 400, "wrong_type"},
      {R"({"name":"x","price":18446744073709551615})", 400, "wrong_type"},
      {R"({"name":"x","price":99999999999999999999999})", 400, "not_integer"},
      {R"({"name":"x","price":1,"price":2})", 400, "twice"},
      {R"({"name":"x","price":1,"prize":2})", 400, "unknown_member"},
      {R"({"name":"x","price":1,"codes":"77"})", 400, "wrong_type"},
      {R"({"name":"x","price":1,"codes":[77]})", 400, "wrong_type"},
      {R"({"name":"x","price":1,"openPrice":1})", 400, "wrong_type"},
      {R"({"name":"x","price":-1})", 422, "bad_product"},
      {R"({"name":"x","price":9223372036854775807})", 422, "bad_product"},
      {R"({"name":"x","price":1,"ageLimit":4294967297})", 422, "out_of_range"},
      {R"({"name":"x","price":1,"productId":"a b"})", 422, "bad_product"},
      {R"({"name":"x","price":1,"productId":"../x"})", 422, "bad_product"},
      {R"({"name":"","price":1})", 422, "bad_product"},
      {R"({"name":"x","price":1,"codes":["4006381333932"]})", 422, "bad_code"},
  };
  for (const auto& bad : bads) {
    Answer a = post("/api/v1/products", bad.body);
    EXPECT_EQ(a.status, bad.status) << bad.body.substr(0, 100) << a.body;
    EXPECT_EQ(a.code(), bad.code) << bad.body.substr(0, 100);
    EXPECT_NE(a.body.value("error", ""), "") << bad.body.substr(0, 100);
  }
  EXPECT_EQ(number("SELECT count(*) FROM product"), 1);
  EXPECT_EQ(get("/api/v1/products/keep").body["name"], "Kept");
}

TEST_F(Web, ABodyOverOneMebibyteIsTooLargeAndItsSenderIsTold) {
  const std::string name(1024 * 1024, 'x');
  for (size_t size : {kMaxRequestBytes + 1, size_t{20} * 1024 * 1024}) {
    Answer a = post("/api/v1/products", std::string(size, ' '));
    EXPECT_EQ(a.status, 413) << size;
    EXPECT_EQ(a.code(), "too_large");
  }
  EXPECT_EQ(post("/api/v1/products", std::string(kMaxRequestBytes, ' ')).status, 400);
  auto chunked = client_.Post(
      "/api/v1/products",
      [](size_t offset, httplib::DataSink& sink) {
        const std::string piece(64 * 1024, ' ');
        if (offset > 2 * kMaxRequestBytes) return sink.done(), true;
        return sink.write(piece.data(), piece.size());
      },
      "application/json");
  EXPECT_EQ(answer(chunked).status, 413);
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(Web, WrongParametersAreRefused) {
  for (const char* path :
       {"/api/v1/products?limit=0", "/api/v1/products?limit=1001", "/api/v1/products?limit=x",
        "/api/v1/products?lim=5", "/api/v1/products?q=%ff", "/api/v1/products?q=%00",
        "/api/v1/transactions?from=yesterday", "/api/v1/transactions?from=2026-13-01",
        "/api/v1/transactions?after=x", "/api/v1/problems?state=bad", "/api/v1/problems?after=-1",
        "/api/v1/tills?after=s1"}) {
    EXPECT_EQ(get(path).status, 400) << path;
  }
  EXPECT_EQ(get("/api/v1/products/%00").status, 404);
  EXPECT_EQ(get("/api/v1/products/%ff%0a").status, 404);
}

TEST_F(Web, ACsvIsTakenWholeOrItsLinesAreNamed) {
  const std::string head = "id,name,codes,unit,price,tax_rate,category,age_limit\n";
  Answer dry = import(head + "p1,Bread,,each,100,0,,\n", "?dry_run=1");
  EXPECT_EQ(dry.status, 200);
  EXPECT_EQ(dry.body["created"], 1);
  EXPECT_EQ(get("/api/v1/products/p1").status, 404);
  EXPECT_EQ(import(head + "p1,Bread,,each,100,0,,\n").body["created"], 1);
  Answer bad = import(head + "p2,Milk,,each,100,0,,\np3,,,each,1.5,0,,\n");
  EXPECT_EQ(bad.status, 422);
  EXPECT_EQ(bad.code(), "bad_rows");
  EXPECT_EQ(bad.body["faults"][0]["line"], 3);
  EXPECT_EQ(get("/api/v1/products/p2").status, 404);
}

TEST_F(Web, StoresStockAndDeliveries) {
  EXPECT_EQ(
      post("/api/v1/stores", {{"storeId", "s1"}, {"name", "One"}, {"timeZone", "Europe/Vienna"}})
          .status,
      201);
  EXPECT_EQ(post("/api/v1/stores", {{"storeId", "s1"}}).status, 409);
  EXPECT_EQ(post("/api/v1/stores", {{"storeId", "hub"}}).status, 400);
  EXPECT_EQ(get("/api/v1/stores").body["items"][0]["name"], "One");
  put("/api/v1/products/p1", {{"name", "x"}, {"price", 1}});
  Answer none = get("/api/v1/stores/s1/stock/p1");
  EXPECT_EQ(none.body,
            (json{{"storeId", "s1"}, {"productId", "p1"}, {"onHand", 0}, {"version", 0}}));
  json delivery = {{"deliveryId", "d1"}, {"lines", {{{"productId", "p1"}, {"quantity", 998000}}}}};
  EXPECT_EQ(post("/api/v1/stores/s1/deliveries", delivery).status, 201);
  EXPECT_EQ(post("/api/v1/stores/s1/deliveries", delivery).status, 200);
  delivery["lines"][0]["quantity"] = 1;
  EXPECT_EQ(post("/api/v1/stores/s1/deliveries", delivery).status, 409);
  delivery["deliveryId"] = "d2";
  delivery["lines"][0]["productId"] = "nix";
  EXPECT_EQ(post("/api/v1/stores/s1/deliveries", delivery).status, 422);
  EXPECT_EQ(
      post("/api/v1/stores/s9/deliveries", {{"deliveryId", "d"}, {"lines", json::array()}}).status,
      422);
  EXPECT_EQ(post("/api/v1/stores/s1/deliveries", {{"deliveryId", "d"}, {"lines", {1}}}).status,
            400);
  EXPECT_EQ(get("/api/v1/stores/s1/stock/p1").body["onHand"], 998000);
  EXPECT_EQ(get("/api/v1/stores/s1/stock").body["items"].size(), 1u);
  EXPECT_EQ(get("/api/v1/stores/s9/stock").status, 404);
  EXPECT_EQ(get("/api/v1/stores/s1/stock/nix").status, 404);
}

TEST_F(Web, ATillIsAddedListedAndRevoked) {
  add_store("s1");
  json wanted = {{"storeId", "s1"}, {"tillId", "till1"}, {"leafUrl", "nats://127.0.0.1:4999"}};
  Answer bundle = post("/api/v1/tills", wanted);
  EXPECT_EQ(bundle.status, 201);
  EXPECT_EQ(bundle.body["till"], "till1");
  EXPECT_NE(bundle.body["enrolCode"], "");
  EXPECT_EQ(bundle.headers.find("Cache-Control")->second, "no-store");
  Answer list = get("/api/v1/tills?store=s1");
  EXPECT_EQ(list.body["items"][0]["state"], "pending");
  EXPECT_TRUE(list.body["items"][0]["lastSeen"].is_null());
  EXPECT_EQ(list.body.dump().find(bundle.body["nkeySeed"].get<std::string>()), std::string::npos);
  EXPECT_EQ(post("/api/v1/tills/s1/till1/revoke", std::string()).body["state"], "revoked");
  EXPECT_EQ(post("/api/v1/tills/s1/nix/revoke", std::string()).status, 404);
  wanted["storeId"] = "s9";
  EXPECT_EQ(post("/api/v1/tills", wanted).status, 404);
}

TEST_F(Web, ADatabaseThatFailsIsTheServersFaultAndShowsNoSql) {
  database_->session()->execute("ALTER TABLE product RENAME TO gone");
  Answer a = get("/api/v1/products");
  EXPECT_GE(a.status, 500);
  EXPECT_NE(a.code(), "");
  EXPECT_EQ(a.body.dump().find("table"), std::string::npos);
  EXPECT_EQ(get("/healthz").status, 200);
}

class WebJournal : public BooksTest {
 protected:
  WebJournal() { client_.set_bearer_token_auth(kToken); }
  json get(const std::string& path) {
    auto result = client_.Get(path.c_str());
    return result ? json::parse(result->body) : json();
  }
  Registry registry_{*database_};
  CatalogueDesk catalogue_{*database_};
  JournalDesk journal_{*database_};
  OfficeDesk office_{*database_};
  Api api_{{registry_,
            catalogue_,
            journal_,
            office_,
            [] { return Health(); },
            [] {},
            {},
            kToken,
            [this] { return now_; }}};
  HttpServer server_{"127.0.0.1", 0,
                     [this](const HttpRequest& request) { return api_.answer(request); }};
  httplib::Client client_{"127.0.0.1", server_.port()};
};

TEST_F(WebJournal, ATransactionIsTheRowsBodyWithWhenItWasAppliedAndItsProblems) {
  auto row = till1_.sell({{"unheard_of", 2000, 150}});
  apply({row}, till1_);
  json got = get("/api/v1/transactions/" + row.transaction_id);
  json body = json::parse(row.body);
  for (const auto& [name, value] : body.items()) EXPECT_EQ(got[name], value) << name;
  EXPECT_NE(got["appliedAt"], "");
  ASSERT_FALSE(got["problems"].empty());
  EXPECT_EQ(got["problems"][0]["kind"], "unknown_product");
  EXPECT_EQ(client_.Get("/api/v1/transactions/nix")->status, 404);
}

TEST_F(WebJournal, TransactionsAreNarrowedAndPaged) {
  std::vector<sync::SealedRow> rows;
  for (int i = 0; i < 5; ++i) rows.push_back(till1_.sell());
  apply(rows, till1_);
  apply({till2_.sell(), till2_.note()}, till2_);
  EXPECT_EQ(get("/api/v1/transactions?store=s1").at("items").size(), 7u);
  EXPECT_EQ(get("/api/v1/transactions?till=till1").at("items").size(), 5u);
  EXPECT_EQ(get("/api/v1/transactions?type=till.noted").at("items").size(), 1u);
  json all = get("/api/v1/transactions?till=till1");
  const std::string receipt = all["items"][2]["receipt"], date = all["items"][2]["businessDate"];
  EXPECT_EQ(get("/api/v1/transactions?till=till1&receipt=" + receipt)["items"].size(), 1u);
  EXPECT_EQ(get("/api/v1/transactions?till=till1&from=" + date + "&to=" + date)["items"].size(),
            5u);
  EXPECT_EQ(get("/api/v1/transactions?to=1999-12-31")["items"].size(), 0u);
  std::set<std::string> seen;
  std::string path = "/api/v1/transactions?limit=3";
  for (int pages = 0; pages < 5; ++pages) {
    json page = get(path);
    for (const auto& item : page["items"]) seen.insert(item["transactionId"].get<std::string>());
    if (page["next"].is_null()) break;
    path = "/api/v1/transactions?limit=3&after=" + page["next"].get<std::string>();
  }
  EXPECT_EQ(seen.size(), 7u);
}

TEST_F(WebJournal, GiftCardsAreReadAndPaged) {
  registry_.add_store({"s1", "Store s1"}, now_);
  const auto row = [&](auto gift, const std::string& card, int64_t amount) {
    gift.header = till1_.sale({{}}).header;
    gift.card = card;
    gift.amount = {amount};
    return till1_.seal(gift);
  };
  apply({row(GiftIssued{}, "G-2", 2500), row(GiftRedeemed{}, "G-2", 199),
         row(GiftIssued{}, "G-1", 100), row(GiftIssued{}, "of old, no id", 5)},
        till1_);
  const json card = get("/api/v1/gift-cards/G-2");
  EXPECT_EQ(card["card"], "G-2");
  EXPECT_EQ(card["currency"], "EUR");
  EXPECT_EQ(card["balance"], 2301);
  EXPECT_EQ(card["version"], now_.unix_ms);
  EXPECT_EQ(card["changedAt"], to_iso(now_));
  std::vector<std::string> seen;
  std::string path = "/api/v1/gift-cards?limit=1";
  for (int pages = 0; pages < 5; ++pages) {
    json page = get(path);
    ASSERT_EQ(page["items"].size(), 1u);
    seen.push_back(page["items"][0]["card"]);
    if (page["next"].is_null()) break;
    path = "/api/v1/gift-cards?limit=1&after=" + page["next"].get<std::string>();
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"G-1", "G-2", "of old, no id"}));
  EXPECT_EQ(client_.Get("/api/v1/gift-cards/G-9")->status, 404);
  EXPECT_EQ(client_.Get("/api/v1/gift-cards/G-2?currency=CHF")->status, 404);
  EXPECT_EQ(client_.Get("/api/v1/gift-cards?what=1")->status, 400);
  EXPECT_EQ(client_.Put("/api/v1/gift-cards/G-2", "{}", "application/json")->status, 405)
      << "what is on a card is what the tills recorded";
  {
    auto session = database_->session();
    session->execute(
        "INSERT INTO gift_card (card, currency, balance, told, version, issued_at, changed_at) "
        "VALUES ('G-2', 'CHF', 7, 1, 1, '', '')");
  }
  EXPECT_EQ(client_.Get("/api/v1/gift-cards/G-2")->status, 422);
  EXPECT_EQ(get("/api/v1/gift-cards/G-2?currency=CHF")["balance"], 7);
}

TEST_F(WebJournal, AProblemIsListedUntilSomebodySawToIt) {
  apply({till1_.sell({{"unheard_of", 1000, 150}})}, till1_);
  json open = get("/api/v1/problems");
  ASSERT_EQ(open["items"].size(), 1u);
  const std::string id = std::to_string(open["items"][0]["id"].get<int64_t>());
  auto done = client_.Post(("/api/v1/problems/" + id + "/resolve").c_str());
  ASSERT_TRUE(done);
  EXPECT_EQ(done->status, 200);
  EXPECT_EQ(get("/api/v1/problems")["items"].size(), 0u);
  EXPECT_EQ(get("/api/v1/problems?state=resolved")["items"].size(), 1u);
  EXPECT_EQ(client_.Post("/api/v1/problems/999/resolve")->status, 404);
  EXPECT_EQ(client_.Post("/api/v1/problems/x/resolve")->status, 404);
}

}  // namespace
}  // namespace pos::central
