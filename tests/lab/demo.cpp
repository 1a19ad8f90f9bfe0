#include "tests/lab/demo.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "tests/lab/basket.h"
#include "tests/lab/plant.h"
#include "tests/lab/proof.h"
#include "tests/lab/terminal.h"
#include "tests/lab/window_till.h"

namespace pos::lab {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostProducts = 12;

class Demo {
 public:
  explicit Demo(const DemoOptions& options) : options_(options) {}

  int run() {
    terminal_.title("Leaftill", "one store, two tills, a hub, and central on embedded SQLite");
    open();
    sell("on the line", 4, 8);
    show_counter();
    wait_until_settled("confirmed by central");
    picture("2-confirmed");
    cut();
    sell("without the line", 6, 12);
    show_offline();
    kill_in_mid_sale();
    heal();
    plant();
    const int code = table();
    stay_open();
    return code;
  }

 private:
  void open();
  void open_window();
  void sell(const std::string& where, int in_window, int headless);
  void wait_until_settled(const std::string& words);
  void cut();
  void show_counter();
  void show_offline();
  void kill_in_mid_sale();
  void heal();
  void plant();
  int table();
  void stay_open();
  int64_t waiting();
  void picture(const std::string& name) {
    if (window_) window_->picture((place_.pictures / (name + ".png")).string());
  }

  DemoOptions options_;
  Terminal terminal_;
  DemoFiles place_;
  std::unique_ptr<Lab> lab_;
  std::optional<Display> display_;
  std::unique_ptr<WindowTill> window_;
  std::unique_ptr<Baskets> baskets_;
};

void Demo::open() {
  const auto began = std::chrono::steady_clock::now();
  terminal_.doing("starting hub, leaf and central, provisioning two tills …");
  lab_ =
      std::make_unique<Lab>(LabOptions{.directory = place_.files / "lab", .stores = 1, .tills = 2});
  baskets_ = std::make_unique<Baskets>(lab_->products(), options_.seed);
  terminal_.done("the shop stands", seconds_since(began) + ", central at " + lab_->api().origin());
  if (options_.show != DemoOptions::Show::headless) open_window();
  for (auto* till : lab_->all_tills()) {
    if (window_ && till == lab_->all_tills().front()) continue;
    lab_->open(*till);
    terminal_.done(till->name() + " is open", "headless, PIN " + std::string(kCashierPin));
  }
}

void Demo::open_window() {
  display_ = Display::of_person();
  if (!display_ && options_.show == DemoOptions::Show::interactive) {
    throw std::runtime_error("there is no X display that answers (DISPLAY), or no xdotool");
  }
  if (!display_) display_ = Display::own();
  if (!display_) return;
  terminal_.doing("opening till1's window …");
  window_ = std::make_unique<WindowTill>(*lab_, lab_->till("s1", "till1"), *display_);
  window_->open(kCashierPin);
  terminal_.done("s1/till1 is open", std::string("in a window on display ") + display_->name() +
                                         (display_->is_own() ? " (its own Xvfb)" : ""));
}

// Both tills in turn, as a shop has it; the window sells less, since its hands are a keyboard's.
void Demo::sell(const std::string& where, int in_window, int headless) {
  const auto began = std::chrono::steady_clock::now();
  auto& till1 = lab_->till("s1", "till1");
  auto& till2 = lab_->till("s1", "till2");
  const int first = window_ ? in_window : headless;
  int64_t revenue = 0;
  for (int i = 0; i < std::max(first, headless); ++i) {
    terminal_.doing("selling " + where + ": " + std::to_string(2 * i) + " …");
    if (i < first)
      revenue +=
          window_ ? window_->sell(baskets_->next(3, 2)).total : till1.sell(baskets_->next()).total;
    if (i < headless) revenue += till2.sell(baskets_->next()).total;
  }
  terminal_.done(std::to_string(first + headless) + " sales " + where,
                 "EUR " + money(revenue) + " in " + seconds_since(began) +
                     (waiting() > 0 ? ", " + std::to_string(waiting()) + " waiting" : ""));
}

int64_t Demo::waiting() {
  int64_t rows = 0;
  if (window_) rows += std::max<int64_t>(0, window_->status().waiting);
  for (auto* till : lab_->all_tills()) {
    if (till->running()) rows += till->status().waiting;
  }
  return rows;
}

void Demo::wait_until_settled(const std::string& words) {
  const auto began = std::chrono::steady_clock::now();
  const bool settled = until(
      seconds(60),
      [&] {
        const auto rows = waiting();
        terminal_.doing("waiting for central: " + std::to_string(rows) + " not yet confirmed …");
        return rows == 0;
      },
      Millis(100));
  if (settled)
    terminal_.done("all " + words, "after " + seconds_since(began));
  else
    terminal_.event("✘", Ink::bad, "not all " + words,
                    std::to_string(waiting()) + " still waiting after 60 s");
}

void Demo::cut() {
  lab_->link("s1").cut();
  terminal_.event("✂", Ink::warn, "the line to the hub is cut",
                  "the tills do not ask, they sell on");
}

// One more customer, whose counter is worth a picture.
void Demo::show_counter() {
  if (!window_) return;
  const auto basket = baskets_->next(4, 2);
  window_->scan(basket);
  picture("1-counter");
  window_->pay(basket);
}

// The window says so as soon as its till has noticed; selling did not wait for that.
void Demo::show_offline() {
  if (!window_) return;
  terminal_.doing("waiting until till1 has noticed …");
  until(
      seconds(15), [&] { return window_->status().link != "online"; }, Millis(200));
  terminal_.done("s1/till1 says so", "link " + window_->status().link);
  picture("3-offline");
}

void Demo::kill_in_mid_sale() {
  auto& till = lab_->till("s1", "till2");
  const auto& products = lab_->products();
  const std::vector<Wanted> basket{{products[0].id, products[0].code, 2000, products[0].price},
                                   {products[8].id, products[8].code, 1000, products[8].price}};
  for (const auto& line : basket) till.scan(line);
  till.kill9();
  terminal_.event("⚡", Ink::warn, "s1/till2 killed (-9) in mid-sale", "2 lines lay on the counter");
  const auto began = std::chrono::steady_clock::now();
  till.start();
  const auto counter = till.open_for_business(kCashierPin);
  const auto took = seconds_since(began);
  till.pay(basket);
  terminal_.done("s1/till2 is back",
                 took + ", the same " + std::to_string(counter.size()) + " lines; paid");
}

void Demo::heal() {
  lab_->link("s1").heal();
  terminal_.event("↻", Ink::accent, "the line is healed", std::to_string(waiting()) + " waiting");
  wait_until_settled("confirmed by central");
  picture("4-confirmed-again");
}

void Demo::plant() {
  if (options_.broken.empty()) return;
  plant_error(*lab_, lab_->till("s1", "till2"), options_.broken);
  terminal_.event("☠", Ink::bad, "an error is planted: " + options_.broken,
                  "the table has to find it");
}

int Demo::table() {
  const auto proof = prove(*lab_);
  terminal_.blank();
  Table figures({"", "rung up", "at central"});
  figures.row({"sales", grouped(proof.rung_up), grouped(proof.held)},
              proof.held == proof.rung_up + proof.unanswered);
  figures.row({"revenue, EUR", money(proof.expected_total), money(proof.found_total)},
              proof.expected_total == proof.found_total);
  figures.print(terminal_);
  terminal_.blank();
  auto rows = proof.products;
  std::stable_sort(rows.begin(), rows.end(), [](const ProductRow& a, const ProductRow& b) {
    return std::pair(a.expected == a.found, -a.sold) < std::pair(b.expected == b.found, -b.sold);
  });
  Table stock({"stock", "opening", "sold", "expected", "found"});
  for (size_t i = 0; i < rows.size() && (i < kMostProducts || rows[i].expected != rows[i].found);
       ++i) {
    const auto& row = rows[i];
    stock.row(
        {row.name, units(row.opening), units(row.sold), units(row.expected), units(row.found)},
        row.expected == row.found);
  }
  if (rows.size() > kMostProducts) {
    ProductRow all{};
    for (const auto& row : rows) {
      all.opening += row.opening;
      all.sold += row.sold;
      all.expected += row.expected;
      all.found += row.found;
    }
    stock.rule();
    stock.row({"all " + std::to_string(rows.size()) + " products that were sold",
               units(all.opening), units(all.sold), units(all.expected), units(all.found)},
              all.expected == all.found);
  }
  stock.print(terminal_);
  terminal_.blank();
  for (const auto& fault : proof.faults) terminal_.event("✘", Ink::bad, fault);
  if (proof.holds()) {
    terminal_.done("every sale is at central exactly once",
                   "receipts without a gap, stock to the piece");
  }
  if (window_ && display_->is_own()) {
    terminal_.done("pictures of the window", place_.pictures.string() + "/*.png");
  }
  std::cout << std::endl;
  return proof.holds() ? 0 : 1;
}

void Demo::stay_open() {
  if (!window_ || display_->is_own() || options_.show == DemoOptions::Show::headless) return;
  std::cout << "  The window stays: PIN " << kCashierPin
            << ", scan or tap, F12 pays. Central: " << lab_->api().origin() << " (token "
            << lab_->api().token() << ")\n"
            << "  Close the window or press Ctrl-C to end.\n"
            << std::endl;
  while (window_->running()) std::this_thread::sleep_for(Millis(200));
}

}  // namespace

int run_demo(const DemoOptions& options) { return Demo(options).run(); }

}  // namespace pos::lab
