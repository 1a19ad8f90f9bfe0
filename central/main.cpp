// leaftill-central: the chain's side of Leaftill. Without a subcommand it serves; with one it is
// the operator's tool. This file knows the command line and nothing else.
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "central/config.h"
#include "central/operator.h"
#include "central/refused.h"
#include "central/serve.h"
#include "central/versions.h"
#include "central/web/http.h"

namespace {

using namespace pos::central;

constexpr int kDone = 0, kFailed = 1, kWrongUsage = 2;

std::optional<std::string> environment(const char* name) {
  const char* value = getenv(name);
  if (value == nullptr) return {};
  return value;
}

// What the command line asked for: settings, and one thing to do with them.
struct Asked {
  Flags flags;
  std::string config_file = environment("LEAFTILL_CONFIG").value_or("");
  std::function<int(const Config&)> act = serve;
  StoreAdd store;
  StaffAdd staff;
  TillAdd till;
  NatsConfigAsk nats;
  std::string file, hash;
  bool dry_run = false, as_json = false;
};

int later(const Config&) {
  fmt::print(stderr, "leaftill-central: this command comes with a later version\n");
  return kWrongUsage;
}

template <class Act>
void acts(CLI::App* command, Asked& asked, Act act) {
  command->callback([&asked, act] {
    asked.act = [act](const Config& config) {
      act(config);
      return kDone;
    };
  });
}

void add_settings(CLI::App& app, Asked& asked) {
  app.add_option("--config", asked.config_file, "a TOML file with settings (also LEAFTILL_CONFIG)");
  for (const auto& setting : settings()) {
    std::string help = setting.help;
    for (const char* name : setting.environment) help += std::string("; ") + name;
    app.add_option_function<std::string>(
        std::string("--") + setting.flag,
        [&asked, flag = setting.flag](const std::string& value) { asked.flags[flag] = value; },
        help);
  }
}

void add_store_commands(CLI::App& app, Asked& asked) {
  auto* group = app.add_subcommand("store", "the chain's stores")->require_subcommand(1);
  auto* add = group->add_subcommand("add", "add a store");
  add->add_option("ID", asked.store.id, "1 to 12 of A-Z a-z 0-9 _")->required();
  add->add_option("--name", asked.store.name, "as on the receipt");
  add->add_option("--currency", asked.store.currency, "as EUR");
  add->add_option("--time-zone", asked.store.time_zone, "as Europe/Vienna");
  add->add_option("--receipt-head", asked.store.receipt_head,
                  "a line above the receipt; may be repeated");
  add->add_option("--receipt-foot", asked.store.receipt_foot, "a line below it");
  add->add_option("--tills", asked.store.tills,
                  "so many tills, till1 …, with their bundles and a manager");
  add->add_option("--leaf-url", asked.store.leaf_url,
                  "the store's leaf, as these tills reach it; default nats://127.0.0.1:4222");
  add->add_option("--out", asked.store.out, "the directory for their bundles; default .");
  acts(add, asked, [&asked](const Config& config) { store_add(config, asked.store); });
  acts(group->add_subcommand("list", "all stores"), asked, store_list);
}

void add_staff_commands(CLI::App& app, Asked& asked) {
  auto* group = app.add_subcommand("staff", "the people of a store")->require_subcommand(1);
  auto* add =
      group->add_subcommand("add", "add a person, or change one; the PIN comes on standard input");
  add->add_option("STORE", asked.staff.store)->required();
  add->add_option("ID", asked.staff.id)->required();
  add->add_option("NAME", asked.staff.name)->required();
  add->add_option("ROLE", asked.staff.role, "cashier, supervisor or manager")->required();
  acts(add, asked, [&asked](const Config& config) { staff_add(config, asked.staff); });
  auto* list = group->add_subcommand("list", "the people of a store");
  list->add_option("STORE", asked.staff.store)->required();
  acts(list, asked, [&asked](const Config& config) { staff_list(config, asked.staff.store); });
}

void add_till_commands(CLI::App& app, Asked& asked) {
  auto* group = app.add_subcommand("till", "the tills of a store")->require_subcommand(1);
  auto* add = group->add_subcommand(
      "add", "make a till's bundle, with a one-time code; again for a new code");
  add->add_option("STORE", asked.till.store)->required();
  add->add_option("TILL", asked.till.till)->required();
  add->add_option("--leaf-url", asked.till.leaf_url, "the store's leaf, as the till reaches it")
      ->required();
  add->add_option("--out", asked.till.out, "the bundle's new file; - is standard output")
      ->required();
  acts(add, asked, [&asked](const Config& config) { till_add(config, asked.till); });
  auto* revoke = group->add_subcommand("revoke", "take its rights away");
  revoke->add_option("STORE", asked.till.store)->required();
  revoke->add_option("TILL", asked.till.till)->required();
  acts(revoke, asked,
       [&asked](const Config& config) { till_revoke(config, asked.till.store, asked.till.till); });
  acts(group->add_subcommand("list", "all tills, as `fleet`"), asked,
       [&asked](const Config& config) { fleet(config, asked.as_json); });
}

void add_place(CLI::App* command, Asked& asked) {
  command->add_option("--host", asked.nats.place.host, "default 127.0.0.1");
  command->add_option("--port", asked.nats.place.port, "for clients; default 4222");
  command->add_option("--monitor-port", asked.nats.place.monitor_port,
                      "on 127.0.0.1; default none");
  command->add_option("--store-dir", asked.nats.place.store_dir, "where JetStream keeps its files");
  command->add_option("--out", asked.nats.out,
                      "write the configuration, certificate and key into this directory; without "
                      "it the configuration is printed");
  command->add_option("--found-at", asked.nats.found_at,
                      "where the server will find these files; default as --out, or /etc/leaftill");
  command->add_flag("--renew", asked.nats.renew,
                    "a new certificate and key, though the ones there are still good");
}

void add_nats_commands(CLI::App& app, Asked& asked) {
  asked.nats.place.port = 4222;
  asked.nats.place.store_dir = "/var/lib/nats/jetstream";
  asked.nats.hub = "127.0.0.1:7422";
  auto* group =
      app.add_subcommand("nats-config", "a nats-server configuration for the registered chain");
  group->require_subcommand(1);
  auto* hub = group->add_subcommand("hub", "the hub's");
  add_place(hub, asked);
  hub->add_option("--advertise", asked.nats.advertise,
                  "HOST:PORT under which the stores' leafs reach it; default where it listens");
  hub->add_option("--leafnode-port", asked.nats.leafnode_port,
                  "for the stores' leaves; default 7422");
  auto* user =
      hub->add_option("--lab-user", asked.nats.lab_user, "for tests: a user who may do everything");
  auto* password = hub->add_option("--lab-password-file", asked.nats.lab_password_file);
  user->needs(password);
  hub->add_option("--name", asked.nats.names,
                  "an address or host name by which stores reach the hub; may be repeated; "
                  "127.0.0.1 and localhost are there");
  acts(hub, asked, [&asked](const Config& config) { nats_config_hub(config, asked.nats); });
  auto* leaf = group->add_subcommand("leaf", "a store's");
  leaf->add_option("STORE", asked.nats.store)->required();
  add_place(leaf, asked);
  leaf->add_option("--hub", asked.nats.hub,
                   "HOST:PORT of the hub's leafnodes; default 127.0.0.1:7422");
  acts(leaf, asked, [&asked](const Config& config) { nats_config_leaf(config, asked.nats); });
}

void add_dead_letter_commands(CLI::App& app, Asked& asked) {
  auto* group = app.add_subcommand("dead-letters", "messages that came as rows and did not count");
  group->require_subcommand(1);
  auto* list = group->add_subcommand("list", "all of them, and what to do");
  list->add_flag("--json", asked.as_json, "a line of JSON for each");
  acts(list, asked, [&asked](const Config& config) { dead_letters_list(config, asked.as_json); });
  auto* show = group->add_subcommand("show", "one, with its bytes");
  show->add_option("HASH", asked.hash, "or its first 8 digits")->required();
  acts(show, asked, [&asked](const Config& config) { dead_letters_show(config, asked.hash); });
  auto* retry = group->add_subcommand("retry", "put it through the reconciler again");
  retry->add_option("HASH", asked.hash, "or its first 8 digits, or `all`")->required();
  retry->callback([&asked] {
    asked.act = [&asked](const Config& config) {
      return dead_letters_retry(config, asked.hash) ? kDone : kFailed;
    };
  });
  auto* out = group->add_subcommand("export", "their exact bytes and headers as lines of JSON");
  asked.file = "-";
  out->add_option("--out", asked.file, "a new file; - is standard output");
  acts(out, asked, [&asked](const Config& config) { dead_letters_export(config, asked.file); });
}

void add_other_commands(CLI::App& app, Asked& asked) {
  auto* products = app.add_subcommand("products", "the catalogue")->require_subcommand(1);
  auto* take_in =
      products->add_subcommand("import", "add and change products from a CSV file, all or nothing");
  take_in->add_option("FILE", asked.file)->required();
  take_in->add_flag("--dry-run", asked.dry_run, "check only");
  take_in->callback([&asked] {
    asked.act = [&asked](const Config& config) {
      return products_import(config, asked.file, asked.dry_run) ? kDone : kFailed;
    };
  });
  auto* fleets =
      app.add_subcommand("fleet", "all tills, how far they are, and what needs somebody");
  fleets->add_flag("--json", asked.as_json, "one JSON object instead of a table");
  acts(fleets, asked, [&asked](const Config& config) { fleet(config, asked.as_json); });
  acts(app.add_subcommand("migrate", "bring the database up to this version"), asked, migrate);
  app.add_subcommand("serve", "run; the same as no command");
  for (const char* name : {"check", "backup", "restore"}) {
    app.add_subcommand(name, "(later)")->callback([&asked] { asked.act = later; });
  }
}

int complain(int code, const char* words) {
  fmt::print(stderr, "leaftill-central: {}\n", words);
  return code;
}

int run(const Asked& asked) {
  try {
    Config config = read_config(asked.flags, environment, asked.config_file);
    pos::sync::start_log(config.log_format);
    int code = asked.act(config);
    return std::fflush(stdout) == 0 ? code : complain(kFailed, "standard output cannot be written");
  } catch (const ConfigError& wrong) {
    return complain(kWrongUsage, wrong.what());
  } catch (const Refused& refused) {
    return complain(refused.why == Refused::Why::malformed ? kWrongUsage : kFailed, refused.what());
  } catch (const std::exception& failed) {
    return complain(kFailed, failed.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  umask(0077);  // the database holds central's password for the hub
  Asked asked;
  CLI::App app("Leaftill's central: keeps every store's sales, stock and catalogue");
  app.set_version_flag("--version", versions());
  app.fallthrough();
  add_settings(app, asked);
  add_store_commands(app, asked);
  add_staff_commands(app, asked);
  add_till_commands(app, asked);
  add_nats_commands(app, asked);
  add_dead_letter_commands(app, asked);
  add_other_commands(app, asked);
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? kDone : kWrongUsage;
  }
  return run(asked);
}
