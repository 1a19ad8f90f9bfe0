// cereal, made safe for bytes of strangers. Private to the wire_*.cpp files, and with wire_in.h,
// which only this file includes, the only place that includes cereal: the parser's flags are a
// macro, and two settings of it in one program would break the one-definition rule. As installed
// (1.3.2) cereal takes NaN, bad UTF-8 and recurses once per bracket: a megabyte of '[' ended the
// process.
#pragma once

// Not kParseFullPrecisionFlag: it passes nothing but zeros to clz(), which is undefined, and no
// number with a point is ours.
#define RAPIDJSON_PARSE_DEFAULT_FLAGS kParseIterativeFlag | kParseValidateEncodingFlag

#include <algorithm>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "pos/ids.h"
#include "pos/text.h"
#include "pos/time.h"
#include "sync/json_members.h"
#include "sync/wire.h"
#include "sync/wire_in.h"
#include "sync/wire_out.h"

namespace pos::sync {

// A member that must be there. T: int32_t, int64_t, uint64_t, bool, std::string, a vector of these,
// or a struct with a serialize() of its own. Never a smaller integer: cereal cuts it silently.
template <class T>
void member(JsonIn& ar, const char* name, T& value) {
  ar(cereal::make_nvp(name, value));
}
template <class T>
void member(JsonOut& ar, const char* name, T& value) {
  ar.member(name, value);
}

// A member whose absence means `absent`; written only where it differs.
template <class T>
void rare_member(JsonOut& ar, const char* name, T& value, const T& absent = T{}) {
  if (!(value == absent)) member(ar, name, value);
}
template <class T>
void rare_member(JsonIn& ar, const char* name, T& value, const T& absent = T{}) {
  if (ar.has(name)) {
    member(ar, name, value);
  } else {
    value = absent;
  }
}

// A member that this version always writes with the same value and never reads.
template <class T>
void reserved_member(JsonOut& ar, const char* name, T value) {
  member(ar, name, value);
}
template <class T>
void reserved_member(JsonIn&, const char*, T) {}

// What `write` puts into an archive, as one line of JSON.
template <class Write>
std::string write_json(Write write) {
  JsonOut ar;
  write(ar);
  return std::move(ar).whole();
}

// What `read` makes of an archive over `text`: an optional, empty also when anything in it throws.
template <class Read>
auto read_json(std::string_view text, size_t max, Read read)
    -> decltype(read(std::declval<JsonIn&>())) {
  if (!json_members(text, max)) return {};
  try {
    JsonIn ar(text);
    return read(ar);
  } catch (const std::exception&) {  // cereal's own, and what its containers throw
    return {};
  }
}

template <class T>
std::string to_json(const T& value) {
  return write_json([&](JsonOut& ar) { serialize(ar, const_cast<T&>(value)); });
}
// `fits` looks at ranges and ids.
template <class T>
std::optional<T> from_json(std::string_view text, bool (*fits)(const T&)) {
  return read_json(text, kMaxAnswerBytes, [fits](JsonIn& ar) -> std::optional<T> {
    T value;
    serialize(ar, value);
    if (!fits(value)) return {};
    return value;
  });
}

// ---- what an honest peer never passes ----
inline bool within(int64_t value, int64_t bound) { return value >= -bound && value <= bound; }
inline bool hex_digits(std::string_view text, size_t n) {
  return text.size() == n && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}
inline bool is_epoch(std::string_view text) { return hex_digits(text, 16); }
inline bool is_hash(std::string_view text) { return hex_digits(text, 64); }
// Central itself sells as till `api`, which nobody else may be called.
inline bool is_till(std::string_view text) { return text == "api" || valid_node_id(text); }
// Short text without control characters: no newline, so it may stand in a signed list of members.
inline bool is_plain(std::string_view text, size_t max) {
  return text.size() <= max && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}
inline bool is_signed(std::string_view key, std::string_view signature) {
  return hex_digits(key, 16) && signature.size() == 88 && is_plain(signature, 88);
}

inline constexpr size_t kMaxWord = 64;     // an id, a name of ours
inline constexpr int32_t kMaxPage = 1000;  // items

inline bool is_currency(std::string_view text) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return text.empty() || (text.size() == 3 && std::all_of(text.begin(), text.end(), upper));
}
inline bool is_text(std::string_view t, size_t max) { return is_plain(t, max) && valid_utf8(t); }
inline bool is_day_or_instant(const std::string& t) {
  return t.empty() || valid_date(t) || parse_iso(t).has_value();
}

template <class Archive, class T>
void serialize(Archive& ar, Page<T>& p) {
  member(ar, "kind", p.kind);
  member(ar, "items", p.items);
  member(ar, "more", p.more);
  member(ar, "catalogueVersion", p.catalogueVersion);
}

struct ApiError {  // of JetStream, ADR-1
  int32_t code = 0, err_code = 0;
  std::string description;
  bool operator==(const ApiError&) const = default;
};
template <class Archive>
void serialize(Archive& ar, ApiError& e) {
  rare_member(ar, "code", e.code);
  rare_member(ar, "err_code", e.err_code);
  rare_member(ar, "description", e.description);
}

}  // namespace pos::sync
