// Two encoders that other people wrote, asked for the same things: the control sequences agree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <map>
#include <sstream>

#include "pos/escpos.h"
#include "tests/lab/npm.h"
#include "tests/lab/process.h"

namespace pos::paper {
namespace {

using testing::HasSubstr;

std::string hex(const std::string& bytes) {
  std::string out;
  char two[3];
  for (const char c : bytes) {
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
    out += two;
  }
  return out;
}

struct NoFont final : Rasteriser {
  Bitmap draw(std::string_view, int, Style) override { return {}; }
};

std::string ours(const char* page, const std::function<void(Paper&)>& lay_out) {
  NoFont none;
  Paper paper(42);
  lay_out(paper);
  return hex(encode(paper.take(), {{*printer_page(page)}}, none));
}
std::string line(const char* page, const char* text, Style style = {}) {
  return ours(page, [&](Paper& p) { p.left(text, style); });
}

TEST(Peers, TwoOtherEncodersSendTheSameControlSequences) {
  const auto peers = lab::npm_folder("tests/paper/peers");
  if (!peers) GTEST_SKIP() << "node, npm or npm's two encoders are not to be had here";
  const auto said =
      lab::run({.argv = {"node", "peers.mjs"}, .directory = *peers}, {}, std::chrono::seconds(30));
  ASSERT_EQ(said.code, 0) << said.err;
  std::map<std::string, std::string> theirs;  // "encoder euro858" -> hex
  std::istringstream lines(said.out);
  for (std::string peer, thing, bytes; lines >> peer >> thing >> bytes;)
    theirs[peer + " " + thing] = bytes;

  const std::string ean = ours("pc858", [](Paper& p) { p.ean13("9501101531000"); });
  const std::string bars = ours("pc858", [](Paper& p) { p.code("s1-till1-A000042"); });
  const std::string word = ours("pc858", [](Paper& p) { p.code("Wikipedia"); });
  NoFont none;
  const std::string qr = hex(encode({42, {PaperQr{"s1-till1-A000042"}}}, {}, none));
  const std::string cut = ours("pc858", [](Paper& p) { p.cut(); });
  const std::string kick = hex(drawer_kick());
  struct Row {
    const char* thing;
    std::string mine;                   // what we send
    const char* sequence;               // is in it
    const char *encoder, *receiptline;  // and in what they send; null: they cannot
  };
  const std::vector<Row> rows = {
      {"init", cut, "1b401c2e", "1b401c2e", "1c2e"},
      {"euro858", line("pc858", "€"), "1b7413d5", "1b7413d5", nullptr},
      {"euro1252", line("wpc1252", "€"), "1b741080", "1b741080", "1b741080"},
      {"polish852", line("pc852", "Łódź"), "1b74129da264ab", "1b74129da264ab", "1b74129d"},
      {"greek1253", line("wpc1253", "Φέτα"), "1b742fd6ddf4e1", "1b742fd6ddf4e1", nullptr},
      {"cyrillic866", line("pc866", "Хлеб"), "1b741195aba5a1", "1b741195aba5a1", "1b741195aba5a1"},
      {"bold", line("pc858", "a", {.bold = true}), "1b4501", "1b4501", "1b4531"},  // the last bit
      {"tall", line("pc858", "a", {.tall = true}), "1d2101", "1d2101", "1d2101"},
      {"ean13", ean, "1d4802", "1d4802", "1d4802"},
      {"ean13", ean, "1d6848", "1d6848", "1d6848"},
      {"ean13", ean, "1d6b430d39353031313031353331303030", "1d6b0239353031313031353331303030",
       "1d6b430c393530313130313533313030"},  // function A, and the printer's own check digit
      // The first stays in set B throughout; the second changes to set C for the digits, as we do.
      {"code128", word, "1d6b490b7b4257696b697065646961", "1d6b490b7b4257696b697065646961",
       "7b4257696b697065646961"},
      {"code128number", bars, "7b4273312d74696c6c312d417b4300002a", nullptr,
       "7b4273312d74696c6c312d417b4300002a"},
      {"code128", bars, "1d4800", "1d4800", "1d4800"},
      {"qr", qr, "1d286b0400314132001d286b03003143061d286b03003145311d286b13003150307331",
       "1d286b0400314132001d286b03003143061d286b03003145311d286b13003150307331", nullptr},
      {"qr", qr, "1d286b0300315130", "1d286b0300315130", nullptr},
      {"cut", cut, "1d564200", "1d56", "1d564200"},
      {"drawer", kick, "1b700032fa", "1b700032fa", nullptr},
      {"centre", ean, "1b6101", "1b6101", nullptr},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(row.mine, HasSubstr(row.sequence)) << row.thing;
    if (row.encoder) {
      EXPECT_THAT(theirs[std::string("encoder ") + row.thing], HasSubstr(row.encoder)) << row.thing;
    }
    if (row.receiptline) {
      EXPECT_THAT(theirs[std::string("receiptline ") + row.thing], HasSubstr(row.receiptline))
          << row.thing;
    }
  }
}

}  // namespace
}  // namespace pos::paper
