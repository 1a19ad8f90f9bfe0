// How lists and things are written as JSON. Included by the routes only: nlohmann is slow to
// compile.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "central/web/http.h"

namespace pos::central {

using Json = nlohmann::ordered_json;

inline HttpResponse json_answer(int status, const Json& body) {
  return {status,
          "application/json",
          body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
          {}};
}

// {"items":[…],"next":"…"|null}. The desk was asked for one more than `limit`: if it came, there is
// a next page, after the last item shown.
template <class Item, class ToJson, class Place>
HttpResponse list_answer(const std::vector<Item>& found, int64_t limit, ToJson to_json,
                         Place place) {
  Json body = {{"items", Json::array()}, {"next", nullptr}};
  for (const auto& item : found) {
    if (static_cast<int64_t>(body["items"].size()) == limit) break;
    body["items"].push_back(to_json(item));
  }
  if (static_cast<int64_t>(found.size()) > limit && limit > 0) {
    body["next"] = place(found[static_cast<size_t>(limit) - 1]);
  }
  return json_answer(200, body);
}

}  // namespace pos::central
