#include "till/bundle.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "pos/receipt.h"
#include "till/config.h"
#include "till/system_clock.h"

namespace pos::till {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
constexpr std::uintmax_t kMaxBundle = 1 << 20;

[[noreturn]] void bad(const std::string& what) {
  throw BundleError("The bundle's " + what +
                    ". Ask central for a new one (`leaftill-central till add`).");
}

std::string text(const Json& j, const char* key, size_t most = 200) {
  const auto it = j.find(key);
  if (it == j.end() || !it->is_string()) bad(std::string(key) + " is missing");
  const auto value = it->get<std::string>();
  if (value.size() > most || printable(value, most) != value)
    bad(std::string(key) + " is not readable text");
  return value;
}

std::string key32(const std::string& base64, const char* name) {
  const auto bytes = sync::unbase64(base64);
  if (!bytes || bytes->size() != 32) bad(std::string(name) + " is not a key");
  return *bytes;
}

Role bundled_role(const std::string& word) {
  for (const Role role : {Role::cashier, Role::supervisor, Role::manager}) {
    if (word == to_word(role)) return role;
  }
  bad("staff has an unknown role");
}

storage::NewPerson person(const Json& j) {
  storage::NewPerson p;
  p.person = {{text(j, "staffId", 32)}, text(j, "name"), bundled_role(text(j, "role"))};
  p.pin_hash = text(j, "pinHash");
  if (!valid_id(p.person.id.value) || p.pin_hash.size() != 64) bad("staff is damaged");
  if (const auto v = j.find("version"); v != j.end() && v->is_number_integer())
    p.version = v->get<int64_t>();
  return p;
}

// An optional member that is a word of a list; `read` knows them.
template <class T>
void word(const Json& j, const char* key, std::optional<T> (*read)(std::string_view), T& out) {
  if (!j.contains(key)) return;
  const auto value = read(text(j, key, 32));
  if (!value) bad(std::string(key) + " is not known to this version");
  out = *value;
}

int64_t amount(const Json& j, const char* key, int64_t least, int64_t absent) {
  if (!j.contains(key)) return absent;
  const Json& value = j[key];
  if (!value.is_number_integer() || value < least || value > 1'000'000)
    bad(std::string(key) + " is not a number that can be");
  return value.get<int64_t>();
}

void read_terms(const Json& j, storage::NewTill& till) {
  word(j, "taxMode", tax_mode, till.tax.mode);
  word(j, "taxLevel", tax_level, till.tax.level);
  if (!j.contains("cashRounding")) return;
  const Json& rule = j["cashRounding"];
  if (!rule.is_object()) bad("cashRounding is damaged");
  till.rounding.step = amount(rule, "step", 1, 1);
  till.rounding.above = {amount(rule, "above", 0, 0)};
  word(rule, "mode", rounding_mode, till.rounding.mode);
  word(rule, "scope", rounding_scope, till.rounding.scope);
  word(rule, "mixed", rounding_mixed, till.rounding.mixed);
}

// The office's rules, each as it would come down.
void read_rules(const Json& j, storage::NewTill& till) {
  if (j.contains("settings")) {
    till.settings = sync::decode_settings(j["settings"].dump());
    if (!till.settings) bad("settings are not known to this version");
  }
  for (const Json& promotion : j.value("promotions", Json::array())) {
    const auto offer = sync::decode_promotion(promotion.dump());
    if (!offer) bad("promotions are not known to this version");
    till.promotions.push_back(*offer);
  }
}

Bundle parse(const Json& j) {
  if (!j.is_object() || !j.contains("version") || j["version"] != 1) bad("version is not known");
  Bundle b;
  b.till.store = text(j, "store");
  b.till.till = text(j, "till");
  if (!valid_node_id(b.till.store) || !valid_node_id(b.till.till))
    bad("store or till is not an id");
  b.till.currency = text(j, "currency", 3);
  if (b.till.currency.size() != 3) bad("currency is not three letters");
  b.till.time_zone = text(j, "timeZone");
  if (!known_time_zone(b.till.time_zone))
    bad("timeZone \"" + b.till.time_zone + "\" is not known here");
  read_terms(j, b.till);
  read_rules(j, b.till);
  b.till.receipt_foot = j.contains("receiptFoot") ? text(j, "receiptFoot") : "";
  for (const Json& line : j.value("receiptHead", Json::array())) {
    if (line.is_string()) b.till.receipt_head.push_back(printable(line.get<std::string>()));
  }
  for (const Json& p : j.value("staff", Json::array())) b.till.staff.push_back(person(p));
  if (b.till.staff.empty()) bad("staff is empty: add a person to the store first");
  b.leaf_url = text(j, "leafUrl");
  b.nkey_seed = text(j, "nkeySeed");
  if (!sync::nkey_public(b.nkey_seed)) bad("nkeySeed is not a key");
  b.enrol_code = text(j, "enrolCode");
  b.pepper = key32(text(j, "pepper"), "pepper");
  for (const Json& key : j.value("centralKeys", Json::array())) {
    b.central_keys.push_back(key32(key.is_string() ? key.get<std::string>() : "", "centralKeys"));
  }
  if (b.central_keys.empty()) bad("centralKeys is empty");
  return b;
}

}  // namespace

Bundle read_bundle(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) throw BundleError(path + ": " + error.message());
  if (size > kMaxBundle) throw BundleError(path + " is too large to be a bundle.");
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const Json j = Json::parse(bytes, nullptr, false);
  if (j.is_discarded()) throw BundleError(path + " is not a bundle: it is not JSON.");
  return parse(j);
}

void provision(const Bundle& b, const std::string& directory, Instant now) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw BundleError(directory + ": " + error.message());
  fs::permissions(directory, fs::perms::owner_all, error);
  const fs::path folder(directory);
  const std::string database = (folder / "till.db").string(), key = (folder / "till.key").string();
  const std::string config = (folder / "till.toml").string();
  for (const std::string& file : {database, key, config}) {
    if (fs::exists(file)) {
      throw BundleError(file +
                        " exists: a till is provisioned once. Nothing was changed. If the till "
                        "that is here shall go on with this bundle, and keep its journal: "
                        "`leaftillctl --config " +
                        config + " restore " + database + " --bundle FILE --replace`.");
    }
  }
  write_secrets(key,
                {sync::make_signing_key(), b.nkey_seed, b.pepper, b.enrol_code, b.central_keys});
  try {
    storage::provision(database, b.till, now);
    std::ofstream out(config);
    out << config_text(b.leaf_url, b.till.time_zone);
    out.close();
    if (!out) throw BundleError(config + " could not be written.");
  } catch (...) {
    for (const std::string& file : {config, database, key}) ::unlink(file.c_str());
    throw;
  }
}

}  // namespace pos::till
