// leaftill-demo: ./run demo.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <vector>

#include "tests/lab/demo.h"

namespace pos::lab {

DemoFiles::DemoFiles()
    : pictures(std::filesystem::path(LEAFTILL_BINARY_DIR).parent_path() / "demo") {
  std::filesystem::create_directories(pictures);
  auto name = (pictures / "XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("cannot write below " + pictures.string());
  files = name;
}

DemoFiles::~DemoFiles() {
  std::error_code none;
  std::filesystem::remove_all(files, none);
}

std::string seconds_since(std::chrono::steady_clock::time_point began) {
  using std::chrono::milliseconds;
  const auto took = std::chrono::steady_clock::now() - began;
  const auto ms = std::chrono::duration_cast<milliseconds>(took).count();
  return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
}

}  // namespace pos::lab

namespace {

constexpr const char* kHelp =
    R"(./run demo [--headless | --interactive] [--break sale|stock|price] [--seed N]
    One store, two tills, a hub and central, on this machine alone. The tills sell,
    the line is cut, they sell on; one is killed in mid-sale and comes back; the line
    is healed; a table shows what was rung up against what central holds. Exit code 0
    if they agree, else 1.
      --headless       no window at all
      --interactive    a window on your display that stays open at the end
      --break KIND     plants one error after the run: the table must find it
./run demo --replay [--week N] [--seed N] [--break KIND]
    A real week of three Chicago stores (orange juice, from Debian's r-cran-bayesm,
    fetched by apt when asked) through six tills, a third of the time without a line.
)";

struct Usage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

pos::lab::DemoOptions parse(const std::vector<std::string>& args) {
  using Show = pos::lab::DemoOptions::Show;
  pos::lab::DemoOptions options;
  for (size_t i = 0; i < args.size(); ++i) {
    auto value = [&] {
      if (i + 1 >= args.size()) throw Usage(args[i] + " needs a value");
      return args[++i];
    };
    if (args[i] == "--headless")
      options.show = Show::headless;
    else if (args[i] == "--interactive")
      options.show = Show::interactive;
    else if (args[i] == "--replay")
      options.replay = true;
    else if (args[i] == "--seed")
      options.seed = std::stoull(value());
    else if (args[i] == "--week")
      options.week = std::stoi(value());
    else if (args[i] == "--break")
      options.broken = value();
    else
      throw Usage("unknown option " + args[i]);
  }
  const auto& b = options.broken;
  if (!b.empty() && b != "sale" && b != "stock" && b != "price")
    throw Usage("--break takes sale, stock or price");
  return options;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (!args.empty() && args[0] == "--help") return std::fputs(kHelp, stdout), 0;
  const auto options = parse(args);
  return options.replay ? pos::lab::run_replay(options) : pos::lab::run_demo(options);
} catch (const Usage& error) {
  std::cerr << "demo: " << error.what() << "\n\n" << kHelp;
  return 2;
} catch (const std::invalid_argument&) {
  std::cerr << "demo: that is not a number\n\n" << kHelp;
  return 2;
} catch (const std::exception& error) {
  std::cerr << "\ndemo: " << error.what() << "\n";
  return 1;
}
