// Central as any other program sees it: its HTTP interface with a token. The *found* side of every
// proof comes from here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/http.h"

namespace pos::lab {

struct Held {  // a transaction that central holds
  std::string transaction_id, store, till, type, receipt;
  int64_t seq = 0, total = 0;
  struct Line {
    std::string product;
    int64_t quantity = 0, total = 0;
  };
  std::vector<Line> lines;
};

class Central {
 public:
  Central(std::string origin, std::string token);

  bool ready() const;                              // GET /readyz
  std::string get(const std::string& path) const;  // throws std::runtime_error unless 200
  HttpAnswer call(std::string_view method, const std::string& path,
                  std::string_view body = {}) const;

  // Every sale and return of a store (of one till, if named), all pages, oldest first; without
  // lines.
  std::vector<Held> sales(const std::string& store, const std::string& till = {}) const;
  // One of them with its lines.
  Held transaction(const std::string& id) const;
  // Stock of a store in thousandths, by product.
  std::map<std::string, int64_t> stock(const std::string& store) const;
  // Open problems, each as its JSON text.
  std::vector<std::string> problems() const;

  const std::string& origin() const { return origin_; }
  const std::string& token() const { return token_; }

 private:
  std::string origin_, token_;
};

}  // namespace pos::lab
