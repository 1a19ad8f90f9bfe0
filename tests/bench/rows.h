// The rows of `./run bench`. Each throws if it cannot be measured.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/paired.h"

namespace pos::bench {

// Sale commit (8 lines, stock, journal, outbox) against a bare durable write of its WAL bytes.
std::vector<Row> commit_rows(const std::string& folder, int sales);
// A full outbox through leaf and hub, against the library's own asynchronous publish.
std::vector<Row> drain_rows(const std::string& folder);
// Time to the answer of `pay`, with the leaf frozen against before.
std::vector<Row> frozen_rows(const std::string& folder);
// Start of `leaftill --headless` with 100,000 products, and its memory.
std::vector<Row> start_rows(const std::string& folder);

}  // namespace pos::bench
