// The rows of `./run bench`. Each throws if it cannot be measured.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/paired.h"

namespace pos::bench {

// Sale commit (8 lines, stock, journal, outbox) against a bare durable write of its WAL bytes.
std::vector<Row> commit_rows(const std::string& folder, int sales);
// Start of `leaftill --headless` with 100,000 products, and its memory.
std::vector<Row> start_rows(const std::string& folder);

}  // namespace pos::bench
