// What the fuzzers keep, in every build: each file of a corpus goes to its target once more.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/targets.h"

namespace pos::fuzz {
namespace {

namespace fs = std::filesystem;
const fs::path kCorpora = fs::path(LEAFTILL_SOURCE_DIR) / "tests/fuzz/corpus";

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, OfStrangersBytesHarmsNothing) {
  const Target& target = GetParam();
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kCorpora / target.name)) files.push_back(entry);
  std::sort(files.begin(), files.end());
  ASSERT_GE(files.size(), 3u);
  for (const auto& file : files) {
    SCOPED_TRACE(file.filename());
    std::ifstream in(file, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    target.run(bytes);
    target.run(bytes.substr(0, bytes.size() / 2));  // cut short, as by a dead line
  }
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(targets()),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(Corpora, AreOfTargetsThatThereAre) {
  for (const auto& entry : fs::directory_iterator(kCorpora)) {
    EXPECT_NE(target_named(entry.path().filename().string()), nullptr) << entry.path();
  }
}

}  // namespace
}  // namespace pos::fuzz
