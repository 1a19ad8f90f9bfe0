// Register and desk -> View. Pure: no drawing, no clock of its own, nothing is changed.
#pragma once

#include <string>

#include "ui/desk.h"
#include "ui/view.h"

namespace pos::ui {

View present(const Desk&, const SyncChip&);

// "€ 19.54"; the currency's code where it has no sign of its own.
std::string money_text(Money, const std::string& currency);
// "€ 1.799 / kg"
std::string price_text(const Item&, const std::string& currency);
// "3 left", "out"; empty while central has told nothing.
std::string stock_text(const Item&, const std::optional<ShownStock>&);
// The product's own colour, or one from a small palette that stays with its id.
uint32_t colour_of(const Item&);

}  // namespace pos::ui
