// The outbox of a till against the library's own asynchronous publish: both through the leaf into
// the hub's SALES stream, the same bodies, alternated. Central is away, so that it takes no CPU.
#include <fmt/format.h>
#include <nats/nats.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "pos/sale.h"
#include "storage/ledger.h"
#include "storage/outbox.h"
#include "storage/projections.h"
#include "sync/sync_thread.h"
#include "tests/bench/rows.h"
#include "tests/lab/lab.h"
#include "till/config.h"
#include "till/secrets.h"

namespace pos::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kRows = 20'000, kRounds = 5;

Instant now() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

double seconds_since(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

struct OpenTill {
  explicit OpenTill(const std::string& config_file)
      : config(till::load_config(config_file, {}, till::process_environment())),
        secrets(till::read_secrets(config.key)),
        database(config.database),
        pending(database),
        ledger(database, pending, secrets.signing),
        outbox(database, pending),
        projections(database) {}

  void fill(int rows) {
    ledger.record(ShiftOpened{header(), {0}});
    for (int i = 1; i < rows; ++i) {
      const FactHeader h = header();
      Item item;
      item.id = {"p1001"};
      item.name = "Article";
      item.price = {199};
      item.tax_rate = {200'000};
      Sale sale(h.id, {}, {}, 1);
      sale.add(item, "4006381333931", kOnePiece);
      if (!sale.tender(TenderKind::cash, {500}, "")) throw std::runtime_error("tender");
      ledger.record(sale.complete(h, "EUR"));
      if (i % 100 == 0) {
        const storage::Database::Turn turn(database, storage::Database::Who::cashier);
        database.checkpoint_if_due();
      }
    }
  }

  FactHeader header() {
    FactHeader h;
    h.at = now();
    h.id = ledger.new_transaction_id(h.at);
    h.shift = {h.id.value};
    h.business_date = "2026-01-01";
    return h;
  }

  sync::NatsConfig nats(const std::string& till_id) const {
    sync::NatsConfig n;
    n.url = config.nats_url;
    n.name = "bench";
    n.nkey_seed = secrets.nkey_seed;
    n.inbox_prefix = "_INBOX.s1." + till_id;
    return n;
  }

  till::Config config;
  till::Secrets secrets;
  storage::Database database;
  storage::PendingStock pending;
  storage::Ledger ledger;
  storage::Outbox outbox;
  storage::Projections projections;
};

// Rows a second from the first row that went out to the last PubAck.
double drain(OpenTill& till) {
  sync::RelaySettings relay;
  relay.store = "s1";
  relay.till = "till1";
  relay.app = "bench";
  relay.central_keys = till.secrets.central_keys;
  relay.public_key = sync::base64(till.secrets.signing.public_key);
  storage::Neighbours neighbours(till.database);
  sync::SyncThread thread(till.outbox, till.projections, neighbours, till.nats("till1"), relay,
                          now);
  const auto deadline = Clock::now() + std::chrono::seconds(120);
  auto start = Clock::now();
  for (bool begun = false; Clock::now() < deadline;) {
    const sync::Status s = thread.status();
    if (!begun && s.link == sync::Link::offline) start = Clock::now();
    begun = begun || s.sent > 0;
    if (s.waiting >= kRows && s.sent >= kRows) {
      thread.stop();
      return kRows / seconds_since(start);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  throw std::runtime_error("the outbox was not sent within 120 s");
}

void check(natsStatus status, const char* what) {
  if (status != NATS_OK) {
    throw std::runtime_error(fmt::format("{}: {}", what, natsStatus_GetText(status)));
  }
}

double publish_raw(const OpenTill& till, const std::vector<sync::SealedRow>& rows,
                   const std::string& seed_file, int round) {
  std::ofstream(seed_file) << till.secrets.nkey_seed;
  natsOptions* options = nullptr;
  check(natsOptions_Create(&options), "options");
  natsOptions_SetURL(options, till.config.nats_url.c_str());
  natsOptions_SetNKeyFromSeed(options, sync::nkey_public(till.secrets.nkey_seed)->c_str(),
                              seed_file.c_str());
  natsOptions_SetCustomInboxPrefix(options, "_INBOX.s1.till2");
  natsConnection* connection = nullptr;
  for (int i = 0; i < 5 && natsConnection_Connect(&connection, options) != NATS_OK; ++i) {
  }
  if (!connection) throw std::runtime_error("the raw publisher could not connect");
  jsOptions js_options;
  jsOptions_Init(&js_options);
  js_options.PublishAsync.MaxPending = 1024;
  jsCtx* js = nullptr;
  check(natsConnection_JetStream(&js, connection, &js_options), "jetstream");
  const auto start = Clock::now();
  for (int i = 0; i < kRows; ++i) {
    const sync::SealedRow& row = rows[static_cast<size_t>(i) % rows.size()];
    const std::string id = fmt::format("raw/{}/{}", round, i);
    natsMsg* message = nullptr;
    check(natsMsg_Create(&message, "product.sold.s1.till2", nullptr, row.body.data(),
                         static_cast<int>(row.body.size())),
          "message");
    natsMsgHeader_Set(message, "Leaftill-Hash", row.hash.c_str());
    natsMsgHeader_Set(message, "Leaftill-Key", row.key_id.c_str());
    natsMsgHeader_Set(message, "Leaftill-Signature", row.signature.c_str());
    jsPubOptions publish;
    jsPubOptions_Init(&publish);
    publish.MsgId = id.c_str();
    publish.MaxWait = 5000;
    natsStatus status = NATS_TIMEOUT;
    while ((status = js_PublishMsgAsync(js, &message, &publish)) == NATS_TIMEOUT) {
    }
    check(status, "publish");
  }
  jsPubOptions complete;
  jsPubOptions_Init(&complete);
  complete.MaxWait = 60'000;
  check(js_PublishAsyncComplete(js, &complete), "complete");
  const double rate = kRows / seconds_since(start);
  jsCtx_Destroy(js);
  natsConnection_Close(connection);
  natsConnection_Destroy(connection);
  natsOptions_Destroy(options);
  return rate;
}

}  // namespace

std::vector<Row> drain_rows(const std::string& folder) {
  lab::LabOptions options;
  options.directory = folder + "/drain";
  options.tills = 2;
  lab::Lab lab(options);
  lab.central().stop();
  OpenTill till(folder + "/drain/s1/till1/till.toml"), other(folder + "/drain/s1/till2/till.toml");
  till.outbox.set_note("enrolled", "approved");
  till.fill(kRows);
  const std::vector<sync::SealedRow> rows = till.outbox.waiting(0, 100);
  std::vector<double> ours, raw, ratios;
  for (int round = 0; round < kRounds; ++round) {
    raw.push_back(publish_raw(other, rows, folder + "/seed", round));
    ours.push_back(drain(till));
    ratios.push_back(ours.back() / raw.back());
  }
  const auto median = [](std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
  };
  return {
      {"outbox drain / raw async publish",
       fmt::format("{:.2f} x ({:.0f} / {:.0f} rows/s)", median(ratios), median(ours), median(raw)),
       ">= 0.8 x", median(ratios) >= 0.8}};
}

}  // namespace pos::bench
