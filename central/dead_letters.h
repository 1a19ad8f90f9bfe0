// Dead letters: messages that came as rows and did not count. Each is kept with its exact bytes
// and headers (the table `quarantine`), named by why and by a hash. A person looks at one, has the
// cause mended (an upgrade that understands it, a key that is known now), and puts it through the
// reconciler again: it takes effect once, however often and by however many hands that is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "central/letter.h"
#include "central/sql.h"
#include "pos/time.h"

namespace pos::central {

struct DeadLetter {
  std::string reason, hash;  // together its name
  std::string store, till, epoch, transaction_id, received_at;
  int64_t seq = 0, times = 0;
  Arrival arrival;  // as it came
};
// What the reason means and what to do, for people. Reasons are stable: scripts may depend on them.
const char* words_of_reason(const std::string& reason);

struct Retried {
  enum class End {
    took_effect,  // now
    held,         // it had, meanwhile, by another way
    waits,        // in the waiting room: its till's key is not known
    stays,        // it cannot be taken still
  };
  End end = End::stays;
  std::string reason;  // of one that stays, which may be another than before
};
const char* to_word(Retried::End);

class DeadLetters {
 public:
  explicit DeadLetters(Database& database) : database_(database) {}

  // Ascending by (reason, hash), after the given one.
  std::vector<DeadLetter> list(const std::string& after_reason, const std::string& after_hash,
                               int64_t limit);
  std::optional<DeadLetter> find(const std::string& reason, const std::string& hash);
  // By the beginning of its hash, 8 digits at least. Throws Refused if none or several have it.
  DeadLetter named(const std::string& hash_begins);
  // In one transaction: either it has left these and what it does is done, or nothing happened.
  // nullopt: there is no such letter (any more).
  std::optional<Retried> retry(const std::string& reason, const std::string& hash, Instant now);

 private:
  Database& database_;
};

// One line of JSON without its end: the body and the headers as they came (base64 where they are
// no text), for who wants to publish them again by hand.
std::string export_line(const DeadLetter&);

}  // namespace pos::central
