// leaftill: the till. With a window, or driven by JSON lines with --headless.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <map>
#include <string>

#include "pos/version.h"
#include "sync/log.h"
#include "till/config.h"
#include "till/face.h"
#include "till/till.h"
#include "till/versions.h"

namespace {

volatile std::sig_atomic_t signalled = 0;
extern "C" void on_signal(int which) { signalled = which; }

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  for (const int s : {SIGTERM, SIGINT, SIGHUP}) sigaction(s, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int run(pos::till::Config config, bool headless) {
  pos::till::Till till(std::move(config));
  const auto stop = [] { return signalled != 0; };
  const int code = headless ? till.run_headless(stop) : pos::till::run_window(till, stop);
  return signalled == SIGINT ? 130 : code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"leaftill, a till that sells whatever the network does"};
  std::string file;
  bool headless = false;
  std::map<std::string, std::string> flags;
  app.add_option("--config", file, "the till.toml that `leaftillctl provision` wrote")
      ->envname("LEAFTILL_CONFIG");
  app.add_flag("--headless", headless, "no window: JSON lines on standard input and output");
  for (const char* name : {"database",
                           "key",
                           "nats-url",
                           "nats-attempts",
                           "nats-delay-ms",
                           "time-zone",
                           "lock-after-s",
                           "keep-days",
                           "label-preset",
                           "label-patterns",
                           "scale-device",
                           "scale-line",
                           "receipt-columns",
                           "receipt-language",
                           "printer-url",
                           "printer-code-page",
                           "printer-columns",
                           "printer-drawer",
                           "width",
                           "height",
                           "micrometres-per-pixel",
                           "full-screen",
                           "metrics-listen",
                           "log-format"}) {
    app.add_option_function<std::string>(
        std::string("--") + name, [&flags, name](const std::string& v) { flags[name] = v; },
        "overrides the configuration file");
  }
  app.set_version_flag("--version", pos::till::versions("leaftill"));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  catch_signals();
  try {
    pos::till::Config config =
        pos::till::load_config(file, flags, pos::till::process_environment());
    pos::sync::start_log(config.json_log ? pos::sync::LogFormat::json : pos::sync::LogFormat::text);
    return run(std::move(config), headless);
  } catch (const pos::till::ConfigError& e) {
    std::fprintf(stderr, "leaftill: %s\n", e.what());
    return 2;
  } catch (const pos::till::SecretsError& e) {
    std::fprintf(stderr, "leaftill: %s\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "leaftill: %s\n", e.what());
    return 1;
  }
}
