// JsonIn: a cereal archive that reads one JSON object. cereal's own reads through a stream, and can
// say that a member is missing only by an exception, which costs more than the rest of a short
// message; most messages leave some member out. Only wire_json.h includes this file, after it has
// set the parser's flags.
#pragma once

#include <cereal/archives/json.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pos::sync {

// Throws cereal::Exception where the text is not an object, or has not what is asked of it.
class JsonIn : public cereal::InputArchive<JsonIn>, public cereal::traits::TextArchive {
 public:
  explicit JsonIn(std::string_view text)
      : cereal::InputArchive<JsonIn>(this), pool_(chunk_, sizeof chunk_), document_(&pool_) {
    document_.Parse(text.data(), text.size());
    demand(!document_.HasParseError() && document_.IsObject());
    nodes_.push_back({&document_, 0});
  }

  // Whether the present object has that member.
  bool has(const char* name) { return find(name); }
  // The name of the member whose turn it is; null: there is none.
  const char* next_name() const {
    const Node& n = nodes_.back();
    demand(n.value->IsObject());
    if (n.at >= n.value->MemberCount()) return nullptr;
    return n.value->MemberBegin()[n.at].name.GetString();
  }

  // What cereal asks of an archive: a name, then a value of that name, or the next one.
  void named(const char* name) { name_ = name; }
  void begin_node() {
    const Value& value = next();
    demand(value.IsObject() || value.IsArray());
    nodes_.push_back({&value, 0});
  }
  void end_node() {
    nodes_.pop_back();
    ++nodes_.back().at;
  }
  void size(cereal::size_type& size) {
    demand(nodes_.back().value->IsArray());
    size = nodes_.back().value->Size();
  }
  void scalar(std::string& to) {
    const Value& value = next();
    demand(value.IsString());
    to.assign(value.GetString(), value.GetStringLength());
    ++nodes_.back().at;
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void scalar(T& to) {
    static_assert(std::same_as<T, bool> || std::same_as<T, int32_t> || std::same_as<T, int64_t> ||
                  std::same_as<T, uint64_t>);
    const Value& value = next();
    if constexpr (std::same_as<T, bool>) {
      demand(value.IsBool());
      to = value.GetBool();
    } else if constexpr (std::same_as<T, int32_t>) {
      demand(value.IsInt());
      to = value.GetInt();
    } else if constexpr (std::same_as<T, int64_t>) {
      demand(value.IsInt64());
      to = value.GetInt64();
    } else {
      demand(value.IsUint64());
      to = value.GetUint64();
    }
    ++nodes_.back().at;
  }

 private:
  using Pool = rapidjson::MemoryPoolAllocator<>;
  using Value = rapidjson::Document::ValueType;
  struct Node {  // an object or an array, and which of its members has its turn
    const Value* value;
    size_t at;
  };

  static void demand(bool met) {
    if (!met) throw cereal::Exception("not the JSON that was to be here");
  }
  // Mostly members stand in the order in which they are read.
  bool find(const char* name) {
    Node& n = nodes_.back();
    demand(n.value->IsObject());
    const auto members = n.value->MemberBegin();
    const size_t count = n.value->MemberCount();
    if (n.at < count && is_called(members[n.at], name)) return true;
    for (size_t i = 0; i < count; ++i) {
      if (!is_called(members[i], name)) continue;
      n.at = i;
      return true;
    }
    return false;
  }
  template <class Member>
  static bool is_called(const Member& m, const char* name) {
    return std::string_view(m.name.GetString(), m.name.GetStringLength()) == name;
  }
  const Value& next() {
    if (const char* name = std::exchange(name_, nullptr)) demand(find(name));
    const Node& n = nodes_.back();
    if (n.value->IsArray()) {
      demand(n.at < n.value->Size());
      return (*n.value)[static_cast<rapidjson::SizeType>(n.at)];
    }
    demand(n.at < n.value->MemberCount());
    return n.value->MemberBegin()[n.at].value;
  }

  char chunk_[4096];  // most messages need no memory but this
  Pool pool_;
  rapidjson::GenericDocument<rapidjson::UTF8<>, Pool> document_;
  std::vector<Node> nodes_;
  const char* name_ = nullptr;
};

// ---- found by cereal ----
template <class T>
concept OneOfJson = std::is_arithmetic_v<T> || std::same_as<T, std::string>;

template <class T>
requires(!OneOfJson<T>) void prologue(JsonIn& ar, const T&) { ar.begin_node(); }
template <class T>
requires(!OneOfJson<T>) void epilogue(JsonIn& ar, const T&) { ar.end_node(); }
template <class T>
void prologue(JsonIn&, const cereal::NameValuePair<T>&) {}
template <class T>
void epilogue(JsonIn&, const cereal::NameValuePair<T>&) {}
template <class T>
void prologue(JsonIn&, const cereal::SizeTag<T>&) {}
template <class T>
void epilogue(JsonIn&, const cereal::SizeTag<T>&) {}
template <OneOfJson T>
void prologue(JsonIn&, const T&) {}
template <OneOfJson T>
void epilogue(JsonIn&, const T&) {}

template <class T>
void CEREAL_LOAD_FUNCTION_NAME(JsonIn& ar, cereal::NameValuePair<T>& pair) {
  ar.named(pair.name);
  ar(pair.value);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(JsonIn& ar, cereal::SizeTag<T>& tag) {
  ar.size(tag.size);
}
template <OneOfJson T>
void CEREAL_LOAD_FUNCTION_NAME(JsonIn& ar, T& value) {
  ar.scalar(value);
}

}  // namespace pos::sync
