#include "tests/paper/golden.h"

#include "pos/report.h"
#include "tests/paper/receipts.h"

namespace pos::paper {
namespace {

ReceiptHead shop(int columns, const std::string& language) {
  return {{"Corner Shop", "12 High Street, 1010 Vienna", "VAT ATU12345678"},
          "Thank you",
          columns,
          language,
          "till1",
          {{"3for5", "Three for five"}}};
}

ReceiptDocument receipt(const CompletedSale& sale, int columns, const std::string& language,
                        ReceiptOccasion occasion = {}) {
  occasion.cashier = "Ann";
  return receipt_document(sale, shop(columns, language), occasion);
}

// A mug comes back, a dearer one is taken.
CompletedSale exchanged() {
  CompletedSale sale = sold("Mug, blue");
  sale.kind = "return";
  sale.original = {"019ab000-0000-7000-8000-000000000001"};
  sale.lines.resize(2);
  sale.lines[0].quantity = {-1000}, sale.lines[0].total = {-199};
  sale.lines[1] = sale.lines[0];
  sale.lines[1].id = 2, sale.lines[1].item.name = "Mug, gold rim";
  sale.lines[1].item.price = {499}, sale.lines[1].quantity = {1000}, sale.lines[1].total = {499};
  sale.line_taxes = {{-33}, {83}};
  sale.taxes = {{{200'000}, {250}, {50}, {300}}};
  sale.rounding = {}, sale.total = {300}, sale.tax = {50};
  sale.tenders = {{TenderKind::cash, {500}, {200}, ""}};
  return sale;
}

CompletedSale returned() {
  CompletedSale sale = exchanged();
  sale.lines.pop_back(), sale.line_taxes.pop_back();
  sale.taxes = {{{200'000}, {-166}, {-33}, {-199}}};
  sale.total = {-199}, sale.tax = {-33};
  sale.tenders = {{TenderKind::cash, {-199}, {}, ""}};
  return sale;
}

CompletedSale american() {
  CompletedSale sale = sold("Mug", "USD");
  sale.tax_mode = "exclusive";
  sale.rounding = {0};
  sale.total = {780};
  sale.tenders = {{TenderKind::card, {780}, {}, "VISA 1111"}};
  return sale;
}

ReceiptDocument codes() {
  Paper codes(48);
  codes.ean13("9501101531000");
  codes.code("s1-till1-A000042");
  codes.code("https://leaftill.example/r/s1-till1-A000042?of=a+shop");
  codes.cut();
  return codes.take();
}

ReceiptDocument report(int columns, const std::string& language, bool z) {
  ShiftClosed shift;
  shift.header = sold("").header;
  shift.header.shift = {uuid_v7(parse_iso("2025-11-22T06:58:04.000Z")->unix_ms, {})};
  shift.header.business_date = "2025-11-22";
  shift.z_number = 12;
  shift.first_receipt = "s1-till1-A000042", shift.last_receipt = "s1-till1-A000188";
  shift.sales = 147;
  shift.taxes = {{{100'000}, {52'300}, {5'230}, {57'530}},
                 {{200'000}, {91'666}, {18'333}, {109'999}}};
  shift.tenders = {{"card", {100'004}}, {"cash", {65'022}}, {"gift", {2'500}}};
  shift.categories = {
      {"", {1'000}}, {"Bakery", {57'530}}, {"Household goods and garden", {108'999}}};
  shift.cashiers = {{"7", {120'000}}, {"9", {47'526}}};
  shift.returns = 2, shift.returned = {-1'190}, shift.rounding = {-3};
  shift.float_amount = {10'000}, shift.cash_moved = {-5'000};
  shift.expected = {70'022}, shift.counted = {69'922}, shift.variance = {-100};
  shift.counts = {{10'000, 6}, {5'000, 1}, {1'000, 4}, {100, 9}, {10, 2}, {2, 1}};
  shift.turnover = {167'526}, shift.grand_total = {98'765'432};
  ReportOccasion occasion{z, false, z ? 37 : 0, {{"7", "Ann"}, {"9", "Bert"}}};
  return report_document(shift, "EUR", shop(columns, language), occasion);
}

void at_all_widths(std::vector<Golden>& all) {
  for (const int columns : {32, 42, 48}) {
    const auto put = [&](const std::string& name, ReceiptDocument document) {
      all.push_back({name + "-" + std::to_string(columns), {"pc858"}, std::move(document)});
    };
    const Buyer buyer{{"Käufer & Söhne GmbH", "Lange Gasse 7", "10115 Berlin"}, "DE123456789"};
    put("sale-en", receipt(sold("Café crème 5 €"), columns, "en"));
    put("copy-de", receipt(sold("Käsespätzle"), columns, "de", {.copy = 2}));
    put("training-fr", receipt(sold("Crêpe"), columns, "fr", {.training = true}));
    put("exchange-en",
        receipt(exchanged(), columns, "en", {.original_receipt = "s1-till2-A000007"}));
    put("return-de", receipt(returned(), columns, "de", {.original_receipt = "s1-till2-A000007"}));
    put("invoice-de", receipt(sold("Käsespätzle"), columns, "de", {.buyer = buyer}));
    put("us-en", receipt(american(), columns, "en"));
    put("z-en", report(columns, "en", true));
    put("x-fr", report(columns, "fr", false));
  }
}

}  // namespace

std::vector<Golden> golden() {
  std::vector<Golden> all = {
      {"pages-de-48-wpc1252", {"wpc1252"}, receipt(sold("Käsespätzle 5 €"), 48, "de")},
      {"pages-pl-32-pc852", {"pc852"}, receipt(sold("Żubrówka 0,5 l"), 32, "pl")},
      {"pages-el-42-wpc1253", {"wpc1253"}, receipt(sold("Φέτα"), 42, "el")},
      {"pages-cyrillic-42-pc866", {"pc866"}, receipt(sold("Хлеб бородинский"), 42, "en")},
      {"pages-none-32-pc437", {"pc437"}, receipt(sold("Łódź 5 €"), 32, "en")},
      {"codes-48", {"pc437"}, codes()},
  };
  at_all_widths(all);
  return all;
}

PrinterProfile with(const std::vector<std::string>& pages) {
  PrinterProfile profile{{}};
  for (const std::string& name : pages) profile.pages.push_back(*printer_page(name));
  return profile;
}

}  // namespace pos::paper
