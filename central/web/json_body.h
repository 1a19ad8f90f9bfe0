// A request's JSON, read strictly: one object, no member twice, no unknown member, no fraction, no
// number that does not fit 64 bits, no control character in a text. Each of these would otherwise
// become a wrong price somewhere else. Everything it throws is a Refused with words.
//
//   JsonBody body(request.body);
//   std::string id = body.text("productId");
//   for (JsonBody& line : body.objects("lines")) …;
//   body.done();
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace pos::central {

class JsonBody {
 public:
  explicit JsonBody(const std::string& text);
  ~JsonBody();
  JsonBody(JsonBody&&) noexcept;

  bool has(const std::string& name) const;  // there, and not null
  // Without a fallback the member has to be there.
  std::string text(const std::string& name);
  std::string text(const std::string& name, const std::string& fallback);
  int64_t integer(const std::string& name);
  int64_t integer(const std::string& name, int64_t fallback);
  int32_t small(const std::string& name, int32_t fallback);
  bool boolean(const std::string& name, bool fallback);
  std::vector<std::string> texts(const std::string& name);  // empty if not there
  std::optional<JsonBody> object(const std::string& name);  // empty if not there
  std::vector<JsonBody> objects(const std::string& name);   // has to be there
  void ignore(const std::set<std::string>& names);          // what only answers carry
  void done() const;                                        // refuses what nobody asked for

 private:
  JsonBody(const nlohmann::json& object, std::string where);
  const nlohmann::json* find(const std::string& name);
  std::string place(const std::string& name) const { return where_ + name; }

  std::unique_ptr<nlohmann::json> owned_;  // of the outermost only
  const nlohmann::json* object_ = nullptr;
  std::string where_;  // "lines[3]."
  std::set<std::string> asked_;
};

}  // namespace pos::central
