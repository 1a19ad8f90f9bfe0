#include "till/doctor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "storage/ballast.h"
#include "storage/outbox.h"
#include "storage/provision.h"
#include "storage/verify.h"
#include "sync/nats_link.h"
#include "sync/preflight.h"
#include "sync/sync_core.h"
#include "till/printer_port.h"
#include "till/secrets.h"
#include "till/serial_scale.h"

namespace pos::till {
namespace {

using nlohmann::ordered_json;
using State = Finding::State;
using ScaleState = ScaleReading::State;
using std::chrono::milliseconds;

constexpr milliseconds kPatience{2000}, kAnswer{5000};
constexpr int kConnects = 3;  // the client library fails one in some hundred for no reason
constexpr int64_t kLittleSpace = int64_t{200} << 20;
constexpr int64_t kWrongClock_ms = 60'000;
constexpr int64_t kLongUnheard_ms = 24 * 3600 * 1000;

Finding well(const char* check, std::string words) {
  return {check, State::well, std::move(words)};
}
Finding wrong(const char* check, std::string words) {
  return {check, State::wrong, std::move(words)};
}
Finding unknown(const char* check, std::string words) {
  return {check, State::unknown, std::move(words)};
}

std::string megabytes(int64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

// What the till's files and its own words say, gathered once.
struct Patient {
  const Config& config;
  Instant now;
  std::optional<ordered_json> running;  // its status; empty: it rests
  std::optional<Secrets> secrets;
  std::optional<storage::NewTill> who;
  std::vector<sync::EpochSeq> epochs;
  Instant heard;  // central, last; unix_ms 0: never
  int64_t skew_ms = 0;
  std::optional<std::string> answered;  // by central, just now: the words of who asked it
};

// ---- files ----

Finding look_at_key(Patient& p) {
  try {
    p.secrets = read_secrets(p.config.key);
    return well("key", p.config.key + " is whole, and only its owner may read it");
  } catch (const SecretsError& e) {
    return wrong("key", e.what());
  }
}

Finding look_at_modes(const Patient& p) {
  struct stat info {};
  if (::stat(p.config.database.c_str(), &info) != 0) {
    return wrong("files", p.config.database + ": " + std::strerror(errno));
  }
  if ((info.st_mode & 077) != 0) {
    return wrong("files", p.config.database + " may be read by others: `chmod 600 " +
                              p.config.database + "`. It holds what was sold");
  }
  return well("files", "only the till's user may read its database");
}

Finding look_at_resting_database(Patient& p) {
  storage::Database database(p.config.database);
  p.who = storage::identity(database);
  storage::PendingStock pending(database);
  storage::Outbox outbox(database, pending);
  p.epochs = outbox.epochs();
  const std::string clock = outbox.note(sync::kCentralClock);
  const size_t space = clock.find(' ');
  if (const auto heard = parse_iso(clock.substr(0, space)); heard && space != std::string::npos) {
    p.heard = *heard;
    std::from_chars(clock.data() + space + 1, clock.data() + clock.size(), p.skew_ms);
  }
  const auto report = storage::verify_journal(database);
  if (!report.ok()) {
    return wrong("database", "the journal is NOT whole: " + report.faults.front() +
                                 ". `leaftillctl verify` names all of it; keep a copy of the file");
  }
  return well("database", "opens, schema " + std::to_string(storage::schema_version(database)) +
                              "; its " + std::to_string(report.rows) + " rows are whole");
}

Finding look_at_database(Patient& p, const AskTill& ask) {
  if (!p.running) {
    try {
      return look_at_resting_database(p);
    } catch (const std::exception& e) {
      return wrong("database", e.what());
    }
  }
  const auto answer = ask("about");
  const auto about = ordered_json::parse(answer.value_or(""), nullptr, false);
  if (!about.is_object() || about.contains("error")) {
    return wrong("database", "the till that runs on it does not answer for it: look in its log");
  }
  p.who = storage::NewTill{about.value("store", ""), about.value("till", ""), {}, {}, {}, {}, {}};
  return well("database", "schema " + std::to_string(about.value("schema", 0)) + "; till " +
                              p.who->till + " of store " + p.who->store +
                              " runs on it (`leaftillctl verify` reads it from end to end)");
}

Finding look_at_disk(const Patient& p) {
  storage::FileSpace disk(p.config.database);
  const int64_t free = disk.free_bytes();
  if (free < storage::Ballast::kLeast) {
    return wrong("disk", megabytes(free) +
                             " are free: the till begins no sale. Make space (old "
                             "logs, exports, backups), but keep till.db.ballast");
  }
  const bool room = free >= storage::Ballast::kLeast + 2 * storage::Ballast::kBytes;
  if (!disk.reserved() && (p.running || !room)) {
    return wrong("disk",
                 "the ballast beside the database is not there: the disk was full, or it "
                 "was deleted. The till takes it up again once " +
                     megabytes(2 * storage::Ballast::kBytes) + " are free; " + megabytes(free) +
                     " are");
  }
  if (free < kLittleSpace)
    return wrong("disk", "only " + megabytes(free) + " are free: make space");
  return well("disk", megabytes(free) + (disk.reserved() ? " are free, and the ballast is there"
                                                         : " are free; the till takes up its "
                                                           "ballast when it starts"));
}

// ---- the line ----

std::optional<sync::Peer> leaf_of(const Config& config) {
  std::string url = config.nats_url;
  if (const size_t scheme = url.find("://"); scheme != std::string::npos) url.erase(0, scheme + 3);
  if (const size_t user = url.rfind('@'); user != std::string::npos) url.erase(0, user + 1);
  const size_t colon = url.rfind(':');
  uint16_t port = 4222;
  if (colon != std::string::npos) {
    const char* end = url.data() + url.size();
    if (std::from_chars(url.data() + colon + 1, end, port).ptr != end) return {};
    url.erase(colon);
  }
  return sync::resolve(url, port);
}

Finding look_at_leaf(const Patient& p) {
  const auto peer = leaf_of(p.config);
  if (!peer)
    return wrong("leaf", "nats.url is " + p.config.nats_url + ": no address is found there");
  std::string why;
  if (sync::preflight(*peer, kPatience, &why)) return well("leaf", "answers at " + peer->text());
  return wrong("leaf", peer->text() + ": " + why +
                           ". Is the store's nats-server running, and the cable in? The till sells "
                           "on, and sends later");
}

// As the till would: with its key, through the leaf, to central and back. Words of failure.
std::string ask_central(Patient& p) {
  sync::NatsConfig nats;
  nats.url = p.config.nats_url;
  nats.name = "doctor of till " + p.who->store + "/" + p.who->till;
  nats.nkey_seed = p.secrets->nkey_seed;
  nats.inbox_prefix = "_INBOX." + p.who->store + "." + p.who->till;
  sync::NatsLink link(nats);
  bool connected = false;
  for (int i = 0; i < kConnects && !connected; ++i) connected = link.connect({});
  if (!connected) return "the leaf does not let this till in: " + link.error();
  sync::Hello hello;
  hello.epochs = p.epochs;
  hello.app = "leaftillctl doctor";
  const auto message = link.request("sync.hello." + p.who->store + "." + p.who->till, {},
                                    sync::encode(hello), kAnswer);
  if (!message) return "the leaf lets this till in, and central does not answer: " + link.error();
  const auto answer = sync::decode_hello_answer(message->body);
  const auto signature = answer ? sync::unbase64(answer->signature) : std::nullopt;
  const auto said = answer ? parse_iso(answer->time) : std::nullopt;
  if (!said || !signature) return "what answers for central is not understood";
  const auto digest = sync::digest(sync::signed_members(*answer, p.who->store, p.who->till));
  for (const std::string& key : p.secrets->central_keys) {
    if (sync::key_id(key) != answer->key || !sync::verify(key, digest, *signature)) continue;
    p.heard = {std::chrono::duration_cast<milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
                   .count()};
    p.skew_ms = said->unix_ms - p.heard.unix_ms;
    return {};
  }
  return "central's answer is signed by a key that this till does not know: provision it with a "
         "new bundle";
}

Finding look_at_hub(Patient& p, bool leaf_answers) {
  if (p.running) {
    const std::string link = p.running->value("link", "");
    if (link == "online") return well("hub", "the till is online: rows go through");
    if (link == "leaf_only") {
      return wrong("hub",
                   "the leaf answers, hub or central does not: look at the store's line and "
                   "at the hub. The till sells on, and sends later");
    }
    return wrong("hub", "out of reach, as the leaf is");
  }
  if (!leaf_answers || !p.secrets || !p.who || p.epochs.empty()) {
    return unknown("hub", "cannot be asked before the lines above are well");
  }
  p.answered = ask_central(p);
  if (p.answered->empty()) return well("hub", "central answered through it");
  return wrong("hub", *p.answered);
}

Finding look_at_central(const Patient& p) {
  if (p.heard.unix_ms == 0) {
    return p.running ? wrong("central", "was not heard since the till was started")
                     : unknown("central", "was never heard, or by an older version");
  }
  const int64_t ago = p.now.unix_ms - p.heard.unix_ms;
  if (ago > kLongUnheard_ms) {
    return wrong("central", "was last heard at " + to_iso(p.heard) + ", " + roughly(ago) + " ago");
  }
  return well("central", "was last heard at " + to_iso(p.heard));
}

Finding look_at_clock(const Patient& p) {
  if (p.heard.unix_ms == 0) return unknown("clock", "nobody to compare it with was heard");
  const int64_t off = p.skew_ms < 0 ? -p.skew_ms : p.skew_ms;
  const std::string words =
      roughly(off) + (p.skew_ms > 0 ? " behind central's" : " ahead of central's");
  if (off < 2000) return well("clock", "goes as central's does");
  if (off < kWrongClock_ms) return well("clock", words);
  return wrong("clock", words +
                            ": receipts carry a wrong time. Set it, and let it be kept "
                            "(timedatectl set-ntp true)");
}

Finding look_at_rows(const Patient& p) {
  const int64_t attention = p.running->value("needs_attention", int64_t{0});
  if (attention > 0) return wrong("sync", p.running->value("attention", ""));
  const int64_t waiting = p.running->value("waiting", int64_t{0});
  const auto settled = std::to_string(p.running->value("settled", int64_t{0}));
  return well("sync", settled + " rows are confirmed, " + std::to_string(waiting) + " wait");
}

// ---- what hangs on it ----

std::string writable(const std::string& path) {
  if (::access(path.c_str(), W_OK) == 0) return {};
  return path + ": " + std::strerror(errno);
}

Finding look_at_printer(const Patient& p) {
  if (p.config.printer_url.empty()) return well("printer", "none is configured");
  const PrinterAddress address = parse_printer_url(p.config.printer_url);
  std::string fault;
  if (address.kind == PrinterAddress::Kind::tcp) {
    const auto peer = sync::resolve(address.place, static_cast<uint16_t>(address.port));
    fault = peer ? sync::connect_fault(*peer, kPatience) : address.place + " is no address";
  } else {
    fault = writable(address.place);
  }
  if (!fault.empty()) {
    return wrong("printer", to_text(address) + ": " + fault + ". Is it on, and its cable in?");
  }
  if (p.running && p.running->contains("printer")) {
    int failed = 0;
    for (const auto& job : (*p.running)["printer"].value("jobs", ordered_json::array())) {
      failed += job.value("state", "") == "failed" ? 1 : 0;
    }
    if (failed > 0) {
      return wrong("printer",
                   to_text(address) + " answers, and " + std::to_string(failed) +
                       " of its last jobs failed: is there paper in it? `leaftillctl "
                       "status --json` has their words; print them again with `reprint`");
    }
  }
  return well("printer", to_text(address) + " answers");
}

Finding look_at_scale(const Patient& p) {
  if (p.config.scale_device.empty()) return well("scale", "none is configured");
  const std::string fault = writable(p.config.scale_device);
  if (!fault.empty()) return wrong("scale", fault + ". Is its cable in?");
  if (p.running) return well("scale", p.config.scale_device + " is there; the till asks it itself");
  SerialScale scale(p.config.scale_device, p.config.scale_line);
  const auto state = scale.read().state;
  if (state == ScaleState::silent || state == ScaleState::garbled) {
    return wrong("scale", p.config.scale_device + " " +
                              (state == ScaleState::silent ? "says nothing" : "is not understood") +
                              ": is it on, does it speak 8217, is scale.line right?");
  }
  return well("scale", p.config.scale_device + " answers");
}

}  // namespace

const char* to_word(State state) {
  switch (state) {
    case State::well:
      return "ok";
    case State::wrong:
      return "wrong";
    case State::unknown:
      return "unknown";
  }
  return "unknown";
}

std::vector<Finding> examine(const Config& config, const AskTill& ask, Instant now) {
  Patient p{config, now, {}, {}, {}, {}, {}, 0, {}};
  if (const auto status = ask("status")) {
    p.running = ordered_json::parse(*status, nullptr, false);
    if (!p.running->is_object()) p.running = ordered_json::object();
    const auto heard = p.running->find("centralHeard");
    if (heard != p.running->end() && heard->is_string()) {
      p.heard = parse_iso(heard->get<std::string>()).value_or(Instant{});
    }
    p.skew_ms = p.running->value("clockSkewMs", int64_t{0});
  }
  std::vector<Finding> all;
  all.push_back(look_at_key(p));
  all.push_back(look_at_modes(p));
  all.push_back(look_at_database(p, ask));
  all.push_back(look_at_disk(p));
  all.push_back(look_at_leaf(p));
  const bool leaf = all.back().state == State::well;
  all.push_back(look_at_hub(p, leaf));
  all.push_back(look_at_central(p));
  all.push_back(look_at_clock(p));
  if (p.running) all.push_back(look_at_rows(p));
  all.push_back(look_at_printer(p));
  all.push_back(look_at_scale(p));
  return all;
}

int doctor(const Config& config, const AskTill& ask, Instant now, bool as_json) {
  bool sound = true;
  ordered_json checks = ordered_json::array();
  for (const Finding& f : examine(config, ask, now)) {
    sound = sound && f.state != State::wrong;
    if (as_json) {
      checks.push_back({{"check", f.check}, {"state", to_word(f.state)}, {"words", f.words}});
    } else {
      std::printf("%-8s %-9s %s\n", to_word(f.state), f.check.c_str(), f.words.c_str());
    }
  }
  if (as_json) {
    const ordered_json out = {{"well", sound}, {"checks", checks}};
    std::printf("%s\n", out.dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
  }
  return sound ? 0 : 1;
}

}  // namespace pos::till
