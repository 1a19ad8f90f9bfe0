#include "till/operator.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>

#include "pos/time.h"
#include "storage/backup.h"
#include "storage/provision.h"
#include "storage/verify.h"

namespace pos::till {
namespace {

using nlohmann::ordered_json;
constexpr int kMostRows = 100;
constexpr size_t kMostBytes = 200'000;  // of bodies in one answer; the socket takes 1 MiB

std::string dumped(const ordered_json& j) {
  return j.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json verify(storage::Database& database) {
  const storage::VerifyReport r = storage::verify_journal(database);
  return {{"rows", r.rows},
          {"sales", r.sales},
          {"lastReceipt", r.last_receipt},
          {"pruned", r.pruned_rows},
          {"faults", r.faults}};
}

ordered_json export_rows(storage::Database& database, const std::string& format, int64_t after) {
  const bool csv = format == "csv";
  if (!csv && format != "jsonl") throw storage::Error("The formats are jsonl and csv.");
  const auto rows = storage::kept_rows(database, after, kMostRows, kMostBytes);
  ordered_json lines = ordered_json::array();
  if (csv && after == 0) lines.push_back(csv_head());
  for (const auto& row : rows) lines.push_back(csv ? csv_line(row) : json_line(row));
  return {{"lines", lines}, {"next", rows.empty() ? 0 : rows.back().id}};
}

ordered_json receipt(storage::Database& database, const std::string& number) {
  const auto body = storage::kept_sale(database, number);
  if (!body) throw storage::Error("This till has no receipt " + number + ".");
  const storage::NewTill till = storage::identity(database);
  return {{"body", *body},
          {"head", till.receipt_head},
          {"foot", till.receipt_foot},
          {"till", till.till}};
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string json_line(const storage::KeptRow& r) {
  ordered_json j = {{"epoch", r.epoch},     {"seq", r.seq},
                    {"type", r.type},       {"transactionId", r.transaction_id},
                    {"receipt", r.receipt}, {"at", to_iso({r.at})},
                    {"settled", r.settled}, {"keyId", r.key_id},
                    {"hash", r.hash},       {"signature", r.signature},
                    {"body", r.body}};
  if (r.total) j["total"] = *r.total;
  return dumped(j);
}

std::string csv_head() {
  return "epoch,seq,type,transactionId,receipt,at,total,settled,keyId,hash,signature,body";
}

std::string csv_line(const storage::KeptRow& r) {
  return r.epoch + ',' + std::to_string(r.seq) + ',' + quoted(r.type) + ',' +
         quoted(r.transaction_id) + ',' + quoted(r.receipt) + ',' + to_iso({r.at}) + ',' +
         (r.total ? std::to_string(*r.total) : "") + ',' + (r.settled ? "true" : "false") + ',' +
         quoted(r.key_id) + ',' + r.hash + ',' + r.signature + ',' + quoted(r.body);
}

std::string answer_operator(storage::Database& database, const std::string& request) {
  std::istringstream words(request);
  std::string verb;
  words >> verb;
  try {
    if (verb == "verify") return dumped(verify(database));
    if (verb == "about") {
      const storage::NewTill till = storage::identity(database);
      return dumped({{"store", till.store},
                     {"till", till.till},
                     {"schema", storage::schema_version(database)}});
    }
    if (verb == "export") {
      std::string format;
      int64_t after = 0;
      words >> format >> after;
      return dumped(export_rows(database, format, after));
    }
    if (verb == "receipt") {
      std::string number;
      words >> number;
      return dumped(receipt(database, number));
    }
    if (verb == "backup" && request.size() > verb.size() + 1) {
      const std::string file = request.substr(verb.size() + 1);
      storage::backup(database, file);
      return dumped({{"file", file}});
    }
  } catch (const std::exception& e) {
    return dumped({{"error", e.what()}});
  }
  return dumped({{"error", "This till does not know the request " + verb + "."}});
}

}  // namespace pos::till
