#include <charconv>

#include "central/refused.h"
#include "central/web/answers.h"
#include "central/web/routes.h"
#include "pos/receipt.h"
#include "pos/time.h"

namespace pos::central {
namespace {

Json line_json(const JournalLine& line) {
  return {{"transactionId", line.id},
          {"storeId", line.store},
          {"tillId", line.till},
          {"epoch", line.epoch},
          {"seq", line.seq},
          {"type", line.type},
          {"kind", line.kind},
          {"receipt", line.receipt},
          {"businessDate", line.business_date},
          {"soldAt", line.at},
          {"cashierId", line.cashier},
          {"currency", line.currency},
          {"totalAmount", line.total},
          {"taxAmount", line.tax},
          {"appliedAt", line.applied_at}};
}

Json problem_json(const ProblemEntry& problem) {
  return {{"id", problem.id},
          {"kind", problem.kind},
          {"storeId", problem.store},
          {"tillId", problem.till},
          {"transactionId", problem.transaction_id},
          {"about", problem.about},
          {"text", problem.text},
          {"times", problem.times},
          {"openedAt", problem.opened_at},
          {"resolvedAt", problem.resolved_at.empty() ? Json(nullptr) : Json(problem.resolved_at)}};
}

std::string date(const Query& query, const char* name) {
  std::string text = query.text(name);
  if (text.empty() || valid_date(text)) return text;
  throw Refused(Refused::Why::malformed, "bad_parameter",
                std::string("'") + name + "' has to be a business date, as 2026-11-22");
}

HttpResponse list_transactions(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  Query query(request, {"store", "till", "from", "to", "receipt", "type", "after", "limit"});
  JournalQuestion asked{query.text("store"), query.text("till"),    date(query, "from"),
                        date(query, "to"),   query.text("receipt"), query.text("type"),
                        query.text("after"), query.limit()};
  JournalPage page = doors.journal.transactions(asked);
  Json body = {{"items", Json::array()}, {"next", nullptr}};
  for (const auto& line : page.lines) body["items"].push_back(line_json(line));
  if (!page.next.empty()) body["next"] = page.next;
  return json_answer(200, body);
}

HttpResponse get_transaction(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  auto line = doors.journal.transaction(path[0]);
  if (!line) {
    return error_answer(404, "unknown_transaction",
                        "central holds no transaction '" + printable(path[0], 60) + "'");
  }
  Json body = Json::parse(line->body);  // was understood when it was applied
  body["appliedAt"] = line->applied_at;
  body["problems"] = Json::array();
  for (const auto& problem : doors.journal.problems_of(line->id))
    body["problems"].push_back(problem_json(problem));
  return json_answer(200, body);
}

int64_t problem_number(const std::string& text) {
  int64_t number = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size() ? number : -1;
}

HttpResponse list_problems(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  Query query(request, {"state", "after", "limit"});
  std::string state = query.text("state");
  if (state != "" && state != "open" && state != "resolved" && state != "all") {
    throw Refused(Refused::Why::malformed, "bad_parameter",
                  "'state' is open (as without it), resolved or all");
  }
  ProblemState wanted = state == "resolved" ? ProblemState::resolved
                        : state == "all"    ? ProblemState::all
                                            : ProblemState::open;
  return list_answer(
      doors.journal.problems(wanted, query.number("after", 0, 0, INT64_MAX), query.limit() + 1),
      query.limit(), problem_json,
      [](const ProblemEntry& problem) { return std::to_string(problem.id); });
}

Json gift_card_json(const GiftCardEntry& card) {
  return {{"card", card.card},       {"currency", card.currency},  {"balance", card.balance},
          {"version", card.version}, {"issuedAt", card.issued_at}, {"changedAt", card.changed_at}};
}

// A number may have money of several currencies: `next` says of which too.
HttpResponse list_gift_cards(ApiDoors& doors, const HttpRequest& request, const PathParts&) {
  Query query(request, {"after", "limit"});
  const std::string after = query.text("after");
  const auto slash = std::min(after.rfind('/'), after.size());
  const std::string currency = slash < after.size() ? after.substr(slash + 1) : "";
  return list_answer(doors.journal.gift_cards(after.substr(0, slash), currency, query.limit() + 1),
                     query.limit(), gift_card_json,
                     [](const GiftCardEntry& card) { return card.card + "/" + card.currency; });
}

HttpResponse get_gift_card(ApiDoors& doors, const HttpRequest& request, const PathParts& path) {
  Query query(request, {"currency"});
  const std::string currency = query.text("currency");
  auto cards = doors.journal.gift_card(path[0]);
  if (!currency.empty())
    std::erase_if(cards, [&](const GiftCardEntry& card) { return card.currency != currency; });
  if (cards.empty())
    return error_answer(404, "unknown_gift_card",
                        "central has heard of no gift card '" + printable(path[0], 60) + "'");
  if (cards.size() > 1) {
    throw Refused(Refused::Why::not_allowed, "several_currencies",
                  "this card was used in stores of several currencies: ask with ?currency=" +
                      cards[0].currency);
  }
  return json_answer(200, gift_card_json(cards[0]));
}

HttpResponse resolve_problem(ApiDoors& doors, const HttpRequest&, const PathParts& path) {
  auto problem = doors.journal.resolve_problem(problem_number(path[0]), doors.now());
  if (!problem)
    return error_answer(404, "unknown_problem",
                        "there is no problem '" + printable(path[0], 60) + "'");
  return json_answer(200, problem_json(*problem));
}

}  // namespace

const std::vector<Route>& journal_routes() {
  static const std::vector<Route> routes = {
      {"GET", "/api/v1/transactions", list_transactions},
      {"GET", "/api/v1/transactions/{id}", get_transaction},
      {"GET", "/api/v1/problems", list_problems},
      {"POST", "/api/v1/problems/{id}/resolve", resolve_problem},
      {"GET", "/api/v1/gift-cards", list_gift_cards},
      {"GET", "/api/v1/gift-cards/{card}", get_gift_card},
  };
  return routes;
}

}  // namespace pos::central
