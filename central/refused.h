// What central's desks do not do, in words for the person or program that asked. An exception and
// not a value, because it is mostly found out in the middle of a database transaction, which the
// session rolls back on its way out.
#pragma once

#include <stdexcept>
#include <string>

namespace pos::central {

struct Refused : std::runtime_error {
  enum class Why {
    malformed,    // cannot be read (HTTP 400)
    not_found,    // 404
    conflict,     // what is there already says otherwise (409)
    not_allowed,  // understood, but not done (422)
  };
  Refused(Why reason, std::string stable_code, const std::string& words)
      : std::runtime_error(words), why(reason), code(std::move(stable_code)) {}
  Why why;
  std::string code;  // "unknown_store": stable, for programs
};

}  // namespace pos::central
