// Commands of the counter beyond one sale: drawer, shift's end, held sales, training, staff.
#include <nlohmann/json.hpp>

#include "till/headless_command.h"

namespace pos::till {
namespace {

json held_json(const std::vector<HeldSale>& held) {
  json all = json::array();
  for (const HeldSale& h : held) {
    all.push_back({{"id", h.id()},
                   {"name", h.name},
                   {"heldBy", h.by.value},
                   {"heldAt", to_iso(h.at)},
                   {"lines", h.sale.lines().size()},
                   {"total", h.sale.total().minor}});
    if (!h.till.empty()) all.back()["till"] = h.till;
  }
  return all;
}

json staff_json(const StaffEntry& entry) {
  json person = person_json(entry.person);
  person["locked"] = entry.locked;
  person["version"] = entry.version;
  return person;
}

Outcome<json> report_after(const Context& c, const Outcome<ShiftClosed>& report, bool z) {
  if (!report) return report.refusal();
  return json{{"report", report_json(*report)}, {"reportText", c.hooks.report(*report, z)}};
}

Outcome<json> x_report(Context& c, const Command&) {
  return report_after(c, c.reg.x_report(), false);
}

Outcome<json> z_report(Context& c, const Command& in) {
  return report_after(c, c.reg.z_report(in.integer("number")), true);
}

Outcome<json> close_shift(Context& c, const Command& in) {
  std::optional<Money> counted;
  if (const auto n = in.maybe_integer("counted")) counted = Money{*n};
  if (!counted && !in.has("counts")) {
    throw BadRequest{"\"counted\" is missing: the money in the drawer, or \"counts\" of it."};
  }
  const auto z = c.reg.close_shift(counted, in.counts());
  if (!z) return z.refusal();
  c.hooks.nudge();
  json out = {{"report", report_json(*z)},
              {"reportText", c.hooks.report(*z, true)},
              {"variance", z->variance.minor},
              {"unconfirmed", c.hooks.status().waiting}};
  if (const auto held = c.reg.held(); held) out["held"] = held_json(*held);
  return out;
}

Outcome<json> hold(Context& c, const Command& in) {
  const auto held = c.reg.hold(in.text("name"));
  if (!held) return held.refusal();
  c.hooks.nudge();
  return json{{"held", held_json({*held}).front()}, {"sale", sale_json(c.reg.sale())}};
}

Outcome<json> held(Context& c, const Command&) {
  const auto all = c.reg.held();
  if (!all) return all.refusal();
  return json{{"held", held_json(*all)}};
}

Outcome<json> recall(Context& c, const Command& in) {
  const auto done = heard(c.reg, c.reg.recall(in.text("id", true)));
  if (!done) return done.refusal();
  c.hooks.nudge();
  return with_sale(c.reg);
}

void kick(const Context& c) {
  if (c.hooks.open_drawer) c.hooks.open_drawer();
}

Outcome<json> no_sale(Context& c, const Command& in) {
  const auto done = c.reg.open_drawer(in.text("reason"));
  if (!done) return done.refusal();
  kick(c);
  c.hooks.nudge();
  return with_sale(c.reg);
}

Outcome<json> cash(Context& c, const Command& in) {
  const auto moved = c.reg.move_cash({in.integer("in")}, in.text("reason"));
  if (!moved) return moved.refusal();
  kick(c);
  c.hooks.nudge();
  return json{{"in", moved->in.minor}, {"sale", sale_json(c.reg.sale())}};
}

Outcome<json> training(Context& c, const Command& in) {
  const auto done = c.reg.set_training(in.yes("on"));
  if (!done) return done.refusal();
  c.hooks.nudge();
  return with_sale(c.reg);
}

Outcome<json> staff(Context& c, const Command&) {
  const auto all = c.reg.staff();
  if (!all) return all.refusal();
  json people = json::array();
  for (const StaffEntry& entry : *all) people.push_back(staff_json(entry));
  return json{{"staff", people}};
}

Outcome<json> staff_set(Context& c, const Command& in) {
  StaffChange change{{in.text("id", true)}, {}, {}, {}, {}};
  if (in.has("name")) change.name = in.text("name");
  if (in.has("newPin")) change.pin = in.text("newPin");
  if (in.has("locked")) change.locked = in.yes("locked");
  if (in.has("role")) {
    change.role = role_of(in.text("role"));
    if (!change.role) throw BadRequest{"\"role\" is cashier, supervisor or manager."};
  }
  const auto entry = c.reg.set_staff(change);
  if (!entry) return entry.refusal();
  c.hooks.nudge();
  return json{{"person", staff_json(*entry)}};
}

}  // namespace

Handlers counter_handlers() {
  return {{"x_report", x_report}, {"z_report", z_report},  {"close_shift", close_shift},
          {"hold", hold},         {"held", held},          {"recall", recall},
          {"no_sale", no_sale},   {"cash", cash},          {"training", training},
          {"staff", staff},       {"staff_set", staff_set}};
}

}  // namespace pos::till
