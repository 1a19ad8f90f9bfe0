#include "central/web/http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <string_view>

namespace pos::central {
namespace {

constexpr unsigned kThreads = 4;
constexpr unsigned kConnections = 256;
constexpr unsigned kIdleSeconds = 30;
constexpr size_t kConnectionMemory = 64 * 1024;  // the request's line and headers
// A body that is too large is read to its end up to here, so that its sender reads our answer
// instead of a broken connection.
constexpr size_t kMostDiscarded = 32 * 1024 * 1024;

struct Incoming {
  HttpRequest request;
  size_t seen = 0;
};

struct Address {
  sockaddr_storage storage{};
  Address(const std::string& host, uint16_t port) {
    auto* four = reinterpret_cast<sockaddr_in*>(&storage);
    auto* six = reinterpret_cast<sockaddr_in6*>(&storage);
    if (inet_pton(AF_INET, host.c_str(), &four->sin_addr) == 1) {
      four->sin_family = AF_INET;
      four->sin_port = htons(port);
    } else if (inet_pton(AF_INET6, host.c_str(), &six->sin6_addr) == 1) {
      six->sin6_family = AF_INET6;
      six->sin6_port = htons(port);
    } else {
      throw HttpError("'" + host + "' is not a numeric address");
    }
  }
  bool six() const { return storage.ss_family == AF_INET6; }
};

MHD_Result keep_argument(void* into, MHD_ValueKind, const char* key, size_t key_size,
                         const char* value, size_t value_size) {
  auto& query = *static_cast<std::map<std::string, std::string>*>(into);
  query[std::string(key, key_size)] = value == nullptr ? "" : std::string(value, value_size);
  return MHD_YES;
}

std::string header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

MHD_Result queue(MHD_Connection* connection, const HttpResponse& answer) {
  MHD_Response* response = MHD_create_response_from_buffer(
      answer.body.size(), const_cast<char*>(answer.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.type.c_str());
  for (const auto& [name, value] : answer.headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
  }
  MHD_Result queued =
      MHD_queue_response(connection, static_cast<unsigned>(answer.status), response);
  MHD_destroy_response(response);
  return queued;
}

Incoming* begin(MHD_Connection* connection, const char* url, const char* method) {
  auto* incoming = new Incoming;  // freed in `completed`
  HttpRequest& request = incoming->request;
  request.method = std::strcmp(method, "HEAD") == 0 ? "GET" : method;
  request.path = url;
  request.content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
  request.authorization = header(connection, MHD_HTTP_HEADER_AUTHORIZATION);
  MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, &keep_argument, &request.query);
  return incoming;
}

bool take(Incoming& incoming, std::string_view bytes) {
  incoming.seen += bytes.size();
  if (incoming.seen <= kMaxRequestBytes) {
    incoming.request.body += bytes;
  } else {
    incoming.request.too_large = true;
    incoming.request.body.clear();
  }
  return incoming.seen <= kMostDiscarded;
}

}  // namespace

struct HttpServer::Impl {
  HttpHandler handler;
  MHD_Daemon* daemon = nullptr;

  HttpResponse answer(const HttpRequest& request) {
    try {
      return handler(request);
    } catch (const std::exception&) {  // the handler words what it expects; this is our own bug
      return {500,
              "application/json",
              R"({"error":"central failed; see its log","code":"internal"})",
              {}};
    }
  }

  static MHD_Result access(void* self, MHD_Connection* connection, const char* url,
                           const char* method, const char*, const char* data, size_t* size,
                           void** kept) {
    if (*kept == nullptr) {
      *kept = begin(connection, url, method);
      return MHD_YES;
    }
    auto& incoming = *static_cast<Incoming*>(*kept);
    if (*size == 0) return queue(connection, static_cast<Impl*>(self)->answer(incoming.request));
    bool bearable = take(incoming, {data, *size});
    *size = 0;
    return bearable ? MHD_YES : MHD_NO;
  }

  static void completed(void*, MHD_Connection*, void** kept, MHD_RequestTerminationCode) {
    delete static_cast<Incoming*>(*kept);
    *kept = nullptr;
  }
};

HttpServer::HttpServer(const std::string& host, uint16_t port, HttpHandler handler)
    : impl_(std::make_unique<Impl>()) {
  impl_->handler = std::move(handler);
  Address address(host, port);
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD;
  if (address.six()) flags |= MHD_USE_IPv6;
  impl_->daemon = MHD_start_daemon(
      flags, port, nullptr, nullptr, &Impl::access, impl_.get(), MHD_OPTION_SOCK_ADDR,
      reinterpret_cast<sockaddr*>(&address.storage), MHD_OPTION_THREAD_POOL_SIZE, kThreads,
      MHD_OPTION_CONNECTION_LIMIT, kConnections, MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionMemory, MHD_OPTION_NOTIFY_COMPLETED,
      &Impl::completed, nullptr, MHD_OPTION_END);
  if (impl_->daemon == nullptr) {
    throw HttpError("cannot listen on " + host + ":" + std::to_string(port) + ": " +
                    std::strerror(errno) +
                    " (is another central running? --http HOST:PORT chooses another place)");
  }
}

HttpServer::~HttpServer() {
  if (impl_->daemon != nullptr) MHD_stop_daemon(impl_->daemon);
}

uint16_t HttpServer::port() const {
  const MHD_DaemonInfo* info = MHD_get_daemon_info(impl_->daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info == nullptr ? 0 : info->port;
}

}  // namespace pos::central
