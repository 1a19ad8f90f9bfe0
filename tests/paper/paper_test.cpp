#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iconv.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "pos/bars.h"
#include "pos/report.h"
#include "tests/paper/golden.h"
#include "tests/paper/receipts.h"
#include "tests/paper/roll_picture.h"
#include "till/font.h"
#include "till/paper_picture.h"

namespace pos::paper {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

// Draws a line as a pattern that says how long the text is: golden files need no font.
struct Ruler final : Rasteriser {
  Bitmap draw(std::string_view text, int columns, Style style) override {
    Bitmap map{columns * kDotsPerColumn, style.tall ? 2 : 1, {}};
    map.bits.assign(map.row_bytes() * static_cast<size_t>(map.height), '\0');
    for (size_t i = 0; i < cells(text); ++i) map.bits[i * 12 / 8] = '\x55';
    return map;
  }
};

struct NoFont final : Rasteriser {
  Bitmap draw(std::string_view, int, Style) override { return {}; }
};

// What stands on the roll, beside what should: a line is there as text, or as its own picture.
void expect_printed(const ReceiptDocument& document, const Roll& roll, Rasteriser& font) {
  EXPECT_THAT(roll.faults, IsEmpty());
  ASSERT_EQ(roll.items.size(), document.elements.size());
  for (size_t i = 0; i < roll.items.size(); ++i) {
    const PaperElement& want = document.elements[i];
    const Printed& got = roll.items[i];
    PaperText line;
    if (const auto* text = std::get_if<PaperText>(&want)) line = *text;
    if (std::holds_alternative<PaperRule>(want))
      line.text = std::string(static_cast<size_t>(document.columns), '-');
    if (const auto* map = std::get_if<Bitmap>(&got)) {
      EXPECT_EQ(*map, font.draw(line.text, document.columns, line.style)) << line.text;
    } else if (const auto* text = std::get_if<PaperText>(&got)) {
      EXPECT_EQ(text->text, line.text);
      EXPECT_EQ(text->style, line.style) << line.text;
    } else if (const auto* code = std::get_if<PaperBarcode>(&got)) {
      EXPECT_EQ(want, PaperElement(*code));
    } else if (const auto* qr = std::get_if<PaperQr>(&got)) {
      EXPECT_EQ(want, PaperElement(*qr));
    } else {
      EXPECT_TRUE(std::holds_alternative<PaperCut>(got)) << "the drawer opened";
      EXPECT_TRUE(std::holds_alternative<PaperCut>(want));
    }
  }
}

size_t pictures(const Roll& roll) {
  return static_cast<size_t>(
      std::count_if(roll.items.begin(), roll.items.end(),
                    [](const Printed& p) { return std::holds_alternative<Bitmap>(p); }));
}

ReceiptDocument receipt(const std::string& name, int columns, const std::string& language = "en",
                        const ReceiptOccasion& occasion = {}) {
  return receipt_document(
      sold(name), {{"Corner Shop", "VAT ATU12345678"}, "Thank you", columns, language}, occasion);
}

TEST(EscPos, WhatIsPrintedIsTheDocumentInEveryLanguageOnEveryPaperAndPage) {
  till::Font font;
  for (const char* page : {"pc437", "pc850", "pc852", "pc858", "pc866", "wpc1252", "wpc1253"}) {
    for (const std::string& language : receipt_languages()) {
      for (const int columns : {32, 42, 48}) {
        SCOPED_TRACE(std::string(page) + " " + language + " " + std::to_string(columns));
        const auto document = receipt("Żubrówka 0,5 l à 5 €", columns, language, {.copy = 1});
        const auto profile = with({page});
        expect_printed(document, read_escpos(encode(document, profile, font), profile.pages), font);
      }
    }
  }
}

TEST(EscPos, ALineGoesInTheFirstPageThatHasAllOfItAndAsAPictureIfNoneHas) {
  Ruler ruler;
  Paper paper(32);
  for (const char* line : {"5 €", "Łódź", "Ελλάς", "5 € Ł", "日本"}) paper.left(line);
  const auto document = paper.take();
  const auto profile = with({"pc858", "pc852", "wpc1253"});
  const Roll roll = read_escpos(encode(document, profile, ruler), profile.pages);
  expect_printed(document, roll, ruler);
  EXPECT_EQ(pictures(roll), 2u);
  EXPECT_EQ(pictures(read_escpos(encode(document, with({"pc437"}), ruler), profile.pages)), 5u);
}

TEST(EscPos, TheEuroIsD5InPage858AndThePageIsChosenBeforeIt) {
  Ruler ruler;
  Paper paper(32);
  paper.left("€");
  const std::string head = std::string("\x1b@\x1c.\x1bR\0", 7);
  EXPECT_EQ(encode(paper.take(), with({"pc858"}), ruler), head + "\x1bt\x13\xd5\n");
  paper = Paper(32);
  paper.left("€");
  EXPECT_EQ(encode(paper.take(), with({"pc858=13"}), ruler), head + "\x1bt\x0d\xd5\n");
}

TEST(EscPos, WithoutAnyFontWhatIsMissingIsAQuestionMarkAndTheRestStands) {
  NoFont none;
  const auto document = receipt("Łódź", 42);
  const Roll roll = read_escpos(encode(document, with({"pc437"}), none), with({"pc437"}).pages);
  EXPECT_THAT(roll.faults, IsEmpty());
  EXPECT_EQ(std::get<PaperText>(roll.items[3]).text, "?\?d?                                3.98 B");
}

TEST(EscPos, NoNameDrivesThePrinter) {
  till::Font font;
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  const char* const evil[] = {"\x1bp\x00\x19\xfa",
                              "\x1d(A",
                              "\x10\x14\x01",
                              "\x1dV",
                              "\n",
                              "\x1c",
                              "{C",
                              "{",
                              "\u202e",
                              "\xc2\x9b",
                              "€",
                              "Ł",
                              "日",
                              "\xff",
                              "%",
                              " "};
  for (int i = 0; i < 300; ++i) {
    std::string name;
    for (int n = static_cast<int>(random() % 30); n >= 0; --n) {
      if (random() % 2) name += evil[random() % std::size(evil)];
      name += static_cast<char>(random());
    }
    CompletedSale sale = sold(name);
    sale.receipt = name;  // also as a code
    sale.tenders[0].reference = name;
    sale.lines[0].promotions = {"p"}, sale.lines[0].discount = {1}, sale.lines[0].reason = name;
    const auto document = receipt_document(sale, {{name}, name, 42, "en", name, {{"p", name}}},
                                           {.buyer = {{name}, name}, .cashier = name});
    const auto profile = with({"pc858", "pc852"});
    ShiftClosed shift;
    shift.first_receipt = shift.last_receipt = name, shift.sales = 1;
    shift.tenders = shift.categories = shift.cashiers = {{name, {1}}};
    const auto report = report_document(shift, name, {{name}, name, 42}, {.names = {{name, name}}});
    for (const ReceiptDocument& paper : {document, report}) {
      const Roll roll = read_escpos(encode(paper, profile, font), profile.pages);
      ASSERT_THAT(roll.faults, IsEmpty()) << testing::PrintToString(name);
      for (const Printed& item : roll.items) ASSERT_FALSE(std::holds_alternative<Drawer>(item));
    }
  }
  // Nor does a document that was not laid out by Paper.
  ReceiptDocument raw{
      32,
      {PaperText{"\x1bp\x01\n\x1d", {}}, PaperBarcode{PaperBarcode::Kind::ean13, "12\x1bp3"},
       PaperBarcode{PaperBarcode::Kind::code128, "\x1d"}}};
  for (const Printed& item : read_escpos(encode(raw, with({"pc858"}), font), {}).items)
    EXPECT_FALSE(std::holds_alternative<Drawer>(item));
}

TEST(EscPos, TheDrawerOpensOnlyForItsOwnCommand) {
  const Roll roll = read_escpos(drawer_kick(), {});
  EXPECT_THAT(roll.items, ElementsAre(Printed(Drawer{})));
  EXPECT_THAT(roll.commands, ElementsAre("ESC p 00 32 fa"));
}

TEST(CodePage, TheTablesAreThoseOfTheSystem) {
  const std::pair<const char*, const char*> pages[] = {
      {"pc437", "CP437"}, {"pc850", "CP850"},    {"pc852", "CP852"},
      {"pc866", "CP866"}, {"wpc1252", "CP1252"}, {"wpc1253", "CP1253"}};
  for (const auto& [name, system] : pages) {
    const iconv_t convert = iconv_open("UTF-8", system);
    ASSERT_NE(convert, reinterpret_cast<iconv_t>(-1)) << system;
    for (int b = 0xa0; b < 0x100; ++b) {
      char in = static_cast<char>(b), out[8] = {};
      char *from = &in, *to = out;
      size_t left = 1, room = sizeof out;
      const bool there = iconv(convert, &from, &left, &to, &room) != size_t(-1);
      const auto page = printer_page(name)->page;
      EXPECT_EQ(from_page(page, static_cast<unsigned char>(b)) != 0, there) << name << " " << b;
      if (!there) continue;
      EXPECT_EQ(in_page(page, out), std::string(1, in)) << name << " " << b;
    }
    iconv_close(convert);
  }
  // PC858 is PC850 with the euro in place of the dotless i.
  for (int b = 0x80; b < 0x100; ++b) {
    const auto byte = static_cast<unsigned char>(b);
    if (b == 0xd5) continue;
    EXPECT_EQ(from_page(CodePage::pc858, byte), from_page(CodePage::pc850, byte)) << b;
  }
  EXPECT_EQ(from_page(CodePage::pc858, 0xd5), U'€');
  EXPECT_FALSE(printer_page("pc999"));
  EXPECT_FALSE(printer_page("pc858=256"));
  EXPECT_FALSE(printer_page("pc858="));
}

TEST(Bars, AreThoseOfTheStandards) {
  // As receiptline 4.0.4 draws them.
  EXPECT_EQ(
      ean13_bars("4003994155486"),
      "101000110101001110111101000101100101110011101010101100110100111010011101011100100100010100"
      "00101");
  EXPECT_EQ(
      code128_bars("Wikipedia"),
      "110100100001110100011010000110100110000100101000011010010100111100101100100001000010011010"
      "00011010010010110000111100100101100011101011");
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// LEAFTILL_WRITE_GOLDEN=1 writes them anew; then look at the pictures before you commit.
TEST(EscPos, TheBytesAreTheGoldenOnes) {
  const fs::path folder = fs::path(LEAFTILL_SOURCE_DIR) / "tests/golden/escpos";
  Ruler ruler;
  for (const Golden& g : golden()) {
    const std::string bytes = encode(g.document, with(g.pages), ruler);
    const std::string text = text_of(read_escpos(bytes, with(g.pages).pages));
    for (const auto& [end, content] : {std::pair{".bin", bytes}, {".txt", text}}) {
      const fs::path file = folder / (g.file + end);
      if (std::getenv("LEAFTILL_WRITE_GOLDEN")) std::ofstream(file, std::ios::binary) << content;
      EXPECT_EQ(read_file(file), content) << file;
    }
    expect_printed(g.document, read_escpos(bytes, with(g.pages).pages), ruler);
  }
}

// In build/…/paper/*.png.
TEST(Picture, OfThePrintedBytesIsThatOfTheDocument) {
  till::Font font;
  const fs::path folder = fs::path(LEAFTILL_BINARY_DIR) / "paper";
  fs::create_directories(folder);
  for (const Golden& g : golden()) {
    const auto profile = with(g.pages);
    const Roll roll = read_escpos(encode(g.document, profile, font), profile.pages);
    const Bitmap picture = picture_of(roll, g.document.columns, font);
    EXPECT_EQ(picture, till::picture_of(g.document, font)) << g.file;
    const std::string png = till::png_of(picture);
    EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
    std::ofstream(folder / (std::string(g.file) + ".png"), std::ios::binary) << png;
  }
}

TEST(Font, DrawsWhatThePagesLackAndKeepsTheColumns) {
  till::Font font;
  const Bitmap euro = font.draw("€", 32, {});
  ASSERT_EQ(euro.width, 384) << "is fonts-dejavu-core installed?";
  EXPECT_NE(euro, font.draw("Ł", 32, {}));
  EXPECT_NE(euro, font.draw(" ", 32, {}));
  EXPECT_EQ(font.draw("€", 32, {.tall = true}).height, till::kTallLineDots);
  // The same letter in the same column has the same dots, whatever stands before it.
  const Bitmap a = font.draw("W€", 32, {}), b = font.draw("i€", 32, {});
  for (int y = 0; y < a.height; ++y) {
    for (size_t byte = 2; byte < a.row_bytes(); ++byte)
      EXPECT_EQ(a.bits[static_cast<size_t>(y) * 48 + byte],
                b.bits[static_cast<size_t>(y) * 48 + byte]);
  }
}

}  // namespace
}  // namespace pos::paper
