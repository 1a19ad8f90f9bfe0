#include "tests/lab/http.h"

#include <httplib.h>

namespace pos::lab {

HttpAnswer http(std::string_view method, const std::string& origin, const std::string& path,
                const std::string& token, std::string_view body, Millis patience) {
  httplib::Client client(origin);
  client.set_connection_timeout(patience);
  client.set_read_timeout(patience);
  client.set_write_timeout(patience);
  httplib::Request request;
  request.method = method;
  request.path = path;
  if (!token.empty()) request.set_header("Authorization", "Bearer " + token);
  if (!body.empty()) {
    request.body = body;
    request.set_header("Content-Type", body.front() == '{' ? "application/json" : "text/csv");
  }
  auto result = client.send(request);
  if (!result) return {0, httplib::to_string(result.error())};
  return {result->status, result->body};
}

}  // namespace pos::lab
