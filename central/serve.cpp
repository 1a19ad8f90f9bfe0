#include "central/serve.h"

#include <fmt/format.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <chrono>

#include "central/secret_files.h"
#include "central/service.h"
#include "central/sql.h"
#include "central/web/api.h"
#include "pos/version.h"
#include "sync/log.h"

namespace pos::central {
namespace {

constexpr unsigned kShutdownSeconds = 5;
constexpr long kPollNs = 200'000'000;

Instant now() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

// Blocked before any thread exists, so that every thread inherits it and only wait() sees them.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
    // A server that hangs must not keep the operator waiting: what was committed stays committed.
    signal(SIGALRM, [](int) { _exit(1); });
  }
  int wait(long ns) const {  // 0: none came
    timespec limit{0, ns};
    int got = sigtimedwait(&set_, nullptr, &limit);
    return got > 0 ? got : 0;
  }

 private:
  sigset_t set_{};
};

sync::NatsConfig nats_config(const Config& config, Registry& registry) {
  sync::NatsConfig nats;
  nats.url = config.nats_url;
  nats.name = fmt::format("leaftill-central {}", kVersion);
  nats.user = config.nats_user.empty() ? kCentralUser : config.nats_user;
  nats.password = config.nats_password.empty() ? registry.central_password() : config.nats_password;
  return nats;
}

void write_log(const char* level, const std::string& words) {
  std::string_view word(level);
  if (word == "error") return sync::log_error(words);
  if (word == "warning") return sync::log_warn(words);
  sync::log_info(words);
}

std::unique_ptr<Database> migrated(const Config& config) {
  auto database = open_database(config.database, true);
  database->migrate();
  return database;
}

class Central {
 public:
  explicit Central(const Config& config)
      : config_(config),
        database_(migrated(config)),
        key_(signing_key_file(config.key_file)),
        token_(token_file(config.token_file)),
        service_(*database_, key_, nats_config(config, registry_), write_log,
                 config.nats_delay_ms) {}

  int run(const Signals& signals) {
    const char* brackets = config_.http_host.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}";
    sync::log_info("http listening on http://" +
                   fmt::format(fmt::runtime(brackets), config_.http_host, web_.port()));
    service_.start();
    int code = until_told(signals);
    alarm(kShutdownSeconds);
    sync::log_info("stopping");
    return code;
  }

 private:
  int until_told(const Signals& signals) {
    for (;;) {
      int signal = signals.wait(kPollNs);
      if (signal != 0) return signal == SIGINT ? 130 : 0;
      Health health = service_.health();
      bool hopeless =
          config_.nats_attempts > 0 && !health.nats && health.attempts >= config_.nats_attempts;
      if (!hopeless) continue;
      sync::log_error(fmt::format("gave up: {} failed attempts to reach {}", config_.nats_attempts,
                                  config_.nats_url));
      return 1;
    }
  }

  const Config& config_;
  std::unique_ptr<Database> database_;
  sync::SigningKey key_;
  std::string token_;
  Registry registry_{*database_};
  CatalogueDesk catalogue_{*database_};
  JournalDesk journal_{*database_};
  OfficeDesk office_{*database_};
  Service service_;
  Api api_{{registry_,
            catalogue_,
            journal_,
            office_,
            [this] { return service_.health(); },
            [this] { service_.nudge(); },
            {key_.public_key},
            token_,
            now}};
  HttpServer web_{config_.http_host, config_.http_port,
                  [this](const HttpRequest& r) { return api_.answer(r); }};
};

}  // namespace

int serve(const Config& config) {
  Signals signals;
  sync::log_info(fmt::format("leaftill-central {} starts", kVersion), {{"hub", config.nats_url}});
  int code = Central(config).run(signals);
  sync::log_info("stopped");
  return code;
}

}  // namespace pos::central
