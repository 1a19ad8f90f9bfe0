#include "till/import_command.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "storage/catalogue_import.h"
#include "till/progress_bar.h"

namespace pos::till {
namespace {

void print_faults(const storage::ImportReport& r, const std::string& file) {
  for (const auto& fault : r.faults) {
    std::fprintf(stderr, "%s:%zu: %s\n", file.c_str(), fault.line, fault.words.c_str());
  }
  const auto shown = static_cast<int64_t>(r.faults.size());
  if (r.fault_count > shown) {
    std::fprintf(stderr, "… and %lld more\n", static_cast<long long>(r.fault_count - shown));
  }
  std::fprintf(stderr, "Nothing was changed: %lld of %lld lines are wrong.\n",
               static_cast<long long>(r.fault_count), static_cast<long long>(r.rows));
}

}  // namespace

int import_products(const Config& config, const std::string& file, bool dry_run) {
  std::ifstream in(file, std::ios::binary);
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (!in || error) {
    throw ConfigError(file + ": " + (error ? error.message() : std::strerror(errno)));
  }
  storage::Database database(config.database);
  ProgressBar bar("products", static_cast<int64_t>(size));
  const auto report = storage::import_catalogue(
      database, in, {dry_run, [&](int64_t rows, int64_t bytes) { bar.show(rows, bytes); }});
  bar.end();
  if (report.fault_count > 0) return print_faults(report, file), 1;
  std::printf("%lld new, %lld changed, %lld as they were%s\n",
              static_cast<long long>(report.created), static_cast<long long>(report.changed),
              static_cast<long long>(report.unchanged),
              dry_run ? "; a dry run: nothing was written" : "");
  if (report.stock_ignored) {
    std::printf("The column on_hand was passed over: stock is counted by central.\n");
  }
  return 0;
}

}  // namespace pos::till
