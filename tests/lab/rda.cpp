#include "tests/lab/rda.h"

#include <lzma.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace pos::lab {
namespace {

using Value = std::shared_ptr<RValue>;

constexpr uint64_t kMostMemory = 256UL << 20;
constexpr size_t kMostBytes = 512UL << 20;
constexpr int kDeepest = 64;

std::string decompressed(const std::string& xz) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, kMostMemory, 0) != LZMA_OK)
    throw std::runtime_error("no xz decoder");
  stream.next_in = reinterpret_cast<const uint8_t*>(xz.data());
  stream.avail_in = xz.size();
  std::string out;
  std::array<uint8_t, 65536> bytes;
  lzma_ret state = LZMA_OK;
  while (state == LZMA_OK && out.size() < kMostBytes) {
    stream.next_out = bytes.data();
    stream.avail_out = bytes.size();
    state = lzma_code(&stream, LZMA_FINISH);
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size() - stream.avail_out);
  }
  lzma_end(&stream);
  if (state != LZMA_STREAM_END) throw std::runtime_error("the .rda file is not xz, or damaged");
  return out;
}

// SEXP types, as in R's serialize.c.
enum : uint32_t {
  kSymbol = 1,
  kPairlist = 2,
  kCharsxp = 9,
  kLogical = 10,
  kInteger = 13,
  kReal = 14,
  kString = 16,
  kList = 19,
  kAltrep = 238,
  kNilValue = 254,
  kReference = 255,
};

class Reader {
 public:
  explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}

  std::map<std::string, Value> file() {
    const std::string magic = take(5);
    if (magic != "RDX2\n" && magic != "RDX3\n")
      throw std::runtime_error("not an RDX2 or RDX3 file");
    if (take(2) != "X\n") throw std::runtime_error("R's data is not in XDR form");
    const uint32_t version = word();
    word();                          // the R that wrote it
    word();                          // the oldest R that reads it
    if (version == 3) take(word());  // the native encoding's name
    const Value root = item(0);
    return {root->attributes.begin(), root->attributes.end()};
  }

 private:
  std::string take(size_t n) {
    if (n > bytes_.size() - at_) throw std::runtime_error("the .rda file ends too early");
    std::string part = bytes_.substr(at_, n);
    at_ += n;
    return part;
  }
  uint32_t word() {
    const std::string four = take(4);
    uint32_t value = 0;
    for (const char c : four) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  double real() {
    const uint64_t high = word();
    const uint64_t bits = high << 32 | word();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  Value item(int depth) {
    if (depth > kDeepest) throw std::runtime_error("the .rda file is nested too deeply");
    const uint32_t flags = word();
    const uint32_t type = flags & 0xFF;
    const bool has_attributes = flags & 0x200, has_tag = flags & 0x400;
    switch (type) {
      case kNilValue:
        return std::make_shared<RValue>();
      case kSymbol:
        return symbol(depth);
      case kReference:
        return reference(flags >> 8);
      case kPairlist:
        return pairlist(depth, has_attributes, has_tag);
      case kCharsxp:
        return text();
      default:
        return vector(type, depth, has_attributes);
    }
  }

  Value symbol(int depth) {
    references_.push_back(item(depth + 1));
    return references_.back();
  }
  Value reference(uint32_t packed) {
    const uint32_t index = packed ? packed : word();
    if (index < 1 || index > references_.size())
      throw std::runtime_error("a reference into nothing");
    return references_[index - 1];
  }
  Value text() {
    auto value = std::make_shared<RValue>();
    const uint32_t length = word();
    value->texts.push_back(length == UINT32_MAX ? "NA" : take(length));
    return value;
  }

  // A pairlist is a chain of (tag, value) cells: an environment's objects, or attributes.
  Value pairlist(int depth, bool has_attributes, bool has_tag) {
    auto list = std::make_shared<RValue>();
    for (;;) {
      if (has_attributes) item(depth + 1);
      const std::string tag = has_tag ? item(depth + 1)->texts.at(0) : "";
      list->attributes[tag] = item(depth + 1);
      const uint32_t flags = word();
      if ((flags & 0xFF) == kNilValue) return list;
      if ((flags & 0xFF) != kPairlist) throw std::runtime_error("a pairlist that ends oddly");
      has_attributes = flags & 0x200;
      has_tag = flags & 0x400;
    }
  }

  Value vector(uint32_t type, int depth, bool has_attributes) {
    auto value = std::make_shared<RValue>();
    const uint32_t length = word();
    for (uint32_t i = 0; i < length; ++i) {
      switch (type) {
        case kLogical:
        case kInteger:
          value->numbers.push_back(static_cast<int32_t>(word()));
          break;
        case kReal:
          value->numbers.push_back(real());
          break;
        case kString:
          value->texts.push_back(item(depth + 1)->texts.at(0));
          break;
        case kList:
          value->items.push_back(item(depth + 1));
          break;
        default:
          throw std::runtime_error("R type " + std::to_string(type) + " is not read here");
      }
    }
    if (has_attributes) value->attributes = item(depth + 1)->attributes;
    return value;
  }

  std::string bytes_;
  size_t at_ = 0;
  std::vector<Value> references_;
};

}  // namespace

const RValue& RValue::member(const std::string& name) const {
  const auto names = attributes.find("names");
  if (names != attributes.end()) {
    const auto& all = names->second->texts;
    for (size_t i = 0; i < all.size() && i < items.size(); ++i) {
      if (all[i] == name) return *items[i];
    }
  }
  throw std::runtime_error("there is no column " + name);
}

std::map<std::string, Value> read_rda(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file);
  return Reader(decompressed({std::istreambuf_iterator<char>(in), {}})).file();
}

}  // namespace pos::lab
