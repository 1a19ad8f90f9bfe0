// Till: a headless till under a test's hands, with the test's own record of what it answered.
//
//   Till till(place, binary);
//   till.start();
//   till.open_for_business("1234");
//   auto sold = till.sell({{"p1001", "9520000010012", 2000, 199}});   // what a cashier would do
//   till.kill9();
//   till.start();      // takes up where it was
//
// The record is the *expected* side of every proof: it is made of what was asked and of what was
// answered here, never of what a database says. A pay without an answer is in doubt: it is recorded
// apart, and the journal tells later what became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/lab/process.h"

namespace pos::lab {

struct Wanted {  // one line of a basket
  std::string product, code;
  int64_t quantity = 1000;  // thousandths
  int64_t price = 0;        // minor units per unit, as the driver knows it
};

struct Sold {
  std::string store, till, transaction_id, receipt, epoch;
  int64_t seq = 0;
  int64_t total = 0;  // minor units, as answered
  std::vector<Wanted> lines;
};

struct TillStatus {
  std::string link;  // "online", "leaf_only", "offline"
  int64_t waiting = 0, sent = 0, settled = 0, needs_attention = 0;
  std::string last_receipt;
};

struct TillPlace {
  std::string store, till;
  std::string directory, config, database;
};

// The till did not answer: it has ended, or its time was up.
struct NoAnswer : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// It stands at the place where LEAFTILL_HOLD wanted it.
struct HeldAtPlace : NoAnswer {
  using NoAnswer::NoAnswer;
};
// It answered, but not what the test had to have.
struct WrongAnswer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Till {
 public:
  Till(TillPlace, std::string binary);

  // Starts `leaftill --headless`; returns when it answers. `hold`: LEAFTILL_HOLD of sync/hold.h; a
  // till that is held gives no answer (ask() throws HeldAtPlace), so there it does not wait.
  void start(Millis patience = seconds(30));
  void start_without_waiting(const std::string& hold = {});
  void kill9();
  std::optional<Ended> quit(
      Millis patience = seconds(5));  // {"do":"quit"}; nullopt: it did not end
  bool running() { return process_.running(); }
  Process& process() { return process_; }

  // One JSON line, one answer. Throws NoAnswer.
  std::string ask(const std::string& line, Millis patience = seconds(10));
  // As ask(), and throws WrongAnswer unless it says ok.
  std::string must(const std::string& line, Millis patience = seconds(10));

  // PIN, and a shift if none is open. What lies on the counter from before a kill stays there, and
  // is returned as (product, quantity). A sale that the till says it completed without an answer
  // ("wasThisOneHandedOut") goes to unanswered().
  std::vector<std::pair<std::string, int64_t>> open_for_business(const std::string& pin,
                                                                 int64_t float_amount = 10000);
  // A till that has never been online has no catalogue: false until this code is in it.
  bool knows(const std::string& code);
  void scan(const Wanted&);
  // Voids an open sale that the till has taken up from its draft, if there is one.
  void clear_counter();
  // Scans all, pays what is due in cash, records the answer. Throws WrongAnswer if the total is not
  // the driver's own sum.
  Sold sell(const std::vector<Wanted>& basket);
  // The second half: what lies on the counter (after a restart: in the draft) is paid.
  Sold pay(const std::vector<Wanted>& basket);
  TillStatus status();
  // Everything sold here is held by central, says the till.
  bool all_settled();

  // What was sold on this till by other hands (a window): the driver's record all the same.
  void add_to_record(Sold sold) { record_.push_back(std::move(sold)); }

  const std::vector<Sold>& record() const { return record_; }
  // Transaction ids of sales that were paid, and whose answer was lost in a kill.
  const std::vector<std::string>& unanswered() const { return unanswered_; }

  // "held at …" is in its log since the last start.
  bool held() const;

  const TillPlace& place() const { return place_; }
  std::string name() const { return place_.store + "/" + place_.till; }
  const std::string& log() const { return log_; }
  std::string last_log() const { return tail(log_); }
  Millis slowest_answer() const { return slowest_; }  // since the last start, or since:
  void forget_slowest() { slowest_ = Millis(0); }

 private:
  TillPlace place_;
  std::string binary_, log_;
  Process process_;
  std::vector<Sold> record_;
  std::vector<std::string> unanswered_;
  bool holds_ = false;
  uintmax_t log_start_ = 0;  // size of the log at the last start
  Millis slowest_{0};
};

}  // namespace pos::lab
