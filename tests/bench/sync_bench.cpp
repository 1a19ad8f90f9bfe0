// What sync costs and how quick it is, on real servers: a neighbour's sale seen, a line that comes
// back, a till that does nothing.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/bench/rows.h"
#include "tests/lab/http.h"
#include "tests/lab/lab.h"
#include "tests/lab/proof.h"

namespace pos::bench {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

double ms_since(Clock::time_point from) {
  return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

void want(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

int64_t shown(lab::Till& till, const std::string& product) {
  const auto answer =
      json::parse(till.must(fmt::format(R"({{"do":"stock","productId":"{}"}})", product)));
  return answer["stock"]["shown"];
}

void settle(lab::Lab& lab) {
  want(lab::until(lab::seconds(60), [&] { return lab::all_settled(lab); }), "it did not settle");
}

std::vector<double> seen_by_neighbour(lab::Lab& lab, const lab::Product& product, int sales) {
  lab::Till &seller = lab.till("s1", "till1"), &other = lab.till("s1", "till2");
  std::vector<double> times;
  for (int i = 0; i < sales; ++i) {
    const int64_t before = shown(other, product.id);
    seller.sell({{product.id, product.code, 1000, product.price}});
    const auto start = Clock::now();
    want(lab::until(
             lab::seconds(10), [&] { return shown(other, product.id) == before - 1000; },
             lab::Millis(1)),
         "a neighbour did not see the sale");
    times.push_back(ms_since(start) * 1000);
  }
  return times;
}

// From the moment at which the line works again to the first row that central confirmed.
double first_ack_ms(lab::Lab& lab, const lab::Product& product, bool hole, int away_s) {
  lab::Till& till = lab.till("s1", "till1");
  settle(lab);
  auto& link = lab.link("s1");
  hole ? link.hole() : link.cut();
  const auto down = Clock::now();
  for (int i = 0; i < 20; ++i) till.sell({{product.id, product.code, 1000, product.price}});
  const int64_t before = till.status().settled;
  want(lab::until(lab::seconds(away_s + 5), [&] { return ms_since(down) >= away_s * 1000.0; }),
       "time stood still");
  want(till.status().settled == before, "the line was not down");
  link.heal();
  const auto start = Clock::now();
  want(lab::until(lab::seconds(60), [&] { return till.status().settled > before; }),
       "nothing was confirmed");
  return ms_since(start);
}

// A till is idle when it has told central what it heard of its neighbours, too.
void hello_answered(lab::Till& till) {
  const auto heard = [&] {
    return json::parse(till.must(R"({"do":"status"})"))["status"].value("centralHeard", "");
  };
  const std::string before = heard();
  want(lab::until(
           lab::seconds(90), [&] { return heard() != before; }, lab::Millis(500)),
       "no hello was answered");
}

double cpu_seconds(pid_t pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string text((std::istreambuf_iterator<char>(in)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skip;
  int64_t user = 0, system = 0;
  for (int i = 3; i < 14; ++i) fields >> skip;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// Both ways, as the leaf counts them for the till's connection.
int64_t bytes_of(const lab::Store& store, const std::string& name) {
  const auto answer =
      lab::http("GET", fmt::format("http://127.0.0.1:{}", store.monitor_port), "/connz");
  const json all = json::parse(answer.body);
  for (const auto& c : all["connections"]) {
    if (c.value("name", "") == name)
      return c["in_bytes"].get<int64_t>() + c["out_bytes"].get<int64_t>();
  }
  throw std::runtime_error("the leaf does not know the till's connection: " + answer.body);
}

}  // namespace

std::vector<Row> sync_rows(const std::string& folder) {
  lab::LabOptions options;
  options.directory = folder + "/sync";
  options.tills = 2;
  lab::Lab lab(options);
  for (auto* till : lab.all_tills()) lab.open(*till);
  const lab::Product product = lab.products().front();
  settle(lab);
  std::vector<Row> rows;
  seen_by_neighbour(lab, product, 10);
  for (const bool wan : {true, false}) {
    if (!wan) lab.link("s1").cut();
    const Percentiles p = percentiles(seen_by_neighbour(lab, product, 100));
    rows.push_back({fmt::format("a neighbour's sale is shown, WAN {}", wan ? "up" : "down"),
                    fmt::format("{:.0f} ms p50, {:.0f} ms p99", p.p50 / 1000, p.p99 / 1000),
                    "<= 1000 ms", p.p99 <= 1'000'000});
  }
  lab.link("s1").heal();
  const double cut = first_ack_ms(lab, product, false, 5);
  rows.push_back({"first acknowledgement after a cut line heals", fmt::format("{:.0f} ms", cut),
                  "<= 4000 ms", cut <= 4000});
  const double hole = first_ack_ms(lab, product, true, 30);
  rows.push_back({"first acknowledgement after a black hole heals", fmt::format("{:.0f} ms", hole),
                  "<= 15000 ms", hole <= 15'000});
  settle(lab);
  for (int i = 0; i < 2; ++i) hello_answered(lab.till("s1", "till2"));
  const pid_t pid = lab.till("s1", "till2").process().pid();
  const auto& store = lab.stores().front();
  constexpr double kIdle_ms = 120'000;
  const double cpu = cpu_seconds(pid);
  const int64_t bytes = bytes_of(store, "till s1/till2");
  const auto start = Clock::now();
  want(lab::until(
           lab::seconds(180), [&] { return ms_since(start) >= kIdle_ms; }, lab::Millis(1000)),
       "time stood still");
  const double seconds = ms_since(start) / 1000;
  const double core = (cpu_seconds(pid) - cpu) / seconds * 100;
  const double rate = static_cast<double>(bytes_of(store, "till s1/till2") - bytes) / seconds;
  rows.push_back({"an idle till: of a core", fmt::format("{:.2f} %", core), "< 0.5 %", core < 0.5});
  rows.push_back({"an idle till: to and from its leaf", fmt::format("{:.0f} B/s", rate),
                  "< 100 B/s", rate < 100});
  return rows;
}

}  // namespace pos::bench
