#include "tests/lab/plant.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <stdexcept>

namespace pos::lab {
namespace {

void lose_a_sale(Lab& lab, Till& till) {
  lab.link(till.place().store).cut();
  till.sell({till.record().front().lines.front()});
  till.kill9();
}

void add_a_piece(Lab& lab, const Till& till) {
  const auto answer =
      lab.api().call("POST", "/api/v1/stores/" + till.place().store + "/deliveries",
                     R"({"deliveryId":"ghost","lines":[{"productId":")" +
                         till.record().front().lines.front().product + R"(","quantity":1000}]})");
  if (!answer.ok())
    throw std::runtime_error("central refuses the ghost's delivery: " + answer.body);
}

void take_a_cent(Lab& lab, const Till& till) {
  lab.central().stop();
  {
    SQLite::Database database((lab.directory() / "central/central.db").string(),
                              SQLite::OPEN_READWRITE);
    SQLite::Statement change(database,
                             "UPDATE journal_row SET total = total - 1 WHERE receipt = ?");
    change.bind(1, till.record().front().receipt);
    if (change.exec() != 1) throw std::runtime_error("there is no sale to take a cent from");
  }
  lab.central().start();
}

}  // namespace

void plant_error(Lab& lab, Till& till, const std::string& kind) {
  if (kind == "sale")
    lose_a_sale(lab, till);
  else if (kind == "stock")
    add_a_piece(lab, till);
  else if (kind == "price")
    take_a_cent(lab, till);
  else
    throw std::runtime_error("no such error: " + kind);
}

}  // namespace pos::lab
