// Looking into what central holds of the tills' journals, what they come to on gift cards, and into
// the problems that people should see to. Reads only, but for marking a problem as seen to: a fact
// is never edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "central/dead_letters.h"
#include "central/sql.h"
#include "pos/time.h"

namespace pos::central {

struct JournalLine {
  std::string id, store, till, type, kind, receipt, business_date, at, cashier, currency, carrier;
  std::string epoch;
  int64_t seq = 0;             // of its first coming
  int64_t total = 0, tax = 0;  // minor units
  std::string applied_at;
  std::string body;  // only of one that was asked for by its id
};

// Empty members do not narrow. Dates are business dates, inclusive.
struct JournalQuestion {
  std::string store, till, from, to, receipt, type;
  std::string after;  // what `next` said
  int64_t limit = 100;
};
struct JournalPage {
  std::vector<JournalLine> lines;  // ascending by transaction id, which is by time
  std::string next;                // empty: that was all
};

struct ProblemEntry {
  int64_t id = 0;
  std::string kind, store, till, transaction_id, about, text, opened_at, resolved_at;
  int64_t times = 0;
};

struct GiftCardEntry {
  std::string card, currency;
  int64_t balance = 0, version = 0;  // minor units
  std::string issued_at, changed_at;
};

enum class ProblemState { open, resolved, all };

class JournalDesk {
 public:
  explicit JournalDesk(Database& database) : database_(database) {}

  JournalPage transactions(const JournalQuestion&);  // throws Refused for a `next` that is none
  // Two tills can claim one id (a `conflict` problem says so then): the first by store and till.
  std::optional<JournalLine> transaction(const std::string& id);
  std::vector<ProblemEntry> problems_of(const std::string& transaction_id);

  std::vector<ProblemEntry> problems(ProblemState, int64_t after, int64_t limit);
  // Doing it twice keeps the first time; nullopt: there is no such problem.
  std::optional<ProblemEntry> resolve_problem(int64_t id, Instant now);

  // What is on the gift cards, by the rows of all stores: ascending by (card, currency), after
  // those.
  std::vector<GiftCardEntry> gift_cards(const std::string& after_card,
                                        const std::string& after_currency, int64_t limit);
  std::vector<GiftCardEntry> gift_card(const std::string& card);  // one of each currency

  DeadLetters dead_letters() { return DeadLetters(database_); }

  struct Counts {
    int64_t problems_open = 0, quarantined = 0, waiting = 0;  // waiting: for a till's approval
    int64_t tills = 0, tills_approved = 0;
    int64_t stores = 0, products = 0, catalogue_version = 0;
    int64_t down_marks = 0, events_queued = 0;
  };
  Counts counts();
  // By their names, ascending.
  std::vector<std::pair<std::string, int64_t>> open_problems_by_kind();
  std::vector<std::pair<std::string, int64_t>> dead_letters_by_reason();

 private:
  Database& database_;
};

}  // namespace pos::central
