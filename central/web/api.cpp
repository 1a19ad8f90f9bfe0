#include "central/web/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "central/refused.h"
#include "central/web/routes.h"
#include "pos/receipt.h"
#include "sync/log.h"
#include "sync/seal.h"

namespace pos::central {
namespace {

PathParts parts_of(std::string_view path) {
  PathParts parts;
  for (size_t from = 1; from <= path.size();) {
    size_t to = std::min(path.find('/', from), path.size());
    parts.emplace_back(path.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

// What can stand for an id in an address: nothing else reaches a desk, let alone the database.
bool id_like(const std::string& part) {
  return !part.empty() && part.size() <= 64 &&
         std::all_of(part.begin(), part.end(), [](unsigned char c) {
           return (c < 0x80 && std::isalnum(c) != 0) || c == '_' || c == '-';
         });
}

// The path's variable parts, if it is this route's.
bool matches(const Route& route, const PathParts& asked, PathParts& variables) {
  PathParts pattern = parts_of(route.path);
  variables.clear();
  if (pattern.size() != asked.size()) return false;
  for (size_t i = 0; i < asked.size(); ++i) {
    if (pattern[i].rfind('{', 0) == 0 && id_like(asked[i])) {
      variables.push_back(asked[i]);
    } else if (pattern[i] != asked[i]) {
      return false;
    }
  }
  return true;
}

const std::vector<const Route*>& all_routes() {
  static const auto all = [] {
    std::vector<const Route*> found;
    for (const auto* routes : {&page_routes(), &product_routes(), &office_routes(), &chain_routes(),
                               &journal_routes(), &dead_letter_routes()}) {
      for (const auto& route : *routes) found.push_back(&route);
    }
    return found;
  }();
  return all;
}

// Named by the contract, and not built yet.
bool later(const std::string& path) {
  for (const char* prefix :
       {"/api/v1/events", "/api/v1/sales", "/api/v1/shopping-lists", "/api/v1/staff"}) {
    std::string_view start(prefix);
    if (path == start || path.rfind(std::string(start) + "/", 0) == 0) return true;
  }
  return false;
}

int status_of(Refused::Why why) {
  switch (why) {
    case Refused::Why::malformed:
      return 400;
    case Refused::Why::not_found:
      return 404;
    case Refused::Why::conflict:
      return 409;
    case Refused::Why::not_allowed:
      return 422;
  }
  return 500;
}

HttpResponse unauthorized() {
  auto answer =
      error_answer(401, "unauthorized",
                   "send `Authorization: Bearer TOKEN`; the token is in central's token file");
  answer.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"leaftill-central\"");
  return answer;
}

HttpResponse database_failed(const SqlError& error) {
  sync::log_error("the database failed", {{"error", error.what()}});
  if (!error.retry)
    return error_answer(500, "internal", "the database refused this; see central's log");
  auto answer = error_answer(503, "database",
                             "the database does not answer now; nothing was changed, try again");
  answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

}  // namespace

HttpResponse error_answer(int status, const std::string& code, const std::string& words) {
  nlohmann::ordered_json body = {{"error", words}, {"code", code}};
  return {status,
          "application/json",
          body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n",
          {}};
}

Query::Query(const HttpRequest& request, std::initializer_list<const char*> known)
    : request_(request) {
  for (const auto& [name, value] : request.query) {
    bool expected =
        std::any_of(known.begin(), known.end(), [&, n = name](const char* k) { return n == k; });
    if (expected && value.size() <= 200 && value.find('\0') == std::string::npos &&
        valid_utf8(value))
      continue;
    std::string fault =
        expected ? "is no text of at most 200 bytes" : "is not known at this address";
    throw Refused(Refused::Why::malformed, "bad_parameter",
                  fmt::format("the parameter '{}' {}", printable(name, 60), fault));
  }
}

std::string Query::text(const char* name) const {
  auto found = request_.query.find(name);
  return found == request_.query.end() ? "" : found->second;
}

int64_t Query::number(const char* name, int64_t fallback, int64_t least, int64_t most) const {
  std::string value = text(name);
  if (value.empty()) return fallback;
  int64_t number = 0;
  auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (fault == std::errc() && end == value.data() + value.size() && number >= least &&
      number <= most)
    return number;
  throw Refused(Refused::Why::malformed, "bad_parameter",
                fmt::format("'{}' has to be a whole number from {} to {}", name, least, most));
}

bool Api::bearer(const HttpRequest& request) const {
  constexpr std::string_view scheme = "Bearer ";
  std::string_view given = request.authorization;
  return given.substr(0, scheme.size()) == scheme &&
         sync::equal_secret(given.substr(scheme.size()), doors_.token);
}

HttpResponse Api::routed(const HttpRequest& request) {
  const PathParts asked = parts_of(request.path);
  PathParts variables;
  std::string allowed;
  bool let_in = bearer(request);
  for (const Route* route : all_routes()) {
    if (!matches(*route, asked, variables)) continue;
    if (!route->open && !let_in) return unauthorized();
    if (request.method != route->method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(route->method);
      continue;
    }
    if (request.too_large) {
      return error_answer(
          413, "too_large",
          "the body is over 1 MiB: send it in parts, or use leaftill-central products import");
    }
    return route->handle(doors_, request, variables);
  }
  if (!let_in && request.path.rfind("/api/", 0) == 0) return unauthorized();
  if (later(request.path))
    return error_answer(501, "later", "this part of the interface comes with a later version");
  if (allowed.empty())
    return error_answer(404, "no_such_address", "there is nothing at this address");
  auto answer = error_answer(405, "wrong_method", "this address takes " + allowed);
  answer.headers.emplace_back("Allow", allowed);
  return answer;
}

HttpResponse Api::answer(const HttpRequest& request) {
  try {
    return routed(request);
  } catch (const Refused& refused) {
    return error_answer(status_of(refused.why), refused.code, refused.what());
  } catch (const SqlError& error) {
    return database_failed(error);
  } catch (const std::exception& bug) {
    sync::log_error("a request failed", {{"path", request.path}, {"error", bug.what()}});
    return error_answer(500, "internal", "central failed; see its log");
  }
}

}  // namespace pos::central
