// What may be looked at without being a program of the chain: health, metrics, and one page for
// people. Without the token it tells nothing that the metrics do not; the tills' page asks a
// browser for the token as a password (any name).
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "central/web/answers.h"
#include "central/web/routes.h"
#include "pos/version.h"
#include "sync/seal.h"

namespace pos::central {
namespace {

constexpr const char* kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 "
    "1rem;color:#1d1d1f;"
    "background:#fff}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem "
    ".8rem .3rem 0;"
    "border-bottom:1px solid "
    "#ddd}.good{color:#146c2e}.bad{color:#b3261e}code{background:#f2f2f2;padding:0 .2rem}";

std::string html(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

HttpResponse page(const std::string& body) {
  return {200,
          "text/html; charset=utf-8",
          fmt::format(
              "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
              "content=\"width=device-width\"><title>Leaftill "
              "central</title><style>{}</style>{}</html>\n",
              kStyle, body),
          {{"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
           {"X-Content-Type-Options", "nosniff"},
           {"Cache-Control", "no-store"}}};
}

HttpResponse health_answer(ApiDoors&, const HttpRequest&, const PathParts&) {
  return json_answer(200, {{"status", "ok"}, {"version", kVersion}});
}

HttpResponse ready_answer(ApiDoors& doors, const HttpRequest&, const PathParts&) {
  Health health = doors.health();
  bool ready = health.nats && health.database;
  Json body = {{"status", ready ? "ready" : "not ready"},
               {"nats", health.nats},
               {"database", health.database},
               {"applier", health.applier}};
  if (!ready) {
    body["error"] = health.trouble.empty() ? "central is not connected yet" : health.trouble;
    body["code"] = "not_ready";
  }
  HttpResponse answer = json_answer(ready ? 200 : 503, body);
  if (!ready) answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

struct Metric {
  const char* name;
  const char* type;
  const char* help;
  int64_t value;
};

std::string heading(const char* name, const char* help) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
}

std::string by_name(const char* name, const char* label, const char* help,
                    const std::vector<std::pair<std::string, int64_t>>& counts) {
  std::string text = heading(name, help);
  for (const auto& [value, count] : counts)
    text += fmt::format("{}{{{}=\"{}\"}} {}\n", name, label, value, count);
  return text;
}

// Ids are letters, digits and '_' (pos/ids.h): nothing in them ends a label.
std::string by_till(Registry& registry) {
  std::string seen =
      heading("leaftill_till_last_seen_timestamp_seconds", "When its last beat came; 0: none did");
  std::string waiting =
      heading("leaftill_till_waiting_rows", "Rows in its outbox, by its last beat");
  std::string skew =
      heading("leaftill_till_clock_skew_seconds", "How far its clock is ahead of central's");
  std::string store, till;
  for (;;) {
    const auto page = registry.tills("", store, till, 500);
    for (const auto& t : page) {
      const std::string labels = fmt::format("{{store=\"{}\",till=\"{}\"}}", t.store, t.till);
      const auto at = parse_iso(t.last_seen_at);
      seen += fmt::format("leaftill_till_last_seen_timestamp_seconds{} {}\n", labels,
                          at ? at->unix_ms / 1000 : 0);
      waiting += fmt::format("leaftill_till_waiting_rows{} {}\n", labels, t.pending);
      skew += fmt::format("leaftill_till_clock_skew_seconds{} {}{}.{:03}\n", labels,
                          t.clock_skew_ms < 0 ? "-" : "", std::abs(t.clock_skew_ms) / 1000,
                          std::abs(t.clock_skew_ms) % 1000);
    }
    if (page.size() < 500) return seen + waiting + skew;
    store = page.back().store;
    till = page.back().till;
  }
}

// Prometheus' text format 0.0.4.
HttpResponse metrics(ApiDoors& doors, const HttpRequest&, const PathParts&) {
  Health health = doors.health();
  JournalDesk::Counts counts = doors.journal.counts();
  const Metric all[] = {
      {"leaftill_rows_applied_total", "counter", "Rows that took effect since the start",
       health.applied},
      {"leaftill_batches_total", "counter", "Database transactions of the applier", health.batches},
      {"leaftill_sales_position", "gauge", "Place in SALES below which everything is handled",
       health.position},
      {"leaftill_sales_behind", "gauge", "Rows in SALES that this instance has not read yet",
       health.behind},
      {"leaftill_applier", "gauge", "1 if this instance applies rows", health.applier},
      {"leaftill_nats_connected", "gauge", "1 if both connections to the hub stand", health.nats},
      {"leaftill_database_up", "gauge", "1 if the last piece of work on the database succeeded",
       health.database},
      {"leaftill_nats_failed_attempts", "gauge", "Failed connects in a row",
       health.nats ? 0 : health.attempts},
      {"leaftill_problems_open", "gauge", "Problems that people have not seen to",
       counts.problems_open},
      {"leaftill_rows_quarantined", "gauge", "Messages kept and not taken as a row",
       counts.quarantined},
      {"leaftill_rows_waiting", "gauge", "Rows that wait for their till's approval",
       counts.waiting},
      {"leaftill_stores", "gauge", "Stores in the registry", counts.stores},
      {"leaftill_tills", "gauge", "Tills in the registry", counts.tills},
      {"leaftill_tills_approved", "gauge", "Tills whose key is known", counts.tills_approved},
      {"leaftill_products", "gauge", "Products that are not withdrawn", counts.products},
      {"leaftill_catalogue_version", "gauge", "The catalogue's counter", counts.catalogue_version},
      {"leaftill_down_marks", "gauge", "Changes not yet published to the stores",
       counts.down_marks},
      {"leaftill_events_queued", "gauge", "Plain events not yet published", counts.events_queued},
  };
  std::string text;
  for (const auto& m : all) {
    text +=
        fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", m.name, m.help, m.type, m.value);
  }
  text += by_name("leaftill_problems_open_by_kind", "kind", "Open problems of each kind",
                  doors.journal.open_problems_by_kind());
  text += by_name("leaftill_dead_letters", "reason", "Messages in quarantine, by why",
                  doors.journal.dead_letters_by_reason());
  text += by_till(doors.registry);
  return {200, "text/plain; version=0.0.4; charset=utf-8", text, {}};
}

std::string state_words(const Health& health) {
  bool good = health.nats && health.database;
  return fmt::format(
      "<p class=\"{}\">{}</p>", good ? "good" : "bad",
      good ? "Central is connected and working."
           : html(health.trouble.empty() ? "Central is not connected yet." : health.trouble));
}

HttpResponse front_page(ApiDoors& doors, const HttpRequest&, const PathParts&) {
  Health health = doors.health();
  JournalDesk::Counts counts = doors.journal.counts();
  return page(fmt::format(
      "<h1>Leaftill central</h1>{}<table>"
      "<tr><th>Rows applied since start<td>{}<tr><th>Place in SALES<td>{}<tr><th>Open "
      "problems<td>{}"
      "<tr><th>Stores<td>{}<tr><th>Tills<td>{} ({} approved)<tr><th>Products<td>{}</table>"
      "<p><a href=\"/tills\">The tills</a> (your browser asks for a name, any, and a password, the "
      "token) · "
      "<a href=\"/metrics\">metrics</a> · <a href=\"/readyz\">readiness</a></p>"
      "<p>Programs use <code>/api/v1/</code> with <code>Authorization: Bearer "
      "TOKEN</code>.</p><p>Version {}</p>",
      state_words(health), health.applied, health.position, counts.problems_open, counts.stores,
      counts.tills, counts.tills_approved, counts.products, kVersion));
}

// Basic authentication counts on this page only: a browser sends it along by itself, also when
// another site made it ask.
bool browser_let_in(const ApiDoors& doors, const HttpRequest& request) {
  constexpr std::string_view scheme = "Basic ";
  if (request.authorization.rfind(scheme, 0) != 0) return false;
  std::string pair = sync::unbase64(request.authorization.substr(scheme.size())).value_or("");
  size_t colon = pair.find(':');
  return colon != std::string::npos && sync::equal_secret(pair.substr(colon + 1), doors.token);
}

HttpResponse tills_page(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  if (!browser_let_in(doors, request)) {
    HttpResponse answer =
        error_answer(401, "unauthorized", "the password is the token in central's token file");
    answer.headers.emplace_back("WWW-Authenticate",
                                "Basic realm=\"leaftill-central\", charset=\"UTF-8\"");
    return answer;
  }
  std::string rows;
  for (const auto& till : doors.registry.tills("", "", "", 1000)) {
    rows += fmt::format("<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}", html(till.store),
                        html(till.till), html(till.state), html(till.last_seen_at),
                        html(till.last_receipt), till.pending, html(till.app));
  }
  return page(
      fmt::format("<h1>Tills</h1><p><a href=\"/\">Back</a></p><table><tr><th>Store<th>Till<th>State"
                  "<th>Last seen<th>Last receipt<th>Waiting<th>Version{}</table>",
                  rows));
}

}  // namespace

const std::vector<Route>& page_routes() {
  static const std::vector<Route> routes = {
      {"GET", "/healthz", health_answer, true}, {"GET", "/readyz", ready_answer, true},
      {"GET", "/metrics", metrics, true},       {"GET", "/", front_page, true},
      {"GET", "/tills", tills_page, true},
  };
  return routes;
}

}  // namespace pos::central
