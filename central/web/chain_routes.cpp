#include "central/refused.h"
#include "central/web/answers.h"
#include "central/web/json_body.h"
#include "central/web/routes.h"

namespace pos::central {
namespace {

Json store_json(const StoreEntry& store) {
  return {{"storeId", store.id},
          {"name", store.name},
          {"currency", store.currency},
          {"timeZone", store.time_zone},
          {"receiptHead", store.receipt_head},
          {"receiptFoot", store.receipt_foot},
          {"createdAt", store.created_at}};
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json till_json(const TillEntry& till) {
  return {{"storeId", till.store},
          {"tillId", till.till},
          {"state", till.state},
          {"lastSeen", text_or_null(till.last_seen_at)},
          {"epoch", text_or_null(till.epoch)},
          {"seq", till.seq},
          {"appliedSeq", till.applied},
          {"lastReceipt", text_or_null(till.last_receipt)},
          {"pending", till.pending},
          {"oldestPendingAt", text_or_null(till.oldest_pending_at)},
          {"app", text_or_null(till.app)},
          {"clockSkewMs", till.clock_skew_ms},
          {"publicKey", text_or_null(till.public_key)},
          {"keyId", text_or_null(till.key_id)}};
}

HttpResponse list_stores(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  Query query(request, {"after", "limit"});
  return list_answer(doors.registry.stores(query.text("after"), query.limit() + 1), query.limit(),
                     store_json, [](const StoreEntry& store) { return store.id; });
}

HttpResponse create_store(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  JsonBody body(request.body);
  StoreEntry store;
  store.id = body.text("storeId");
  store.name = body.text("name", "");
  store.currency = body.text("currency", store.currency);
  store.time_zone = body.text("timeZone", store.time_zone);
  store.receipt_head = body.texts("receiptHead");
  store.receipt_foot = body.text("receiptFoot", "");
  body.done();
  return json_answer(201, store_json(doors.registry.add_store(store, doors.now())));
}

// `next` is "<store>.<till>": neither id holds a dot.
HttpResponse list_tills(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  Query query(request, {"store", "after", "limit"});
  std::string after = query.text("after");
  size_t dot = after.find('.');
  if (!after.empty() && dot == std::string::npos) {
    throw Refused(Refused::Why::malformed, "bad_after",
                  "`after` is the `next` of an earlier answer");
  }
  std::string after_store = after.substr(0, std::min(dot, after.size()));
  std::string after_till = after.empty() ? "" : after.substr(dot + 1);
  return list_answer(
      doors.registry.tills(query.text("store"), after_store, after_till, query.limit() + 1),
      query.limit(), till_json, [](const TillEntry& till) { return till.store + "." + till.till; });
}

HttpResponse add_till(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  JsonBody body(request.body);
  std::string store = body.text("storeId"), till = body.text("tillId"), leaf = body.text("leafUrl");
  body.done();
  HttpResponse answer{201, "application/json", "", {{"Cache-Control", "no-store"}}};
  answer.body =
      doors.registry.add_till(store, till, leaf, doors.central_public_keys_raw, doors.now());
  return answer;
}

HttpResponse revoke_till(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  doors.registry.revoke_till(path[0], path[1]);
  return json_answer(200, {{"storeId", path[0]}, {"tillId", path[1]}, {"state", "revoked"}});
}

}  // namespace

const std::vector<Route>& chain_routes() {
  static const std::vector<Route> routes = {
      {"GET", "/api/v1/stores", list_stores},
      {"POST", "/api/v1/stores", create_store},
      {"GET", "/api/v1/tills", list_tills},
      {"POST", "/api/v1/tills", add_till},
      {"POST", "/api/v1/tills/{store}/{till}/revoke", revoke_till},
  };
  return routes;
}

}  // namespace pos::central
