// The headless till: one JSON object a line in, one answer a line out, in order (docs/operate.md).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/register.h"
#include "pos/scale.h"
#include "sync/status.h"
#include "till/printer.h"

namespace pos::till {

class Headless {
 public:
  // `status` and `nudge` are the sync thread's; `recover` reopens the database after a failure.
  struct Hooks {
    std::function<sync::Status()> status;
    std::function<void()> nudge;
    std::function<void()> recover;
    std::function<std::string(const CompletedSale&)> receipt;
    // These print, where there is a printer, and are the text of what they print.
    std::function<std::string(const Reprint&)> copy;
    std::function<std::string(const Reprint&, const Buyer&)> invoice;
    std::function<std::string(const ShiftClosed&, bool z)> report;
    std::function<std::vector<PrintJob>()> jobs;
    std::function<void()> open_drawer = {};  // kicks it; none: there is no drawer to kick
    Scale* scale = nullptr;                  // null: none is connected
  };
  Headless(Register& reg, Hooks hooks) : register_(reg), hooks_(std::move(hooks)) {}

  // The answer to one line, without its newline. Never throws: the machine's failure is an answer.
  std::string answer(std::string_view line);
  bool quit() const { return quit_; }

 private:
  Register& register_;
  Hooks hooks_;
  bool quit_ = false;
};

}  // namespace pos::till
