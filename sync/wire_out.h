// JsonOut: an archive in the manner of cereal's that writes JSON straight into one string, without
// a space in it. cereal's own writes through a stream, a character at a time, and was the largest
// part of a sale's commit but for the disk. The bytes are the same, and signed: never change them.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pos::sync {

class JsonOut {
 public:
  JsonOut() { out_.reserve(4096), out_ += '{'; }
  // Calls what is in scope for T's members: serialize(JsonOut&, T&), or save(JsonOut&, const T&).
  template <class T>
  void member(std::string_view name, const T& value) {
    separate('{');
    text(name);
    out_ += ':';
    write(value);
  }
  std::string whole() && { return std::move(out_ += '}'); }

 private:
  void separate(char opening) {
    if (out_.back() != opening) out_ += ',';
  }
  void text(std::string_view bytes) {
    out_ += '"';
    size_t from = 0;  // what stands as it is goes over at once
    for (size_t i = 0; i < bytes.size(); ++i) {
      const auto code = static_cast<unsigned char>(bytes[i]);
      if (code >= 0x20 && code != '"' && code != '\\') continue;
      out_.append(bytes, from, i - from);
      from = i + 1;
      escaped(code);
    }
    out_.append(bytes, from);
    out_ += '"';
  }
  void escaped(unsigned char code) {
    constexpr std::string_view kShort = "\"\"\\\\\bb\tt\nn\ff\rr";
    constexpr char kDigits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < kShort.size(); i += 2) {
      if (static_cast<unsigned char>(kShort[i]) != code) continue;
      out_ += '\\';
      out_ += kShort[i + 1];
      return;
    }
    out_ += "\\u00";
    out_ += kDigits[code >> 4];
    out_ += kDigits[code & 15];
  }
  void write(const std::string& value) { text(value); }
  void write(bool value) { out_ += value ? "true" : "false"; }
  void write(std::integral auto value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append(digits, end);
  }
  template <class T>
  void write(const std::vector<T>& values) {
    out_ += '[';
    for (const T& value : values) {
      separate('[');
      write(value);
    }
    out_ += ']';
  }
  template <class T>
  requires std::is_class_v<T>
  void write(const T& value) {
    out_ += '{';
    if constexpr (requires(JsonOut & ar) { save(ar, value); }) {
      save(*this, value);
    } else {
      serialize(*this, const_cast<T&>(value));  // which only reads it
    }
    out_ += '}';
  }

  std::string out_;
};

}  // namespace pos::sync
