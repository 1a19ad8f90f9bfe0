#include "till/paperwork.h"

#include <algorithm>

#include "sync/log.h"

namespace pos::till {
namespace {

void tell(const PrintJob& job) {
  if (job.state == PrintState::done) {
    sync::log_info("printed", {{"job", job.title}});
  } else {
    sync::log_warn("not printed", {{"job", job.title}, {"why", job.words}});
  }
}

std::unique_ptr<Printer> printer_of(const Config& config) {
  if (config.printer_url.empty()) return {};
  PrinterSettings settings;
  settings.address = parse_printer_url(config.printer_url);
  settings.profile.pages = printer_pages(config.printer_code_page);
  return std::make_unique<Printer>(std::move(settings), tell);
}

}  // namespace

Paperwork::Paperwork(const Config& config, std::vector<std::string> store_lines, std::string foot,
                     Register& reg, Staff& staff)
    : config_(config),
      store_lines_(std::move(store_lines)),
      foot_(std::move(foot)),
      register_(reg),
      staff_(staff),
      printer_(printer_of(config)),
      printed_(reg.last_sale() ? reg.last_sale()->header.id : TransactionId{}) {}

ReceiptHead Paperwork::screen_head() const {
  ReceiptHead head{store_lines_, foot_, static_cast<int>(config_.receipt_columns),
                   config_.receipt_language, register_.settings().till.value};
  for (const Promotion& p : register_.settings().terms.promotions) head.promotions[p.id] = p.name;
  return head;
}

ReceiptHead Paperwork::paper_head() const {
  ReceiptHead head = screen_head();
  if (config_.printer_columns > 0) head.columns = static_cast<int>(config_.printer_columns);
  return head;
}

std::string Paperwork::name_of(const PersonId& id) const {
  if (const auto& here = register_.person(); here && here->id == id) return here->name;
  const auto person = staff_.by_id(id);
  return person && !person->name.empty() ? person->name : id.value;
}

ReceiptOccasion Paperwork::occasion_of(const CompletedSale& sale) const {
  ReceiptOccasion occasion;
  occasion.cashier = name_of(sale.header.cashier);
  return occasion;
}

std::string Paperwork::text_of(const CompletedSale& sale) const {
  return receipt_text(sale, screen_head(), occasion_of(sale));
}

void Paperwork::print_last_sale() {
  const auto& sale = register_.last_sale();
  if (!sale || sale->header.id == printed_) return;
  printed_ = sale->header.id;
  if (!printer_) return;
  const bool cash = std::any_of(sale->tenders.begin(), sale->tenders.end(),
                                [](const Tender& t) { return t.kind == TenderKind::cash; });
  if (cash && !sale->training()) open_drawer();
  printer_->print(sale->receipt, receipt_document(*sale, paper_head(), occasion_of(*sale)));
}

std::string Paperwork::print(const std::string& title, const Reprint& of,
                             ReceiptOccasion occasion) {
  occasion.copy = of.copy;
  const std::string copy = of.copy > 0 ? " copy " + std::to_string(of.copy) : "";
  if (printer_) {
    printer_->print(title + of.sale.receipt + copy,
                    receipt_document(of.sale, paper_head(), occasion));
  }
  return receipt_text(of.sale, screen_head(), occasion);
}

std::string Paperwork::print_copy(const Reprint& of) { return print("", of, occasion_of(of.sale)); }

std::string Paperwork::print_invoice(const Reprint& of, const Buyer& buyer) {
  ReceiptOccasion occasion = occasion_of(of.sale);
  occasion.buyer = buyer;
  return print("invoice ", of, std::move(occasion));
}

std::string Paperwork::print_report(const ShiftClosed& shift, bool z, int64_t unconfirmed) {
  ReportOccasion occasion;
  occasion.z = z;
  occasion.training = register_.training();
  occasion.unconfirmed = unconfirmed;
  occasion.names[shift.header.cashier.value] = name_of(shift.header.cashier);
  for (const AmountOf& c : shift.cashiers) occasion.names[c.key] = name_of({c.key});
  const std::string& currency = register_.settings().currency;
  if (printer_) {
    printer_->print(z ? "Z " + std::to_string(shift.z_number) : "X",
                    report_document(shift, currency, paper_head(), occasion));
  }
  return pos::text_of(report_document(shift, currency, screen_head(), occasion));
}

void Paperwork::open_drawer() {
  if (printer_ && config_.printer_drawer) printer_->open_drawer();
}

std::vector<PrintJob> Paperwork::jobs() const {
  return printer_ ? printer_->jobs() : std::vector<PrintJob>{};
}

size_t Paperwork::waiting() const { return printer_ ? printer_->waiting() : 0; }

void Paperwork::close() {
  if (printer_) printer_->close();
}

}  // namespace pos::till
