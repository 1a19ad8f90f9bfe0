#include "till/headless_command.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace pos::till {

bool Command::has(const char* key) const { return json_.contains(key); }
bool Command::is(const char* key, const char* word) const { return has(key) && json_[key] == word; }

std::string Command::text(const char* key, bool needed) const {
  if (!has(key)) {
    if (needed) throw BadRequest{"\"" + std::string(key) + "\" is missing."};
    return {};
  }
  if (!json_[key].is_string()) throw BadRequest{"\"" + std::string(key) + "\" must be text."};
  return json_[key].get<std::string>();
}

int64_t Command::integer(const char* key) const {
  if (!has(key)) throw BadRequest{"\"" + std::string(key) + "\" is missing."};
  const json& value = json_[key];
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX)) {
    throw BadRequest{"\"" + std::string(key) +
                     "\" must be a whole number: money in minor units, quantities in thousandths."};
  }
  return value.get<int64_t>();
}

std::optional<int64_t> Command::maybe_integer(const char* key) const {
  if (!has(key)) return {};
  return integer(key);
}

int32_t Command::line(const char* key) const {
  const int64_t n = integer(key);
  return n > 0 && n <= INT32_MAX ? static_cast<int32_t>(n) : -1;
}

void Command::each(const char* key, const std::function<void(const Command&)>& use) const {
  if (!has(key)) return;
  const json& list = json_[key];
  const bool objects = list.is_array() && !list.empty() &&
                       std::all_of(list.begin(), list.end(), [](auto& j) { return j.is_object(); });
  if (!objects) throw BadRequest{"\"" + std::string(key) + "\" must be a list of objects."};
  for (const json& j : list) use(Command(j));
}

int32_t Command::line_or_sale() const { return integer("line") == 0 ? 0 : line(); }

Rate Command::percent() const {
  const json& value = json_["percent"];
  if (value.is_number_integer()) {
    const int64_t whole = integer("percent");
    return {whole >= 0 && whole <= 100 ? whole * 10'000 : -1};
  }
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  const size_t point = std::min(text.find('.'), text.size());
  const std::string head = text.substr(0, point);
  std::string tail = point < text.size() ? text.substr(point + 1) : "";
  const bool fits = !head.empty() && head.size() <= 3 && tail.size() <= 2 &&
                    (head + tail).find_first_not_of("0123456789") == std::string::npos &&
                    (point == text.size() || !tail.empty());
  if (!fits) {
    throw BadRequest{
        "\"percent\" must be a whole number, or text with at most two decimals: \"7.25\"."};
  }
  tail.resize(2, '0');
  return {std::stoll(head + tail) * 100};
}

std::vector<std::string> Command::texts(const char* key, bool needed) const {
  if (!has(key)) {
    if (needed) throw BadRequest{"\"" + std::string(key) + "\" is missing."};
    return {};
  }
  std::vector<std::string> all;
  for (const json& one : json_[key]) {
    if (!one.is_string()) break;
    all.push_back(one.get<std::string>());
  }
  if (!json_[key].is_array() || all.size() != json_[key].size())
    throw BadRequest{"\"" + std::string(key) + "\" must be a list of text."};
  return all;
}

std::optional<Quantity> Command::quantity() const {
  const auto n = maybe_integer("quantity");
  if (!n) return {};
  return Quantity{*n};
}

bool Command::yes(const char* key) const {
  const int64_t n = integer(key);
  if (n != 0 && n != 1) throw BadRequest{"\"" + std::string(key) + "\" must be 0 or 1."};
  return n == 1;
}

std::vector<CountOf> Command::counts() const {
  std::vector<CountOf> all;
  if (!has("counts")) return all;
  if (!json_["counts"].is_object()) {
    throw BadRequest{"\"counts\" is pieces by value: {\"5000\":2,\"1000\":3}."};
  }
  for (const auto& [value, pieces] : json_["counts"].items()) {
    CountOf count;
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), count.value);
    if (error != std::errc() || end != value.data() + value.size() || !pieces.is_number_integer()) {
      throw BadRequest{"\"counts\" has whole numbers: a value in minor units, and pieces of it."};
    }
    count.pieces = pieces.get<int64_t>();
    all.push_back(count);
  }
  std::sort(all.begin(), all.end(),
            [](const CountOf& a, const CountOf& b) { return a.value > b.value; });
  return all;
}

}  // namespace pos::till
