#include "sync/csv.h"

#include <gtest/gtest.h>

#include <sstream>

namespace pos::sync {
namespace {

using Records = std::vector<std::vector<std::string>>;

Records records(const std::string& text) {
  CsvReader csv(text);
  Records all;
  while (csv.next()) all.push_back(csv.fields());
  return all;
}

TEST(Csv, ReadsQuotesDoubledQuotesCommasAndLineEndsInQuotes) {
  EXPECT_EQ(records("a,\"b \"\"q\"\"\",\"c,\nd\"\nx,,\"\"\n"),
            (Records{{"a", "b \"q\"", "c,\nd"}, {"x", "", ""}}));
}

TEST(Csv, TakesCrlfAndLfAByteOrderMarkAndEmptyLinesAndNoLastLineEnd) {
  EXPECT_EQ(records("\xef\xbb\xbf"
                    "a,b\r\n\r\nc,d\n\ne,f"),
            (Records{{"a", "b"}, {"c", "d"}, {"e", "f"}}));
  EXPECT_EQ(records(""), Records{});
  EXPECT_EQ(records("a,"), (Records{{"a", ""}}));
}

TEST(Csv, CountsLinesThroughQuotedLineEnds) {
  CsvReader csv("h\n\"1\n2\"\nx\n");
  csv.next();
  csv.next();
  EXPECT_EQ(csv.line(), 2u);
  csv.next();
  EXPECT_EQ(csv.line(), 4u);
}

TEST(Csv, SaysInWhichLineItCannotGoOn) {
  const std::pair<const char*, size_t> bad[] = {
      {"a\n\"open\nmore", 2}, {"a\nb\"c\n", 2}, {"a\n\"b\"c\n", 2}, {"a\nb\rc\n", 2}};
  for (const auto& [text, line] : bad) {
    try {
      records(text);
      ADD_FAILURE() << text;
    } catch (const CsvError& error) {
      EXPECT_EQ(error.line, line) << text;
    }
  }
}

// Pieces end between records wherever the stream was cut.
TEST(Csv, OfAFileIsTheSameInPieces) {
  std::string text = "\xef\xbb\xbfid,name\r\n";
  for (int i = 0; i < 60'000; ++i) {
    text += std::to_string(i) + ",\"a \"\"name\"\",\n over " + std::to_string(i % 3) + " lines\"\n";
  }
  text += "last,without an end";
  std::istringstream in(text);
  CsvFile file(in);
  Records pieces;
  std::vector<size_t> lines, whole_lines;
  while (file.next()) {
    for (CsvReader csv = file.records(); csv.next();) {
      pieces.push_back(csv.fields());
      lines.push_back(csv.line());
    }
  }
  EXPECT_EQ(pieces, records(text));
  for (CsvReader csv(text); csv.next();) whole_lines.push_back(csv.line());
  EXPECT_EQ(lines, whole_lines);
  EXPECT_EQ(file.bytes(), static_cast<int64_t>(text.size()));
}

TEST(Csv, WithAQuoteThatNeverEndsIsNotReadIntoMemory) {
  std::istringstream in("a\nb\n\"" + std::string(3 << 20, 'x'));
  CsvFile file(in);
  ASSERT_TRUE(file.next());
  try {
    file.next();
    ADD_FAILURE();
  } catch (const CsvError& error) {
    EXPECT_EQ(error.line, 3u);
  }
}

}  // namespace
}  // namespace pos::sync
