#include "central/topology.h"

#include <fmt/format.h>

#include "central/certificates.h"

namespace pos::central {
namespace {

// Text into a quoted string of nats-server's language. Everything that comes here was checked or
// made by central, except for paths.
std::string nats_text(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string subjects(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& subject : all) out += fmt::format("          {}\n", nats_text(subject));
  return out;
}

std::string permissions(const std::vector<std::string>& publish,
                        const std::vector<std::string>& subscribe) {
  return fmt::format(
      "permissions: {{\n"
      "        publish: {{ allow: [\n{}        ] }}\n"
      "        subscribe: {{ allow: [\n{}        ] }}\n"
      "      }}",
      subjects(publish), subjects(subscribe));
}

// What rows, requests and answers of a store may cross to the hub. `$JS.hub.API.CONSUMER.…` is what
// its DOWNLOCAL needs to be fed; a wider DELETE would let a store remove central's own consumer.
std::string store_user(const std::string& s) {
  std::vector<std::string> publish;
  for (const char* prefix : {"product.sold.", "till.event.", "till.carried.", "till.beat.",
                             "sync.hello.", "sync.pull.", "sync.enrol."}) {
    publish.push_back(prefix + s + ".*");
  }
  publish.insert(publish.end(),
                 {"$JS.hub.API.CONSUMER.CREATE.DOWN.*.down." + s + ".>",
                  "$JS.hub.API.CONSUMER.CREATE.DOWNALL", "$JS.hub.API.CONSUMER.DELETE.DOWN.*",
                  "$JS.hub.API.CONSUMER.DELETE.DOWNALL.*", "$JS.FC.DOWN.>", "$JS.FC.DOWNALL.>"});
  return fmt::format("      {{ user: {}, allowed_connection_types: [\"LEAFNODE\"], {} }}\n",
                     nats_text("CN=" + store_subject(s).common_name),
                     permissions(publish, {"_INBOX." + s + ".>", "$JSC.R.>", "$JS.S.>"}));
}

std::string till_user(const std::string& store, const std::string& till, const std::string& nkey) {
  std::string me = store + "." + till;
  std::vector<std::string> publish;
  for (const char* prefix : {"product.sold.", "till.event.", "till.carried.", "till.beat.",
                             "sync.hello.", "sync.pull.", "sync.enrol."}) {
    publish.push_back(prefix + me);
  }
  publish.insert(publish.end(),
                 {"store." + store + ".journal." + till, "store." + store + ".claim.*",
                  "$JS.API.CONSUMER.CREATE.DOWNLOCAL", "$JS.API.CONSUMER.CREATE.STORELOG",
                  "$JS.API.CONSUMER.DELETE.DOWNLOCAL.*", "$JS.API.CONSUMER.DELETE.STORELOG.*",
                  "$JS.API.STREAM.CREATE.DOWNLOCAL", "$JS.API.STREAM.DELETE.DOWNLOCAL",
                  "$JS.API.STREAM.CREATE.STORELOG", "$JS.API.STREAM.INFO.*", "$JS.FC.DOWNLOCAL.>",
                  "$JS.FC.STORELOG.>", "$JS.API.STREAM.MSG.GET.CLAIMLOG"});
  publish.push_back("$JS.API.STREAM.CREATE.CLAIMLOG");
  return fmt::format("      # {}\n      {{ nkey: {}, {} }}\n", till, nkey,
                     permissions(publish, {"_INBOX." + me + ".>"}));
}

// Both servers notice a dead peer within 10 s; a bigger payload than 256 KB is never ours.
std::string head(const std::string& name, const ServerPlace& place, const std::string& domain,
                 const std::string& limits) {
  std::string out = fmt::format("server_name: {}\nlisten: {}\n", name,
                                nats_text(fmt::format("{}:{}", place.host, place.port)));
  if (place.monitor_port != 0) {
    out += fmt::format("http: {}\n", nats_text(fmt::format("127.0.0.1:{}", place.monitor_port)));
  }
  return out + fmt::format(
                   "ping_interval: \"5s\"\nping_max: 2\nmax_payload: 256KB\n"
                   "jetstream {{ domain: {}, store_dir: {}, {} }}\n",
                   domain, nats_text(place.store_dir), limits);
}

std::string accounts(const std::string& users) {
  return fmt::format(
      "accounts {{\n"
      "  SYS {{ users: [] }}\n"
      "  POS {{\n    jetstream: enabled\n    users: [\n{}    ]\n  }}\n"
      "}}\nsystem_account: SYS\n",
      users);
}

// 3 s: a peer that says nothing holds its place no longer.
std::string tls(const TlsFiles& files, const std::string& more) {
  return fmt::format("tls {{ cert_file: {}, key_file: {}, ca_file: {}, {}timeout: 3 }}",
                     nats_text(files.certificate), nats_text(files.key), nats_text(files.authority),
                     more);
}

std::string free_user(const std::string& user, const std::string& password) {
  return fmt::format("      {{ user: {}, password: {} }}\n", nats_text(user), nats_text(password));
}

}  // namespace

std::string hub_configuration(const HubPlan& plan) {
  std::string users = free_user(kCentralUser, plan.central_password);
  if (!plan.lab_user.empty()) users += free_user(plan.lab_user, plan.lab_password);
  for (const auto& store : plan.stores) users += store_user(store);
  std::string leaves = fmt::format("{}:{}", plan.place.host, plan.leafnode_port);
  return "# The hub of a Leaftill chain. Written by `leaftill-central nats-config hub`.\n" +
         head("hub", plan.place, "hub", "max_file_store: 8GB, max_memory_store: 256MB") +
         fmt::format("leafnodes {{\n  listen: {}, advertise: {}\n  {}\n}}\n", nats_text(leaves),
                     nats_text(plan.advertise.empty() ? leaves : plan.advertise),
                     tls(plan.tls, "verify_and_map: true, ")) +
         accounts(users);
}

std::string leaf_configuration(const LeafPlan& plan) {
  std::string users;
  for (const auto& till : plan.tills) {
    for (const auto& nkey : till.nkeys) users += till_user(plan.store, till.till, nkey);
  }
  // `store.>` stays in the store: the hub has no use for it, and a slow line even less.
  return fmt::format(
             "# The leaf of store {0}. Written by `leaftill-central nats-config leaf {0}`.\n",
             plan.store) +
         head("leaf-" + plan.store, plan.place, plan.store,
              "max_file_store: 1GB, max_memory_store: 16MB") +
         accounts(users) +
         fmt::format(
             "leafnodes {{\n  reconnect: 1\n  remotes: [\n"
             "    {{ url: {}, account: POS, deny_exports: [\"store.>\"], deny_imports: "
             "[\"store.>\"],\n      {} }}\n"
             "  ]\n}}\n",
             nats_text("tls://" + plan.hub_address), tls(plan.tls, ""));
}

}  // namespace pos::central
