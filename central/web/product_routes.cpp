#include <fmt/format.h>

#include "central/refused.h"
#include "central/web/answers.h"
#include "central/web/json_body.h"
#include "central/web/routes.h"
#include "pos/ids.h"
#include "pos/receipt.h"
#include "sync/seal.h"

namespace pos::central {
namespace {

Json product_json(const CatalogueEntry& entry) {
  const sync::Product& p = entry.product;
  return {{"productId", p.productId},
          {"name", p.name},
          {"codes", p.codes},
          {"plu", p.plu},
          {"unit", p.unit},
          {"price", p.price},
          {"priceScale", p.priceScale},
          {"currency", p.currency},
          {"taxRate", p.taxRate},
          {"category", p.category},
          {"ageLimit", p.ageLimit},
          {"openPrice", p.openPrice},
          {"deposit", p.deposit},
          {"colour", p.colour},
          {"tile", p.tile},
          {"picture", p.picture},
          {"version", p.version},
          {"effectiveFrom", p.effectiveFrom},
          {"deleted", p.deleted},
          {"createdAt", entry.created_at},
          {"updatedAt", entry.updated_at}};
}

sync::Product product_in(JsonBody& body, const std::string& id) {
  sync::Product p;
  p.productId = id;
  p.name = body.text("name");
  p.codes = body.texts("codes");
  p.plu = body.text("plu", "");
  p.unit = body.text("unit", p.unit);
  p.price = body.integer("price");
  p.priceScale = body.small("priceScale", 0);
  p.currency = body.text("currency", "");
  p.taxRate = body.integer("taxRate", 0);
  p.category = body.text("category", "");
  p.ageLimit = body.small("ageLimit", 0);
  p.openPrice = body.boolean("openPrice", false);
  p.deposit = body.text("deposit", "");
  p.colour = body.text("colour", "");
  p.tile = body.small("tile", 0);
  p.picture = body.text("picture", "");
  p.effectiveFrom = body.text("effectiveFrom", "");
  p.deleted = body.boolean("deleted", false);
  p.version = body.integer("version", 0);
  body.ignore({"createdAt", "updatedAt"});
  body.done();
  return p;
}

Json stock_json(const StockLevel& stock) {
  return {{"storeId", stock.store},
          {"productId", stock.product},
          {"onHand", stock.on_hand},
          {"version", stock.version}};
}

HttpResponse list_products(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  Query query(request, {"q", "after", "limit"});
  return list_answer(
      doors.catalogue.products(query.text("q"), query.text("after"), query.limit() + 1),
      query.limit(), product_json,
      [](const CatalogueEntry& entry) { return entry.product.productId; });
}

HttpResponse put_answer(ApiDoors& doors, const sync::Product& product, CatalogueDesk::Put how) {
  auto done = doors.catalogue.put(product, how, doors.now());
  doors.nudge();
  return json_answer(done.created ? 201 : 200, product_json(done.entry));
}

HttpResponse create_product(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  JsonBody body(request.body);
  std::string id = body.text("productId", "");
  if (id.empty()) id = sync::hex(sync::random_bytes(16));
  return put_answer(doors, product_in(body, id), CatalogueDesk::Put::create);
}

HttpResponse get_product(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  auto found = doors.catalogue.product(path[0]);
  if (!found)
    return error_answer(404, "unknown_product", "there is no product '" + printable(path[0]) + "'");
  return json_answer(200, product_json(*found));
}

HttpResponse replace_product(ApiDoors& doors, const HttpRequest& request, const PathParts& path) {
  JsonBody body(request.body);
  if (body.text("productId", path[0]) != path[0]) {
    throw Refused(Refused::Why::malformed, "other_id", "the body's productId is not the address's");
  }
  return put_answer(doors, product_in(body, path[0]), CatalogueDesk::Put::replace);
}

HttpResponse faults_answer(const ImportReport& report) {
  Json body = {
      {"error", fmt::format("{} lines are wrong; nothing was changed. Line {}: {}",
                            report.fault_count, report.faults[0].line, report.faults[0].words)},
      {"code", "bad_rows"},
      {"faultCount", report.fault_count},
      {"faults", Json::array()}};
  for (const auto& fault : report.faults) {
    body["faults"].push_back({{"line", fault.line}, {"error", fault.words}});
  }
  return json_answer(422, body);
}

HttpResponse import_products(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  Query query(request, {"dry_run"});
  ImportOptions options;
  options.dry_run = query.number("dry_run", 0, 0, 1) == 1;
  auto report = doors.catalogue.import_csv(request.body, options, doors.now());
  if (report.fault_count > 0) return faults_answer(report);
  doors.nudge();
  return json_answer(200, {{"rows", report.rows},
                           {"created", report.created},
                           {"changed", report.changed},
                           {"unchanged", report.unchanged},
                           {"openingStocks", report.opening_stocks},
                           {"dryRun", options.dry_run}});
}

HttpResponse list_stock(ApiDoors& doors, const HttpRequest& request, const PathParts& path) {
  Query query(request, {"after", "limit"});
  return list_answer(doors.catalogue.stocks(path[0], query.text("after"), query.limit() + 1),
                     query.limit(), stock_json,
                     [](const StockLevel& stock) { return stock.product; });
}

HttpResponse get_stock(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  return json_answer(200, stock_json(doors.catalogue.stock(path[0], path[1])));
}

HttpResponse deliver(ApiDoors& doors, const HttpRequest& request, const PathParts& path) {
  JsonBody body(request.body);
  Delivery delivery;
  delivery.id = body.text("deliveryId");
  for (JsonBody& line : body.objects("lines")) {
    delivery.lines.push_back({line.text("productId"), line.integer("quantity")});
    line.done();
  }
  body.done();
  bool fresh = doors.catalogue.deliver(path[0], delivery, doors.now());
  doors.nudge();
  return json_answer(
      fresh ? 201 : 200,
      {{"deliveryId", delivery.id}, {"storeId", path[0]}, {"lines", delivery.lines.size()}});
}

}  // namespace

const std::vector<Route>& product_routes() {
  static const std::vector<Route> routes = {
      {"GET", "/api/v1/products", list_products},
      {"POST", "/api/v1/products", create_product},
      {"POST", "/api/v1/products/import", import_products},
      {"GET", "/api/v1/products/{id}", get_product},
      {"PUT", "/api/v1/products/{id}", replace_product},
      {"GET", "/api/v1/stores/{store}/stock", list_stock},
      {"GET", "/api/v1/stores/{store}/stock/{product}", get_stock},
      {"POST", "/api/v1/stores/{store}/deliveries", deliver},
  };
  return routes;
}

}  // namespace pos::central
