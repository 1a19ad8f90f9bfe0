// The rows of `./run bench`. Each throws if it cannot be measured.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/paired.h"

namespace pos::bench {

// Sale commit (8 lines, stock, journal, outbox) against a bare durable write of its WAL bytes.
std::vector<Row> commit_rows(const std::string& folder, int sales);
// The same till after years, in turns with a new one. Minutes, and 7 GB.
std::vector<Row> grown_rows(const std::string& folder);
// A code looked up and a keystroke searched for, in CPU time: other programs take neither away.
std::vector<Row> search_rows(const std::string& folder);         // 100,000 products
std::vector<Row> big_catalogue_rows(const std::string& folder);  // a million, and their import
// A full outbox through leaf and hub, against the library's own asynchronous publish.
std::vector<Row> drain_rows(const std::string& folder);
// Time to the answer of `pay`, with the leaf frozen against before.
std::vector<Row> frozen_rows(const std::string& folder);
// A neighbour's sale seen, a line that comes back, a till that does nothing. Four minutes.
std::vector<Row> sync_rows(const std::string& folder);
// The till with 1,000,000 unsent sales: its commit in turns with a new one's, its start, its
// memory.
std::vector<Row> unsent_rows(const std::string& folder);
std::vector<Row> unsent_boot_rows(const std::string& folder);  // the last two of them
// Start of `leaftill --headless` with 100,000 products, and its memory.
std::vector<Row> start_rows(const std::string& folder);
// Its start with 1,000,000 stored sales, 10,000 of them waiting.
std::vector<Row> boot_rows(const std::string& folder);

}  // namespace pos::bench
