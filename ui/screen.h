// A screen is a function: it draws a view and answers what was pressed, if anything was. Nothing is
// kept between frames but what ImGui keeps about the finger.
#pragma once

#include <optional>

#include "ui/action.h"
#include "ui/canvas.h"
#include "ui/view.h"

namespace pos::ui {

// The whole window: the zones that never move, and the middle of the place. Call between
// ImGui::NewFrame() and ImGui::Render(). `targets`, if wanted, gets what could be pressed.
std::optional<Action> draw(const View&, const Fonts&, const Layout&,
                           std::vector<Target>* targets = nullptr);

std::optional<Action> draw_login(const LoginView&, Canvas&);
std::optional<Action> draw_basket(const BasketView&, Canvas&);
std::optional<Action> draw_tiles(const TilesView&, Canvas&);
std::optional<Action> draw_tenders(const TendersView&, Canvas&);
std::optional<Action> draw_done(const DoneView&, Canvas&);
std::optional<Action> draw_choices(const ChoicesView&, Canvas&);
std::optional<Action> draw_amount(const AmountView&, Canvas&);
std::optional<Action> draw_count(const CountView&, Canvas&);
std::optional<Action> draw_report(const ReportView&, Canvas&);
std::optional<Action> draw_sync(const SyncView&, Canvas&);
std::optional<Action> draw_list(const ListView&, Canvas&);
std::optional<Action> draw_search(const SearchView&, Canvas&);
std::optional<Action> draw_price(const PriceView&, Canvas&);
std::optional<Action> draw_help(const HelpView&, Canvas&);

// The round or square badge with a picture; the first letter where there is none.
void draw_badge(Canvas&, const Rect&, uint32_t colour, Icon, std::string_view name);
// A label on the left, a figure on the right.
void draw_row(Canvas&, const Rect&, const RowView&, Face);

}  // namespace pos::ui
