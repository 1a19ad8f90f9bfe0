// A small HTTP/1.1 server: requests come whole, answers go whole. http.cpp is the only file with
// microhttpd.h. It keeps strangers in bounds (sizes, idle time, number of connections) and knows
// nothing of central.
//
//   HttpServer server("127.0.0.1", 0, [](const HttpRequest& r) { return HttpResponse{200,
//   "text/plain", r.path, {}}; }); announce(server.port());
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace pos::central {

inline constexpr size_t kMaxRequestBytes = 1024 * 1024;

struct HttpRequest {
  std::string method;  // "GET"; HEAD comes as GET
  std::string path;    // percent-decoded, without the query
  std::map<std::string, std::string> query;
  std::string content_type, authorization;
  std::string body;
  bool too_large = false;  // over kMaxRequestBytes; the body is empty then
};

struct HttpResponse {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct HttpError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Called on several threads at once. What it throws becomes a 500.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

class HttpServer {
 public:
  // `host` is numeric; port 0 takes a free one. Throws HttpError with words (in use, not allowed).
  HttpServer(const std::string& host, uint16_t port, HttpHandler);
  ~HttpServer();  // waits for handlers that run
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pos::central
