#include "tests/lab/central.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace pos::lab {
namespace {

using nlohmann::json;

// `next` goes into a query as it came.
std::string escaped(const std::string& text) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      out += {'%', kHex[static_cast<unsigned char>(c) >> 4], kHex[c & 15]};
    }
  }
  return out;
}

// Walks a list that answers {"items":[…],"next":…}.
template <class Each>
void each_item(const Central& central, const std::string& path, Each each) {
  std::string after;
  for (int pages = 0; pages < 100'000; ++pages) {
    const auto page =
        json::parse(central.get(path + (after.empty() ? "" : "&after=" + escaped(after))));
    for (const auto& item : page.at("items")) each(item);
    const auto& next = page.at("next");
    if (next.is_null()) return;
    after = next.is_string() ? next.get<std::string>() : next.dump();
  }
}

Held held(const json& row) {
  Held held{row.value("transactionId", ""),
            row.value("storeId", ""),
            row.value("tillId", ""),
            row.value("type", ""),
            row.value("receipt", ""),
            row.value("seq", int64_t{0}),
            row.value("totalAmount", int64_t{0}),
            {}};
  for (const auto& line : row.value("lines", json::array())) {
    held.lines.push_back({line.value("productId", ""), line.value("quantity", int64_t{0}),
                          line.value("totalAmount", int64_t{0})});
  }
  return held;
}

}  // namespace

Central::Central(std::string origin, std::string token)
    : origin_(std::move(origin)), token_(std::move(token)) {}

bool Central::ready() const { return http("GET", origin_, "/readyz", {}, {}, seconds(2)).ok(); }

HttpAnswer Central::call(std::string_view method, const std::string& path,
                         std::string_view body) const {
  return http(method, origin_, path, token_, body);
}

std::string Central::get(const std::string& path) const {
  auto answer = http("GET", origin_, path, token_, {}, seconds(30));
  if (answer.status == 200) return std::move(answer.body);
  throw std::runtime_error("central answers " + std::to_string(answer.status) + " to GET " + path +
                           ": " + answer.body);
}

std::vector<Held> Central::sales(const std::string& store, const std::string& till) const {
  std::vector<Held> all;
  std::string path = "/api/v1/transactions?store=" + store + "&type=product.sold&limit=500";
  if (!till.empty()) path += "&till=" + till;
  each_item(*this, path, [&](const json& row) { all.push_back(held(row)); });
  return all;
}

Held Central::transaction(const std::string& id) const {
  return held(json::parse(get("/api/v1/transactions/" + id)));
}

std::map<std::string, int64_t> Central::stock(const std::string& store) const {
  std::map<std::string, int64_t> all;
  each_item(*this, "/api/v1/stores/" + store + "/stock?limit=500", [&](const json& row) {
    all[row.value("productId", "")] = row.value("onHand", int64_t{0});
  });
  return all;
}

std::vector<std::string> Central::problems() const {
  std::vector<std::string> all;
  each_item(*this, "/api/v1/problems?limit=500",
            [&](const json& row) { all.push_back(row.dump()); });
  return all;
}

}  // namespace pos::lab
