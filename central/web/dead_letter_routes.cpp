#include "central/dead_letters.h"
#include "central/web/answers.h"
#include "central/web/routes.h"
#include "pos/receipt.h"

namespace pos::central {
namespace {

Json letter_json(const DeadLetter& letter) {
  Json body = Json::parse(export_line(letter));
  body["words"] = words_of_reason(letter.reason);
  return body;
}

HttpResponse no_letter(const PathParts& path) {
  return error_answer(404, "unknown_letter",
                      "there is no dead letter '" + printable(path[0], 60) + "/" +
                          printable(path[1], 64) + "': it may have been taken meanwhile");
}

// `next` is "<reason>.<hash>".
HttpResponse list_letters(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  Query query(request, {"after", "limit"});
  const std::string after = query.text("after");
  const size_t dot = std::min(after.find('.'), after.size());
  const std::string hash = dot < after.size() ? after.substr(dot + 1) : "";
  return list_answer(
      doors.journal.dead_letters().list(after.substr(0, dot), hash, query.limit() + 1),
      query.limit(), letter_json,
      [](const DeadLetter& letter) { return letter.reason + "." + letter.hash; });
}

HttpResponse get_letter(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  const auto letter = doors.journal.dead_letters().find(path[0], path[1]);
  return letter ? json_answer(200, letter_json(*letter)) : no_letter(path);
}

HttpResponse retry_letter(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  const auto ended = doors.journal.dead_letters().retry(path[0], path[1], doors.now());
  if (!ended) return no_letter(path);
  doors.nudge();
  Json body = {{"reason", path[0]}, {"hash", path[1]}, {"end", to_word(ended->end)}};
  if (!ended->reason.empty()) body["words"] = words_of_reason(ended->reason);
  return json_answer(ended->end == Retried::End::stays ? 422 : 200, body);
}

}  // namespace

const std::vector<Route>& dead_letter_routes() {
  static const std::vector<Route> routes = {
      {"GET", "/api/v1/dead-letters", list_letters},
      {"GET", "/api/v1/dead-letters/{reason}/{hash}", get_letter},
      {"POST", "/api/v1/dead-letters/{reason}/{hash}/retry", retry_letter},
  };
  return routes;
}

}  // namespace pos::central
