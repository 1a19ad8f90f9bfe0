// The addresses of the API, by what they are about. Each handler gets the variable parts of its
// path in order; what it throws (Refused, SqlError) becomes the status.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "central/web/api.h"
#include "central/web/http.h"

namespace pos::central {

using PathParts = std::vector<std::string>;

struct Route {
  const char* method;
  const char* path;  // "/api/v1/products/{id}"
  HttpResponse (*handle)(ApiDoors&, const HttpRequest&, const PathParts&);
  bool open = false;  // without a token
};

const std::vector<Route>& product_routes();  // catalogue, stock, deliveries
const std::vector<Route>& office_routes();   // store prices, settings, promotions
const std::vector<Route>& chain_routes();    // stores, tills, staff
const std::vector<Route>& journal_routes();  // transactions, problems, gift cards
const std::vector<Route>& dead_letter_routes();
const std::vector<Route>& page_routes();  // health, metrics, the status page

// ---- for the handlers ----
// The query's members; refuses those that the address does not know.
class Query {
 public:
  Query(const HttpRequest&, std::initializer_list<const char*> known);
  std::string text(const char* name) const;
  int64_t number(const char* name, int64_t fallback, int64_t least, int64_t most) const;
  int64_t limit() const { return number("limit", 100, 1, 1000); }

 private:
  const HttpRequest& request_;
};
HttpResponse error_answer(int status, const std::string& code, const std::string& words);

}  // namespace pos::central
