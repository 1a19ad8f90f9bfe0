#include "central/web/json_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "central/refused.h"
#include "pos/receipt.h"

namespace pos::central {
namespace {

using nlohmann::json;

Refused malformed(const std::string& code, const std::string& words) {
  return {Refused::Why::malformed, code, words};
}

// The parser keeps the last of two members with one name: which of two prices was meant?
class NoTwins {
 public:
  bool operator()(int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key &&
        !open_.back().insert(value.get<std::string>()).second) {
      throw malformed("twice", fmt::format("the member '{}' is there twice",
                                           printable(value.get<std::string>(), 60)));
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> open_;
};

json parsed(const std::string& text) {
  try {
    return json::parse(text, NoTwins());
  } catch (const json::parse_error& bad) {
    throw malformed(
        "not_json",
        fmt::format("the body is not JSON in UTF-8; reading stopped at byte {}", bad.byte));
  } catch (const json::exception&) {
    throw malformed("not_json", "the body is not JSON: a number in it is out of range");
  }
}

std::string checked_text(const json& value, const std::string& place) {
  if (!value.is_string())
    throw malformed("wrong_type", fmt::format("'{}' has to be a text", place));
  const auto& text = value.get_ref<const std::string&>();
  if (std::any_of(text.begin(), text.end(),
                  [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
    throw malformed("control_character", fmt::format("'{}' holds a control character", place));
  }
  return text;
}

int64_t checked_integer(const json& value, const std::string& place) {
  if (value.is_number_float()) {
    throw malformed(
        "not_integer",
        fmt::format(
            "'{}' is not a whole number: money is in minor units, quantities in thousandths",
            place));
  }
  bool fits = value.is_number_integer() &&
              !(value.is_number_unsigned() &&
                value.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
  if (!fits)
    throw malformed("wrong_type", fmt::format("'{}' has to be a whole number of 64 bits", place));
  return value.get<int64_t>();
}

}  // namespace

JsonBody::JsonBody(const std::string& text)
    : owned_(std::make_unique<json>(parsed(text))), object_(owned_.get()) {
  if (!object_->is_object()) throw malformed("wrong_type", "the body has to be one JSON object");
}
JsonBody::JsonBody(const json& object, std::string where)
    : object_(&object), where_(std::move(where)) {}
JsonBody::~JsonBody() = default;
JsonBody::JsonBody(JsonBody&&) noexcept = default;

const json* JsonBody::find(const std::string& name) {
  asked_.insert(name);
  auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

bool JsonBody::has(const std::string& name) const {
  auto found = object_->find(name);
  return found != object_->end() && !found->is_null();
}

std::string JsonBody::text(const std::string& name) {
  const json* value = find(name);
  if (value == nullptr) throw malformed("missing", fmt::format("'{}' is missing", place(name)));
  return checked_text(*value, place(name));
}
std::string JsonBody::text(const std::string& name, const std::string& fallback) {
  const json* value = find(name);
  return value == nullptr ? fallback : checked_text(*value, place(name));
}

int64_t JsonBody::integer(const std::string& name) {
  const json* value = find(name);
  if (value == nullptr) throw malformed("missing", fmt::format("'{}' is missing", place(name)));
  return checked_integer(*value, place(name));
}
int64_t JsonBody::integer(const std::string& name, int64_t fallback) {
  const json* value = find(name);
  return value == nullptr ? fallback : checked_integer(*value, place(name));
}

int32_t JsonBody::small(const std::string& name, int32_t fallback) {
  int64_t value = integer(name, fallback);
  if (value < std::numeric_limits<int32_t>::min() || value > std::numeric_limits<int32_t>::max()) {
    throw Refused(Refused::Why::not_allowed, "out_of_range",
                  fmt::format("'{}' is out of range", place(name)));
  }
  return static_cast<int32_t>(value);
}

bool JsonBody::boolean(const std::string& name, bool fallback) {
  const json* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_boolean())
    throw malformed("wrong_type", fmt::format("'{}' has to be true or false", place(name)));
  return value->get<bool>();
}

std::vector<std::string> JsonBody::texts(const std::string& name) {
  const json* value = find(name);
  std::vector<std::string> all;
  if (value == nullptr) return all;
  if (!value->is_array())
    throw malformed("wrong_type", fmt::format("'{}' has to be an array of texts", place(name)));
  for (const auto& item : *value) all.push_back(checked_text(item, place(name)));
  return all;
}

std::optional<JsonBody> JsonBody::object(const std::string& name) {
  const json* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_object())
    throw malformed("wrong_type", fmt::format("'{}' has to be an object", place(name)));
  return JsonBody(*value, place(name) + ".");
}

std::vector<JsonBody> JsonBody::objects(const std::string& name) {
  const json* value = find(name);
  if (value == nullptr) throw malformed("missing", fmt::format("'{}' is missing", place(name)));
  if (!value->is_array())
    throw malformed("wrong_type", fmt::format("'{}' has to be an array of objects", place(name)));
  std::vector<JsonBody> all;
  for (const auto& item : *value) {
    std::string where = fmt::format("{}[{}]", place(name), all.size());
    if (!item.is_object())
      throw malformed("wrong_type", fmt::format("'{}' has to be an object", where));
    all.push_back(JsonBody(item, where + "."));
  }
  return all;
}

void JsonBody::ignore(const std::set<std::string>& names) {
  asked_.insert(names.begin(), names.end());
}

void JsonBody::done() const {
  for (const auto& [name, value] : object_->items()) {
    if (asked_.count(name) != 0) continue;
    throw malformed("unknown_member",
                    fmt::format("nobody knows a member '{}' here", printable(place(name), 60)));
  }
}

}  // namespace pos::central
