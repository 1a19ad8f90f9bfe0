// Desk: who stands there, the drawer's shift, the menu and the list of what is told to central.
#include <algorithm>

#include "ui/desk.h"

namespace pos::ui {
namespace {

constexpr size_t kJournalRows = 100;

// The journal can only be read upwards: finds its end by doubling, then halving.
int64_t last_seq(Register& reg) {
  const auto any_after = [&](int64_t seq) {
    const auto rows = reg.journal(seq, 1);
    return rows.ok() && !rows->empty();
  };
  int64_t step = 1;
  while (step < (int64_t{1} << 40) && any_after(step)) step *= 2;
  int64_t low = 0, high = step;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (any_after(middle)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

Place Desk::home() const {
  if (!register_.person()) return Place::login;
  return register_.shift() ? Place::sale : Place::open_shift;
}

void Desk::go(Place place) {
  Typing& t = state_.typing;
  t = Typing{};
  t.place = place;
  if (place == Place::price) state_.checked.reset(), state_.checked_card.reset();
  if (place == Place::done || place == Place::sale) state_.last.reset();
  if (place == Place::count) t.counts.assign(settings_.notes.size() + settings_.coins.size(), 0);
}

void Desk::login() {
  const std::string pin = std::exchange(state_.typing.entry, {});
  if (pin.empty()) {
    state_.trouble = "Type your PIN, then Enter.";
    return;
  }
  const auto person = register_.login(pin);
  if (!person) return refuse(person.refusal());
  const bool ask = register_.last_sale_in_doubt() && !state_.doubt_answered;
  go(ask && register_.shift() ? Place::done : home());
  const auto& lines = register_.sale().lines();
  state_.selected = lines.empty() ? 0 : lines.back().id;
  refresh();
}

void Desk::lock() {
  const auto out = register_.logout();
  go(Place::login);
  if (!out) refuse(out.refusal());
}

void Desk::open_shift() {
  const std::string amount = std::exchange(state_.typing.entry, {});
  if (amount.empty()) {
    state_.trouble = "Count the cash in the drawer and type it; 0 if there is none.";
    return;
  }
  const auto shift = register_.open_shift(Money{number_of(amount)});
  if (!shift) return refuse(shift.refusal());
  go(home());
  recorded();
}

int64_t Desk::counted() const {
  int64_t sum = 0;
  const auto& counts = state_.typing.counts;
  for (size_t i = 0; i < counts.size(); ++i) {
    const size_t notes = settings_.notes.size();
    sum += counts[i] * (i < notes ? settings_.notes[i] : settings_.coins[i - notes]);
  }
  return sum;
}

std::vector<CountOf> Desk::pieces() const {
  std::vector<CountOf> all;
  const auto& counts = state_.typing.counts;
  for (size_t i = 0; i < counts.size(); ++i) {
    const size_t notes = settings_.notes.size();
    const int64_t value = i < notes ? settings_.notes[i] : settings_.coins[i - notes];
    if (counts[i] > 0) all.push_back({value, counts[i]});
  }
  return all;
}

void Desk::close_shift() {
  const auto closed = register_.close_shift(Money{counted()}, pieces());
  if (!closed) return refuse(closed.refusal());
  state_.report = *closed;
  state_.report_is_z = true;
  go(Place::report);
  recorded();
  if (on_report) on_report(*closed, true);
}

void Desk::show_x_report() {
  const auto totals = register_.x_report();
  if (!totals) return refuse(totals.refusal());
  state_.report = *totals;
  state_.report_is_z = false;
  go(Place::report);
  if (on_report) on_report(*totals, false);
}

void Desk::show_sync() {
  const int64_t last = last_seq(register_);
  const auto rows =
      register_.journal(std::max<int64_t>(0, last - static_cast<int64_t>(kJournalRows)),
                        static_cast<int>(kJournalRows));
  if (!rows) return refuse(rows.refusal());
  state_.journal.assign(rows->rbegin(), rows->rend());
  state_.journal_at = 0;
  go(Place::sync);
}

void Desk::act(const ShowSync&) {
  if (!register_.person()) return;
  if (state_.typing.place == Place::sync) return go(home());
  show_sync();
}

void Desk::act(const Choose& choice) { choose(choice.index); }

void Desk::act(const PickCount& row) {
  if (row.index >= 0 && row.index < static_cast<int>(state_.typing.counts.size())) {
    state_.typing.count_at = row.index;
  }
}

void Desk::choose(int index) {
  if (index < 0) return;
  if (state_.typing.place == Place::reasons) return choose_reason(static_cast<size_t>(index));
  if (state_.typing.place == Place::discount && index < kCuts) {
    return pick_cut(static_cast<Cut>(index));
  }
  if (state_.typing.place != Place::menu) return;
  switch (static_cast<MenuEntry>(index)) {
    case MenuEntry::x_report:
      return show_x_report();
    case MenuEntry::close_shift:
      // An open sale without lines is nothing on the counter, but the Register would still see it.
      if (register_.sale().open() && register_.sale().lines().empty()) {
        if (const auto done = register_.void_sale("No line left"); !done)
          return refuse(done.refusal());
        recorded();
      }
      if (register_.sale().open()) {
        state_.trouble = "A sale is open: take the payment or void it first.";
        return;
      }
      return go(Place::count);
    case MenuEntry::void_sale:
      if (register_.sale().open()) return go(Place::reasons);
      state_.trouble = "There is no open sale to void.";
      return;
    case MenuEntry::sync:
      return show_sync();
    case MenuEntry::look:
      state_.look = static_cast<Look>((static_cast<int>(state_.look) + 1) % 3);
      return;
    case MenuEntry::lock:
      return lock();
    case MenuEntry::give_back:
      return start_give_back();
    case MenuEntry::drawer:
      return ask_drawer_reason();
  }
}

void Desk::choose_reason(size_t index) {
  const auto reasons = reasons_of(state_.typing);
  if (index >= reasons.size()) return;
  const char* const reason = reasons[index];
  switch (state_.typing.why) {
    case Why::give_back:
      return give_back(reason);
    case Why::discount:
      return cut(reason);
    case Why::drawer: {
      const OpenDrawer open{reason};
      attempt_->action = open;
      return act(open);
    }
    case Why::void_sale:
      break;
  }
  const auto done = register_.void_sale(reason);
  if (!done) return refuse(done.refusal());
  state_.selected = 0;
  go(home());
  recorded();
}

}  // namespace pos::ui
