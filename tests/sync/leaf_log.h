// LeafLog: a leaf's CLAIMLOG in memory, as tests need it: with answers that get lost, other tills
// that are faster, and silence.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sync/claims.h"

namespace pos::sync {

class LeafLog {
 public:
  AskLeaf door() {
    return [this](std::string_view subject, const Headers& headers, std::string_view body) {
      return answer(subject, headers, body);
    };
  }
  std::optional<NatsMessage> answer(std::string_view subject, const Headers&,
                                    std::string_view body);

  bool silent = false;                         // hears nothing
  int lost_answers = 0;                        // of the next publishes: stored, but nobody is told
  int lost_publishes = 0;                      // never stored
  std::function<void()> before_publish;        // once: somebody is faster
  std::map<std::string, std::string> entries;  // by subject
  bool made = false;
};

}  // namespace pos::sync
