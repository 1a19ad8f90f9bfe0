// What the till puts on paper: the receipt of each sale, copies, invoices, reports, and the drawer
// that hangs on the printer. Works without a printer too: then it only knows the texts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pos/receipt.h"
#include "pos/register.h"
#include "pos/report.h"
#include "till/config.h"
#include "till/printer.h"

namespace pos::till {

class Paperwork {
 public:
  // `store_lines`, `foot`: of the bundle. The last sale that the Register knows was printed by the
  // run that made it. Throws ConfigError.
  Paperwork(const Config&, std::vector<std::string> store_lines, std::string foot, Register&,
            Staff&);

  // The text of what the sale's receipt says.
  std::string text_of(const CompletedSale&) const;
  // Queues the receipt of the last sale, once, and opens the drawer if cash went in or out.
  void print_last_sale();
  // These queue, and are the text of it.
  std::string print_copy(const Reprint&);
  std::string print_invoice(const Reprint&, const Buyer&);
  std::string print_report(const ShiftClosed&, bool z, int64_t unconfirmed);
  // The one way to the drawer. Nothing happens without a printer, or with printer.drawer = "never".
  void open_drawer();

  bool has_printer() const { return printer_ != nullptr; }
  std::vector<PrintJob> jobs() const;  // the last ones, oldest first
  size_t waiting() const;
  void close();  // gives what is queued a moment

 private:
  ReceiptHead screen_head() const;
  ReceiptHead paper_head() const;  // as wide as the printer's paper
  ReceiptOccasion occasion_of(const CompletedSale&) const;
  std::string name_of(const PersonId&) const;
  std::string print(const std::string& title, const Reprint&, ReceiptOccasion);

  const Config& config_;
  std::vector<std::string> store_lines_;
  std::string foot_;
  Register& register_;
  Staff& staff_;
  std::unique_ptr<Printer> printer_;  // none configured: empty
  TransactionId printed_;             // the last sale whose receipt was queued
};

}  // namespace pos::till
