#include "tests/sync/leaf_log.h"

#include <utility>

#include "sync/seal.h"

namespace pos::sync {
namespace {

NatsMessage message(std::string body) {
  NatsMessage m;
  m.body = std::move(body);
  return m;
}
NatsMessage error(int code) {
  return message(R"({"type":"x","error":{"code":400,"err_code":)" + std::to_string(code) +
                 R"(,"description":"no"}})");
}

}  // namespace

std::optional<NatsMessage> LeafLog::answer(std::string_view subject, const Headers& headers,
                                           std::string_view body) {
  if (silent) return {};
  if (subject == "$JS.API.STREAM.CREATE.CLAIMLOG") {
    made = true;
    return message("{}");
  }
  if (subject == "$JS.API.STREAM.MSG.GET.CLAIMLOG") {
    if (!made) return error(10059);
    const std::string_view head = R"({"last_by_subj":")";
    const std::string of(body.substr(head.size(), body.size() - head.size() - 2));
    const auto at = entries.find(of);
    if (at == entries.end()) return error(10037);
    return message(R"({"type":"x","message":{"subject":")" + of + R"(","seq":1,"data":")" +
                   base64(at->second) + R"(","time":"2026-11-28T00:00:00Z"}})");
  }
  if (!made) return {};  // nobody serves it
  if (!headers.empty() && headers.front().first == "Nats-Expected-Last-Sequence") {
    return error(10071);
  }
  if (headers != Headers{{"Nats-Expected-Last-Subject-Sequence", "0"}}) return error(10077);
  if (before_publish) std::exchange(before_publish, {})();
  if (lost_publishes > 0) return --lost_publishes, std::nullopt;
  if (!entries.try_emplace(std::string(subject), body).second) return error(10071);
  if (lost_answers > 0) return --lost_answers, std::nullopt;
  return message(R"({"stream":"CLAIMLOG","domain":"s1","seq":1})");
}

}  // namespace pos::sync
