// Years of sales in a till's database, written by SQL and not by selling: their rows are as many
// and as long as real ones, their hashes and signatures mean nothing.
#pragma once

#include <cstdint>
#include <string>

namespace pos::bench {

// Puts `sales` sales of three lines into the database at `path`, which a till was provisioned into
// and which is closed. The last `waiting` of them are not settled.
void add_years(const std::string& path, int64_t sales, int64_t waiting);

}  // namespace pos::bench
