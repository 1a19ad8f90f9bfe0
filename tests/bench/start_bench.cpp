#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <memory>

#include "storage/projections.h"
#include "storage/provision.h"
#include "sync/seal.h"
#include "tests/bench/rows.h"
#include "tests/bench/years.h"
#include "tests/lab/process.h"
#include "tests/till/parts.h"
#include "till/bundle.h"

namespace pos::bench {
namespace {

constexpr int kProducts = 100'000;

int64_t peak_kib(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stoll(line.substr(6));
  }
  throw std::runtime_error("the till ended before it was measured");
}

std::string made_till(const std::string& folder) {
  till::provision(till::lonely_bundle(), folder + "/till", {0});
  return folder + "/till/till.toml";
}

void fill_catalogue(const std::string& folder) {
  storage::Database database(folder + "/till/till.db");
  storage::Projections projections(database);
  std::vector<sync::Product> page;
  for (int i = 1; i <= kProducts; ++i) {
    sync::Product p;
    p.productId = fmt::format("p{:06}", i);
    p.name = fmt::format("Article number {} of the house", i);
    p.codes = {fmt::format("C{:06}", i)};
    p.price = 199;
    p.taxRate = 200'000;
    p.version = i;
    page.push_back(std::move(p));
    if (page.size() == 100) projections.apply(page), page.clear();
  }
}

struct StartedTill {
  StartedTill(const std::string& folder, const std::string& config) {
    const auto start = std::chrono::steady_clock::now();
    lab::Command command;
    command.argv = {std::string(LEAFTILL_BINARY_DIR) + "/till/leaftill", "--headless", "--config",
                    config};
    command.log = folder + "/till.log";
    command.pipes = true;
    till = std::make_unique<lab::Process>(command);
    ask(R"({"do":"status"})");
    ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }
  std::string ask(const std::string& line) {
    till->write_line(line);
    const auto answer = till->read_line(lab::seconds(30));
    if (!answer) throw std::runtime_error("the till did not answer " + line);
    return *answer;
  }
  std::unique_ptr<lab::Process> till;
  double ms = 0;  // from its start to its first answer
};

}  // namespace

std::vector<Row> start_rows(const std::string& folder) {
  const std::string config = made_till(folder);
  fill_catalogue(folder);
  std::vector<double> starts;
  int64_t peak = 0;
  for (int i = 0; i < 5; ++i) {
    StartedTill started(folder, config);
    starts.push_back(started.ms);
    const auto ask = [&](const std::string& line) { return started.ask(line); };
    for (const char* line : {R"({"do":"login","pin":"1234"})", R"({"do":"open_shift","float":0})",
                             R"({"do":"find","text":"art"})", R"({"do":"scan","code":"C050000"})",
                             R"({"do":"pay","tender":"cash"})"}) {
      ask(line);
    }
    peak = std::max(peak, peak_kib(started.till->pid()));
    ask(R"({"do":"close_shift","counted":0})");
    ask(R"({"do":"quit"})");
    started.till->wait(lab::seconds(5));
  }
  std::sort(starts.begin(), starts.end());
  return {
      {"headless start, 100,000 products", fmt::format("{:.0f} ms (median of 5)", starts[2]),
       "< 500 ms", starts[2] < 500},
      {"till peak RSS, 100,000 products",
       fmt::format("{:.1f} MiB", static_cast<double>(peak) / 1024), "< 40 MiB", peak < 40 * 1024}};
}

std::vector<Row> boot_rows(const std::string& folder) {
  const std::string config = made_till(folder);
  add_years(folder + "/till/till.db", 1'000'000, 10'000);
  std::vector<double> starts;
  for (int i = 0; i < 5; ++i) {
    StartedTill started(folder, config);
    starts.push_back(started.ms);
    started.ask(R"({"do":"quit"})");
    started.till->wait(lab::seconds(10));
  }
  std::sort(starts.begin(), starts.end());
  return {{"headless start, 1,000,000 stored sales, 10,000 waiting",
           fmt::format("{:.0f} ms (median of 5)", starts[2]), "<= 3000 ms", starts[2] <= 3000}};
}

std::vector<Row> unsent_boot_rows(const std::string& folder) {
  const std::string config = made_till(folder);
  add_years(folder + "/till/till.db", 1'000'000, 1'000'000);
  std::vector<double> starts;
  int64_t peak = 0;
  for (int i = 0; i < 3; ++i) {
    StartedTill started(folder, config);
    starts.push_back(started.ms);
    for (const char* line :
         {R"({"do":"login","pin":"1234"})", R"({"do":"status"})", R"({"do":"x_report"})"})
      started.ask(line);
    peak = std::max(peak, peak_kib(started.till->pid()));
    started.ask(R"({"do":"quit"})");
    started.till->wait(lab::seconds(10));
  }
  std::sort(starts.begin(), starts.end());
  return {{"headless start, 1,000,000 unsent sales", fmt::format("{:.0f} ms", starts[1]),
           "<= 3000 ms", starts[1] <= 3000},
          {"till peak RSS, 1,000,000 unsent sales",
           fmt::format("{:.1f} MiB", static_cast<double>(peak) / 1024), "<= 64 MiB",
           peak <= 64 * 1024}};
}

}  // namespace pos::bench
