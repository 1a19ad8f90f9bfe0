// Check digits, UPC-E and GS1 element strings, against two npm packages that know nothing of
// Leaftill.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "pos/gs1.h"
#include "pos/gtin.h"
#include "pos/label.h"
#include "tests/lab/npm.h"
#include "tests/lab/process.h"
#include "tests/oracles/random_codes.h"

namespace pos::oracles {
namespace {

using nlohmann::json;
constexpr int kCodes = 400;

class NpmCodes : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = lab::npm_folder("tests/oracles/npm");
    if (!folder) GTEST_SKIP() << "node, npm or its packages are not to be had here";
    folder_ = *folder;
  }
  // What they say to each line.
  std::vector<json> ask(const std::vector<std::string>& lines) {
    std::string input;
    for (const auto& line : lines) input += line + "\n";
    const auto said =
        lab::run({.argv = {"node", "codes.mjs"}, .directory = folder_}, input, lab::seconds(60));
    EXPECT_EQ(said.code, 0) << said.err;
    std::vector<json> answers;
    std::istringstream out(said.out);
    for (std::string line; std::getline(out, line);) answers.push_back(json::parse(line));
    EXPECT_EQ(answers.size(), lines.size());
    answers.resize(lines.size());
    return answers;
  }
  RandomCodes random_{kSeed};
  std::string folder_;
};

TEST_F(NpmCodes, AgreeWhichCheckDigitsAreRight) {
  std::vector<std::string> codes, lines;
  for (int i = 0; i < kCodes; ++i) {
    static constexpr int kLengths[] = {12, 13, 14};
    std::string code = random_.gtin(kLengths[i % 3]);
    if (i % 2) code = random_.broken(code);
    codes.push_back(code);
    lines.push_back("gtin " + code);
  }
  const auto answers = ask(lines);
  int good = 0;
  for (size_t i = 0; i < codes.size(); ++i) {
    const auto read = parse_code(codes[i]);
    EXPECT_EQ(read.has_value(), answers[i].at("valid").get<bool>()) << codes[i];
    good += read.has_value();
  }
  EXPECT_EQ(good, kCodes / 2) << "seed " << kSeed;
}

// Eight digits are an EAN-8, or else a UPC-E.
TEST_F(NpmCodes, AgreeWhichEightDigitsAreACode) {
  std::vector<std::string> codes, lines;
  for (int i = 0; i < kCodes; ++i) {
    std::string code = i % 2 ? random_.upc_e() : random_.gtin(8);
    if (i % 4 >= 2) code = random_.broken(code);
    codes.push_back(code);
    lines.push_back("gtin " + code);
    lines.push_back("upce " + code);
  }
  const auto first = ask(lines);
  std::vector<std::string> expanded;
  for (size_t i = 0; i < codes.size(); ++i) {
    expanded.push_back("gtin " + first[2 * i + 1].value("upca", std::string("0")));
  }
  const auto second = ask(expanded);
  int upc_e = 0;
  for (size_t i = 0; i < codes.size(); ++i) {
    const bool ean = first[2 * i].at("valid").get<bool>();
    const bool upc = (codes[i][0] == '0' || codes[i][0] == '1') && second[i].value("valid", false);
    EXPECT_EQ(parse_code(codes[i]).has_value(), ean || upc) << codes[i];
    EXPECT_EQ(expand_upc_e(codes[i]).has_value(), upc) << codes[i];
    if (!upc) continue;
    ++upc_e;
    EXPECT_EQ(*expand_upc_e(codes[i]), first[2 * i + 1].at("upca")) << codes[i];
    if (!ean) {
      EXPECT_EQ(parse_code(codes[i])->text, "00" + first[2 * i + 1].at("upca").get<std::string>());
    }
  }
  EXPECT_GE(upc_e, kCodes / 4) << "seed " << kSeed;
}

TEST_F(NpmCodes, ReadTheSameElementStrings) {
  std::vector<std::string> texts, lines;
  for (int i = 0; i < kCodes; ++i) {
    const int n = random_.below(4);
    std::string text = "01" + random_.gtin(14);
    if (random_.below(2)) text += "17" + random_.date();
    if (random_.below(2)) text += "310" + std::to_string(n) + random_.digits(6);
    if (random_.below(2))
      text += "392" + std::to_string(n) + random_.digits(1 + random_.below(6)) + "~";
    if (random_.below(3) == 0) text += "21" + random_.lot() + "~";  // a serial number, stepped over
    if (random_.below(2)) text += "10" + random_.lot();
    if (text.back() == '~') text.pop_back();
    texts.push_back(text);
    lines.push_back("gs1 " + text);
  }
  const auto answers = ask(lines);
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string scanned = "]C1" + texts[i];
    std::replace(scanned.begin(), scanned.end(), '~', '\x1d');
    const auto read = parse_gs1(scanned);
    const json& says = answers[i];
    ASSERT_TRUE(read) << texts[i];
    EXPECT_EQ(read->gtin, says.at("01")) << texts[i];
    EXPECT_EQ(read->lot, says.value("10", "")) << texts[i];
    EXPECT_EQ(read->expiry, says.value("17", "")) << texts[i];
    for (int n = 0; n < 4; ++n) {
      int64_t power = 1000;
      for (int k = 0; k < n; ++k) power /= 10;
      if (const auto w = says.find("310" + std::to_string(n)); w != says.end()) {
        ASSERT_TRUE(read->weight) << texts[i];
        EXPECT_EQ(read->weight->milli, std::stoll(w->get<std::string>()) * power) << texts[i];
      }
      if (const auto p = says.find("392" + std::to_string(n)); p != says.end()) {
        ASSERT_TRUE(read->price) << texts[i];
        EXPECT_EQ(read->price->value, std::stoll(p->get<std::string>())) << texts[i];
        EXPECT_EQ(read->price->decimals, n) << texts[i];
      }
    }
  }
}

}  // namespace
}  // namespace pos::oracles
