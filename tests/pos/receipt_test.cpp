#include "pos/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "pos/receipt_words.h"

namespace pos {
namespace {

using testing::HasSubstr;
using testing::Not;

CompletedSale sold(const std::string& name) {
  Item item;
  item.id = {"p"};
  item.name = name;
  item.price = {199};
  item.tax_rate = {200'000};
  // It begins when its id is made.
  Sale sale({uuid_v7(parse_iso("2025-11-22T10:14:58.000Z")->unix_ms, {})}, {}, {}, 1);
  sale.add(item, "1", {2000});
  EXPECT_TRUE(sale.tender(TenderKind::cash, {500}, ""));
  CompletedSale done = sale.complete(
      {{}, "2025-11-22", *parse_iso("2025-11-22T10:15:30.123Z"), 60, {}, {"7"}, {}}, "EUR");
  done.receipt = "s1-till1-A000042";
  return done;
}

// Two rates, a weighed line, a discount, a rounding.
CompletedSale mixed() {
  CompletedSale sale = sold("Coffee");
  Line line;
  line.id = 2;
  line.item.name = "Tomatoes on the vine from the farm next door";
  line.item.unit = "kg";
  line.item.price = {350};
  line.item.tax_rate = {100'000};
  line.quantity = {1234};
  line.discount = {50};
  line.promotions = {"vine"};
  line.total = {382};
  sale.lines.push_back(line);
  sale.taxes = {{{100'000}, {347}, {35}, {382}}, {{200'000}, {332}, {66}, {398}}};
  sale.rounding = {-5};
  sale.total = {775};
  sale.tenders = {{TenderKind::card, {275}, {}, "VISA 4111111111111111"},
                  {TenderKind::cash, {1000}, {500}, ""}};
  return sale;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

TEST(Receipt, SaysWhatWasSoldAndPaid) {
  const std::string text = receipt_text(sold("Café crème"), {{"Corner Shop"}, "Thank you", 32});
  EXPECT_EQ(text,
            "          Corner Shop\n"
            "--------------------------------\n"
            "Café crème                  3.98\n"
            "  2 x 1.99\n"
            "--------------------------------\n"
            "TOTAL EUR                   3.98\n"
            "Cash                        5.00\n"
            "Change                      1.02\n"
            "--------------------------------\n"
            "Tax          Net     Tax   Gross\n"
            "20%         3.32    0.66    3.98\n"
            "--------------------------------\n"
            "s1-till1-A000042      2025-11-22\n"
            "Begun 11:14:58    Ended 11:15:30\n"
            "Served by 7\n"
            "           Thank you\n");
}

TEST(Receipt, SaysTheTaxOfEachRateAndWhichLineHasWhich) {
  EXPECT_EQ(
      receipt_text(
          mixed(),
          {{"Corner Shop", "VAT ATU12345678"}, "", 42, "en", "till1", {{"vine", "Vine week"}}},
          {.cashier = "Ann"}),
      "               Corner Shop\n"
      "             VAT ATU12345678\n"
      "------------------------------------------\n"
      "Coffee                              3.98 B\n"
      "  2 x 1.99\n"
      "Tomatoes on the vine from the farm\n"
      "next door                           3.82 A\n"
      "  1.234 kg x 3.50\n"
      "  Discount -0.50 (Vine week)\n"
      "------------------------------------------\n"
      "Subtotal                              7.80\n"
      "Rounding                             -0.05\n"
      "TOTAL EUR                             7.75\n"
      "You saved                             0.50\n"
      "Card VISA 1111                        2.75\n"
      "Cash                                 10.00\n"
      "Change                                5.00\n"
      "------------------------------------------\n"
      "Tax              Net       Tax       Gross\n"
      "A 10%           3.47      0.35        3.82\n"
      "B 20%           3.32      0.66        3.98\n"
      "------------------------------------------\n"
      "s1-till1-A000042                2025-11-22\n"
      "Begun 11:14:58              Ended 11:15:30\n"
      "Till till1                   Served by Ann\n");
}

TEST(Receipt, WithTaxOnTopShowsNetPricesAndTheTaxBeforeTheTotal) {
  CompletedSale sale = sold("Mug");
  sale.currency = "USD";
  sale.tax_mode = "exclusive";
  sale.lines[0].total = {430};
  sale.line_taxes = {{32}};
  sale.taxes = {{{80'000}, {398}, {32}, {430}}};
  sale.total = {430};
  const std::string text = receipt_text(sale, {{}, "", 32});
  EXPECT_THAT(text, HasSubstr("Mug                         3.98\n"));
  EXPECT_THAT(text, HasSubstr("Subtotal                    3.98\n"
                              "Tax 8%                      0.32\n"
                              "TOTAL USD                   4.30\n"));
  EXPECT_THAT(text, Not(HasSubstr("Gross")));
}

TEST(Receipt, ACopyATrainingAndAReturnSaySo) {
  const ReceiptHead head{{"Corner Shop"}, "", 42};
  EXPECT_THAT(receipt_text(mixed(), head, {.copy = 2}), HasSubstr("COPY 2\n"));
  EXPECT_THAT(receipt_text(mixed(), head), Not(HasSubstr("COPY")));

  const auto training = receipt_document(mixed(), head, {.training = true});
  const std::string text = text_of(training);
  EXPECT_NE(text.find("TRAINING - NOT A RECEIPT"), text.rfind("TRAINING - NOT A RECEIPT"));
  for (const auto& element : training.elements) {
    EXPECT_FALSE(std::holds_alternative<PaperBarcode>(element)) << "it must not be returnable";
  }

  CompletedSale back = mixed();
  back.kind = "return";
  back.original = {"0190-original"};
  EXPECT_THAT(receipt_text(back, head), HasSubstr("RETURN\nOriginal receipt: 0190-original\n"));
  EXPECT_THAT(receipt_text(back, head, {.original_receipt = "s1-till2-A000007"}),
              HasSubstr("Original receipt: s1-till2-A000007\n"));
  const std::string invoice =
      receipt_text(mixed(), head, {.buyer = {{"Buyer Ltd", "Long Lane"}, "DE123456789"}});
  EXPECT_THAT(invoice, HasSubstr("INVOICE\n"));
  EXPECT_THAT(invoice, HasSubstr("Invoice to:\n  Buyer Ltd\n  Long Lane\n  Tax no. DE123456789\n"));
  EXPECT_THAT(receipt_text(mixed(), head, {.for_office = true}), HasSubstr("COPY\n"));

  CompletedSale exchange = mixed();
  exchange.lines[0].quantity = -exchange.lines[0].quantity;
  EXPECT_THAT(receipt_text(exchange, head), HasSubstr("EXCHANGE\n"));
}

TEST(Receipt, SpeaksTheLanguageOfTheStore) {
  const std::string german = receipt_text(mixed(), {{}, "", 42, "de"});
  EXPECT_THAT(german, HasSubstr("Rückgeld                              5,00\n"));
  EXPECT_THAT(german, HasSubstr("  1,234 kg x 3,50\n"));
  EXPECT_THAT(german, HasSubstr(" 22.11.2025\n"));
  EXPECT_THAT(german, Not(HasSubstr("3.")));
  EXPECT_THAT(receipt_text(mixed(), {{}, "", 42, "xx"}), HasSubstr("Change"));
  for (const std::string& language : receipt_languages()) {
    for (const int columns : {32, 42, 48}) {
      const auto text = receipt_text(mixed(), {{}, "", columns, language}, {.training = true});
      for (const std::string& line : lines_of(text))
        EXPECT_LE(cells(line), static_cast<size_t>(columns)) << line;
    }
  }
}

TEST(Receipt, ASaleThatWasHeldOvernightSaysTheDayOnWhichItBegan) {
  CompletedSale sale = sold("Coffee");
  sale.header.at = *parse_iso("2025-11-23T10:15:30.123Z");
  EXPECT_THAT(receipt_text(sale, {{}, "", 42}),
              HasSubstr("Begun 2025-11-22 11:14:58   Ended 11:15:30"));
  sale.header.id = {"t"};  // no time in it
  EXPECT_THAT(receipt_text(sale, {{}, "", 42}), HasSubstr("\nEnded 11:15:30\n"));
}

TEST(Receipt, NoWordIsMissingInAnyLanguage) {
  for (const std::string& language : receipt_languages()) {
    const ReceiptWords& words = receipt_words(language);
    EXPECT_EQ(words.language, language);
    EXPECT_TRUE(words.decimal == '.' || words.decimal == ',');
    // All but the mark of decimals are pointers to text, one behind the other.
    for (const char* const* word = &words.date; word != &words.unconfirmed + 1; ++word) {
      ASSERT_NE(*word, nullptr) << language << " " << word - &words.date;
      EXPECT_NE(**word, 0) << language << " " << word - &words.date;
      EXPECT_TRUE(valid_utf8(*word));
    }
  }
}

TEST(Receipt, NoNameDrivesThePrinterOrTurnsTheText) {
  const std::string text =
      receipt_text(sold("\x1bp\x01\x10\xc2\x9b\u202eevil \xff\u061c name"), {{}, "", 32});
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  EXPECT_EQ(text.find("\u202e"), std::string::npos);
  EXPECT_EQ(text.find("\u061c"), std::string::npos);
  EXPECT_TRUE(valid_utf8(text));
}

TEST(Receipt, NoLineIsWiderThanThePaperAndNothingOfANameIsCut) {
  const std::string name =
      "A very long name of an article, in Ελληνικά and кириллица and 日本語, that does not fit";
  for (const int columns : {32, 42, 48}) {
    const auto lines = lines_of(receipt_text(
        sold(name), {{"A shop with an uncommonly long name that goes on below"}, "", columns}));
    std::string all;
    for (const std::string& line : lines) {
      EXPECT_LE(cells(line), static_cast<size_t>(columns)) << line;
      all += line + " ";
    }
    for (const std::string& word : wrap(name, 12)) EXPECT_THAT(all, HasSubstr(word));
  }
}

TEST(Receipt, OfACardNumberOnlyTheLastFourDigitsReachThePaper) {
  for (const char* reference : {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111"}) {
    CompletedSale sale = sold("Coffee");
    sale.tenders = {{TenderKind::card, {398}, {}, std::string("VISA ") + reference + " ok"}};
    EXPECT_THAT(receipt_text(sale, {{}, "", 32}), HasSubstr("Card VISA 1111 ok           3.98\n"));
  }
}

TEST(Receipt, SumsTooLargeForTheTableStandOnLinesOfTheirOwn) {
  CompletedSale sale = sold("Gold");
  sale.taxes = {{{200'000}, {123'456'789'012}, {24'691'357'802}, {148'148'146'814}}};
  EXPECT_THAT(receipt_text(sale, {{}, "", 32}), HasSubstr("20% Net            1234567890.12\n"
                                                          "20% Tax             246913578.02\n"
                                                          "20% Gross          1481481468.14\n"));
}

TEST(Paper, TheNumberIsBarsWhereTheyCanBeReadAndAQrWhereTheyCannot) {
  const auto code_of = [](const std::string& content, int columns) {
    Paper paper(columns);
    paper.code(content);
    return paper.take().elements.at(0);
  };
  const std::string number = "s1-till1-A000042", longer = "longstore_01-till_001-A000042";
  EXPECT_TRUE(std::holds_alternative<PaperBarcode>(code_of(number, 42)));
  EXPECT_TRUE(std::holds_alternative<PaperBarcode>(code_of(number, 32)));
  EXPECT_TRUE(std::holds_alternative<PaperQr>(code_of(longer, 32)));
}

TEST(Utf8, OnlyWhatTheStandardAllows) {
  EXPECT_TRUE(valid_utf8("żółć €😀"));
  for (const char* bad :
       {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80"}) {
    EXPECT_FALSE(valid_utf8(bad));
  }
  EXPECT_EQ(printable("żółć", 3), "ż");
  std::string_view text = "a€😀\xff";
  for (const char32_t c : {U'a', U'€', U'😀', U'\ufffd'}) EXPECT_EQ(take_character(text), c);
  EXPECT_TRUE(text.empty());
}

TEST(Text, WrapsBetweenWordsAndBreaksAWordOnlyWhenItMust) {
  using testing::ElementsAre;
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("abcdefghij", 4), ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(wrap("", 4), ElementsAre(""));
  EXPECT_THAT(wrap("日本語", 4), ElementsAre("日本", "語"));
  EXPECT_THAT(wrap("日本", 1), ElementsAre("日", "本"));
  EXPECT_EQ(cells("e\u0301"), 1u);
}

}  // namespace
}  // namespace pos
