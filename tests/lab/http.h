// One HTTP request on the loopback, with a deadline. The only file with cpp-httplib is http.cpp.
#pragma once

#include <string>
#include <string_view>

#include "tests/lab/patience.h"

namespace pos::lab {

struct HttpAnswer {
  int status = 0;  // 0: no answer; `body` says why
  std::string body;
  bool ok() const { return status >= 200 && status < 300; }
};

// `origin` is "http://127.0.0.1:PORT"; `token` may be empty.
HttpAnswer http(std::string_view method, const std::string& origin, const std::string& path,
                const std::string& token = {}, std::string_view body = {},
                Millis patience = seconds(10));

}  // namespace pos::lab
