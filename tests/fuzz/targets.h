// Bytes of strangers, and what reads them. Each target takes any bytes and must neither crash, nor
// hang, nor grow, nor break what it says about itself (then it aborts).
//
// Under libFuzzer (preset `fuzz`, clang) they are driven by coverage; in every other build
// replay_test runs them over tests/fuzz/corpus, so that what was once found stays found.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace pos::fuzz {

struct Target {
  const char* name;  // of its folder in tests/fuzz/corpus
  void (*run)(std::string_view bytes);
  size_t longest;  // what fuzzing makes up; the doors themselves take more, and cut
  int64_t share;   // of a thousand runs over all targets: the slow ones have fewer
};
const std::vector<Target>& targets();
const Target* target_named(std::string_view name);

inline void must(bool holds) {
  if (!holds) std::abort();
}

// wire_targets.cpp
void rows(std::string_view);      // a journal row: row, envelope, content hash
void hellos(std::string_view);    // hello and its answer
void answers(std::string_view);   // acks, forks, enrolment, beats, what JetStream answers
void products(std::string_view);  // products, stock and their pages
void office(std::string_view);    // prices, settings, promotions and their pages
void csv(std::string_view);       // a product list
// sync_targets.cpp
void messages(std::string_view);  // several NATS messages to a till's sync core
void info(std::string_view);      // the first line of a nats-server
// till_targets.cpp
void codes(std::string_view);        // what a scanner sends, and the draft on disk
void scale(std::string_view);        // what a scale sends
void till_config(std::string_view);  // till.toml
void bundle(std::string_view);       // of `leaftill-central till add`
void headless(std::string_view);     // lines to a till
void control(std::string_view);      // a line to the control socket
// central_targets.cpp
void letters(std::string_view);         // a message of SALES: subject and headers, then the body
void central_config(std::string_view);  // central's file
void http(std::string_view);            // a request to the HTTP interface

}  // namespace pos::fuzz
