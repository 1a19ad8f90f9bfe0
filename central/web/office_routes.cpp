// A store's own prices and settings, and the chain's promotions. What is not said has its default:
// a PUT is the whole of it.
#include <fmt/format.h>

#include "central/refused.h"
#include "central/web/answers.h"
#include "central/web/json_body.h"
#include "central/web/routes.h"
#include "pos/receipt.h"

namespace pos::central {
namespace {

[[noreturn]] void refuse(const char* code, const std::string& words) {
  throw Refused(Refused::Why::not_allowed, code, words);
}

// A word of a list; `read` knows them.
template <class T>
T word(JsonBody& body, const char* name, T fallback, std::optional<T> (*read)(std::string_view)) {
  const std::string text = body.text(name, to_word(fallback));
  const auto known = read(text);
  if (!known) refuse("unknown_word", fmt::format("'{}' cannot be '{}'", name, printable(text, 40)));
  return *known;
}

// As it goes down, and where it stands.
template <class T>
Json as_sent(const T& value, const std::string& store) {
  Json body = store.empty() ? Json::object() : Json{{"storeId", store}};
  body.update(Json::parse(sync::encode(value)));
  return body;
}

// ---- prices ----

sync::Price price_in(JsonBody& body, const std::string& store, const std::string& product) {
  if (body.text("storeId", store) != store || body.text("productId", product) != product)
    throw Refused(Refused::Why::malformed, "other_id", "the body's ids are not the address's");
  sync::Price p;
  p.productId = product;
  p.price = body.integer("price");
  p.currency = body.text("currency", "");
  p.effectiveFrom = body.text("effectiveFrom", "");
  p.effectiveTo = body.text("effectiveTo", "");
  p.deleted = body.boolean("deleted", false);
  body.ignore({"version"});
  body.done();
  return p;
}

HttpResponse put_price(ApiDoors& doors, const HttpRequest& request, const PathParts& path) {
  JsonBody body(request.body);
  const auto price = doors.office.put_price(path[0], price_in(body, path[0], path[1]), doors.now());
  doors.nudge();
  return json_answer(200, as_sent(price, path[0]));
}

HttpResponse get_prices(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  Json items = Json::array();
  for (const auto& price : doors.office.prices(path[0], path[1], "", 1))
    items.push_back(as_sent(price, path[0]));
  return json_answer(200, {{"items", items}, {"next", nullptr}});
}

// `limit` counts products: each comes with all its prices.
HttpResponse list_prices(ApiDoors& doors, const HttpRequest& request, const PathParts& path) {
  Query query(request, {"after", "limit"});
  Json body = {{"items", Json::array()}, {"next", nullptr}};
  int64_t products = 0;
  std::string last;
  for (const auto& price :
       doors.office.prices(path[0], "", query.text("after"), query.limit() + 1)) {
    if (price.productId != last && ++products > query.limit()) {
      body["next"] = last;
      break;
    }
    last = price.productId;
    body["items"].push_back(as_sent(price, path[0]));
  }
  return json_answer(200, body);
}

// ---- settings ----

CashRounding rounding_in(JsonBody body) {
  CashRounding r;
  r.step = body.integer("step");
  r.mode = word(body, "mode", r.mode, rounding_mode);
  r.scope = word(body, "scope", r.scope, rounding_scope);
  r.mixed = word(body, "mixed", r.mixed, rounding_mixed);
  r.above = {body.integer("above", 0)};
  body.done();
  return r;
}

DiscountLimits limits_in(JsonBody body) {
  const DiscountLimits limits{
      {body.integer("cashier")}, {body.integer("supervisor")}, {body.integer("manager")}};
  body.done();
  return limits;
}

std::vector<TenderKind> tenders_in(const std::vector<std::string>& words) {
  std::vector<TenderKind> tenders;
  for (const auto& text : words) {
    const auto kind = tender_kind(text);
    if (!kind) refuse("unknown_word", fmt::format("there is no tender '{}'", printable(text, 40)));
    tenders.push_back(*kind);
  }
  return tenders;
}

std::vector<LabelPattern> labels_in(const std::string& text) {
  const auto patterns = parse_label_patterns(text);
  if (!patterns) {
    refuse("bad_settings",
           "'labelPatterns' has patterns like \"21:5:-:weight:3\": prefix, digits of the item, v "
           "or - for a verifier, price, weight or count, decimals");
  }
  return *patterns;
}

HttpResponse put_settings(ApiDoors& doors, const HttpRequest& request, const PathParts& path) {
  JsonBody body(request.body);
  if (body.text("storeId", path[0]) != path[0])
    throw Refused(Refused::Why::malformed, "other_id", "the body's storeId is not the address's");
  sync::Settings s;
  StoreSettings& store = s.store;
  s.version = body.integer("version", 0);
  store.tax.mode = word(body, "taxMode", store.tax.mode, tax_mode);
  store.tax.level = word(body, "taxLevel", store.tax.level, tax_level);
  if (auto rounding = body.object("cashRounding"))
    store.rounding = rounding_in(std::move(*rounding));
  if (auto limits = body.object("discountLimits")) store.limits = limits_in(std::move(*limits));
  if (body.has("tenders")) store.tenders = tenders_in(body.texts("tenders"));
  store.labels = labels_in(body.text("labelPatterns", ""));
  body.done();
  const auto settings = doors.office.put_settings(path[0], s, doors.now());
  doors.nudge();
  return json_answer(200, as_sent(settings, path[0]));
}

HttpResponse get_settings(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  return json_answer(200, as_sent(doors.office.settings(path[0]), path[0]));
}

// ---- promotions ----

Promotion::Part part_in(JsonBody& body) {
  Promotion::Part part;
  for (auto& id : body.texts("products")) part.products.push_back({id});
  part.categories = body.texts("categories");
  part.count = body.small("count", 1);
  part.off_count = body.small("offCount", 0);
  part.off = {body.integer("off", 0)};
  body.done();
  return part;
}

PromotionEntry promotion_in(JsonBody& body, const std::string& id) {
  if (body.text("id", id) != id)
    throw Refused(Refused::Why::malformed, "other_id", "the body's id is not the address's");
  PromotionEntry entry;
  Promotion& p = entry.offer.promotion;
  p.id = id;
  p.name = body.text("name");
  if (body.has("parts")) {
    for (auto& part : body.objects("parts")) p.parts.push_back(part_in(part));
  }
  if (body.has("price")) p.price = Money{body.integer("price")};
  p.at_most = body.small("atMost", 0);
  p.first_day = body.text("firstDay", "");
  p.last_day = body.text("lastDay", "");
  p.weekdays = static_cast<unsigned>(body.small("weekdays", 0x7f));
  p.from_minute = body.small("fromMinute", p.from_minute);
  p.to_minute = body.small("toMinute", p.to_minute);
  p.customer_group = body.text("customerGroup", "");
  entry.stores = body.texts("stores");
  entry.offer.deleted = body.boolean("deleted", false);
  entry.offer.version = body.integer("version", 0);
  body.done();
  return entry;
}

Json promotion_json(const PromotionEntry& entry) {
  Json body = as_sent(entry.offer, "");
  body["stores"] = entry.stores;
  return body;
}

HttpResponse put_promotion(ApiDoors& doors, const HttpRequest& request, const PathParts& path) {
  JsonBody body(request.body);
  const auto entry = doors.office.put_promotion(promotion_in(body, path[0]), doors.now());
  doors.nudge();
  return json_answer(200, promotion_json(entry));
}

HttpResponse get_promotion(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  const auto entry = doors.office.promotion(path[0]);
  if (entry) return json_answer(200, promotion_json(*entry));
  return error_answer(404, "unknown_promotion",
                      "there is no promotion '" + printable(path[0]) + "'");
}

HttpResponse list_promotions(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  Query query(request, {"after", "limit"});
  return list_answer(doors.office.promotions(query.text("after"), query.limit() + 1), query.limit(),
                     promotion_json,
                     [](const PromotionEntry& entry) { return entry.offer.promotion.id; });
}

}  // namespace

const std::vector<Route>& office_routes() {
  static const std::vector<Route> routes = {
      {"GET", "/api/v1/stores/{store}/prices", list_prices},
      {"GET", "/api/v1/stores/{store}/prices/{product}", get_prices},
      {"PUT", "/api/v1/stores/{store}/prices/{product}", put_price},
      {"GET", "/api/v1/stores/{store}/settings", get_settings},
      {"PUT", "/api/v1/stores/{store}/settings", put_settings},
      {"GET", "/api/v1/promotions", list_promotions},
      {"GET", "/api/v1/promotions/{id}", get_promotion},
      {"PUT", "/api/v1/promotions/{id}", put_promotion},
  };
  return routes;
}

}  // namespace pos::central
