// Codes printed by zint and read back by zbarimg, as a scanner at the till would: what comes out of
// the picture is what was sold.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "pos/gs1.h"
#include "pos/gtin.h"
#include "pos/label.h"
#include "pos/scanned.h"
#include "tests/lab/process.h"
#include "tests/oracles/random_codes.h"

namespace pos::oracles {
namespace {

namespace fs = std::filesystem;
constexpr int kPictures = 60;  // of each kind

enum class Symbol { ean = 13, gs1_128 = 16, upc_a = 34, upc_e = 37, qr = 58 };

class Printed : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"zint", "zbarimg"}) {
      if (lab::run({.argv = {program, "--version"}}).code != 0)
        GTEST_SKIP() << program << " is not to be had here";
    }
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void print(Symbol symbol, const std::string& data) {
    std::string name = std::to_string(pictures_.size());
    name = std::string(4 - name.size(), '0') + name + ".png";
    std::vector<std::string> argv = {"zint",
                                     "-b",
                                     std::to_string(static_cast<int>(symbol)),
                                     "--scale",
                                     "2",
                                     "--quietzones",
                                     "-o",
                                     (folder_ / name).string(),
                                     "-d",
                                     data};
    if (symbol == Symbol::gs1_128) argv.insert(argv.end(), {"--gs1"});
    lab::run_well({.argv = argv});
    pictures_.push_back((folder_ / name).string());
  }
  // The text in each picture, in their order.
  std::vector<std::string> read(const std::vector<std::string>& options = {}) {
    std::vector<std::string> argv = {"zbarimg", "-q", "--raw"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), pictures_.begin(), pictures_.end());
    std::vector<std::string> texts;
    std::istringstream out(lab::run({.argv = argv}).out);
    for (std::string line; std::getline(out, line);) texts.push_back(line);
    EXPECT_EQ(texts.size(), pictures_.size());
    texts.resize(pictures_.size());
    return texts;
  }

  RandomCodes random_{kSeed + 1};
  fs::path folder_ = fs::path(testing::TempDir()) /
                     ("leaftill-printed-" +
                      std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
  std::vector<std::string> pictures_;
};

std::string key_of(const std::string& scanned) {
  const auto read = read_scanned(scanned, {{}, 2, "2026-11-22"});
  return read ? read->meanings.at(0).key : to_word(read.refusal().code);
}

TEST_F(Printed, AnEan13IsFoundByWhatWasPrinted) {
  std::vector<std::string> codes;
  for (int i = 0; i < kPictures; ++i) {
    codes.push_back("4" + random_.digits(11));
    codes.back() += check_digit(codes.back());
    print(Symbol::ean, codes.back().substr(0, 12));  // zint adds its own check digit
  }
  const auto texts = read();
  for (size_t i = 0; i < codes.size(); ++i) EXPECT_EQ(key_of(texts[i]), "0" + codes[i]);
}

TEST_F(Printed, AnEan8IsFoundByWhatWasPrinted) {
  std::vector<std::string> codes;
  for (int i = 0; i < kPictures; ++i) {
    codes.push_back(random_.gtin(8));
    print(Symbol::ean, codes.back().substr(0, 7));
  }
  const auto texts = read({"-Sdisable", "-Sean8.enable"});
  for (size_t i = 0; i < codes.size(); ++i) EXPECT_EQ(key_of(texts[i]), "000000" + codes[i]);
}

TEST_F(Printed, AUpcEIsTheUpcAThatItStandsForWhicheverTheScannerSends) {
  std::vector<std::string> codes;
  for (int i = 0; i < kPictures; ++i) {
    // Number system 0, and only one of the spellings of a UPC-A that has several: zint's own rule.
    codes.push_back("0" + random_.digits(5) + std::to_string(5 + random_.below(5)));
    if (codes.back()[5] == '0') codes.back()[5] = '7';
    print(Symbol::upc_e, codes.back().substr(1));
  }
  const auto expanded = read({"-Sdisable", "-Supca.enable"});
  const auto compressed = read({"-Sdisable", "-Supce.enable"});
  for (size_t i = 0; i < codes.size(); ++i) {
    ASSERT_EQ(compressed[i].substr(0, 7), codes[i]);
    EXPECT_EQ(expand_upc_e(compressed[i]), expanded[i]);
    EXPECT_EQ(parse_code(expanded[i])->text, "00" + expanded[i]);
  }
}

TEST_F(Printed, AGs1128CodeSaysTheGoodsTheLotAndTheDate) {
  std::vector<std::string> gtins, lots;
  for (int i = 0; i < kPictures; ++i) {
    gtins.push_back(random_.gtin(14));
    lots.push_back(random_.lot());
    print(Symbol::gs1_128, "[01]" + gtins.back() + "[17]280200[10]" + lots.back());
  }
  const auto texts = read();
  for (size_t i = 0; i < gtins.size(); ++i) {
    const auto code = parse_gs1("]C1" + texts[i]);  // zbarimg does not say which symbol it was
    ASSERT_TRUE(code) << texts[i];
    EXPECT_EQ(code->gtin, gtins[i]);
    EXPECT_EQ(code->lot, lots[i]);
    EXPECT_EQ(code->expiry, "2028-02-29");
  }
}

TEST_F(Printed, ADigitalLinkInAQrCodeIsTheGoods) {
  std::vector<std::string> gtins;
  for (int i = 0; i < kPictures; ++i) {
    gtins.push_back(random_.gtin(14));
    print(Symbol::qr, "https://id.gs1.org/01/" + gtins.back() + "/10/" + random_.lot());
  }
  const auto texts = read();
  for (size_t i = 0; i < gtins.size(); ++i) EXPECT_EQ(key_of(texts[i]), gtins[i]) << texts[i];
}

// A printer prints what it is told, a scanner reads what is there: the till is the one that
// notices.
TEST_F(Printed, ADigitalLinkOfAWrongNumberIsRefused) {
  for (int i = 0; i < kPictures; ++i)
    print(Symbol::qr, "https://id.gs1.org/01/" + random_.broken(random_.gtin(14)));
  for (const auto& text : read()) EXPECT_EQ(key_of(text), "bad_code") << text;
}

}  // namespace
}  // namespace pos::oracles
