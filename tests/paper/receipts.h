// Sales to print.
#pragma once

#include "pos/receipt.h"

namespace pos::paper {

// Two rates, a weighed line, a discount, a split payment, a rounding; `name` of the first line.
inline CompletedSale sold(const std::string& name, const std::string& currency = "EUR") {
  const auto line = [](int id, const std::string& what, Money price, Rate rate, Quantity quantity) {
    Line l;
    l.id = id;
    l.item.name = what;
    l.item.price = price;
    l.item.tax_rate = rate;
    l.quantity = quantity;
    l.total = extend(price, quantity);
    return l;
  };
  CompletedSale sale;
  sale.header.at = *parse_iso("2025-11-22T10:15:30.123Z");
  sale.header.utc_offset_min = 60;
  sale.header.id = {uuid_v7(parse_iso("2025-11-22T10:14:58.000Z")->unix_ms, {})};
  sale.header.cashier = {"7"};
  sale.receipt = "s1-till1-A000042";
  sale.currency = currency;
  sale.lines = {line(1, name, {199}, {200'000}, {2000}),
                line(2, "Tomatoes on the vine from the farm next door", {350}, {100'000}, {1234})};
  sale.lines[1].item.unit = "kg";
  sale.lines[1].discount = {50};
  sale.lines[1].promotions = {"3for5"};
  sale.lines[1].total = {382};
  sale.line_taxes = {{66}, {35}};
  sale.taxes = {{{100'000}, {347}, {35}, {382}}, {{200'000}, {332}, {66}, {398}}};
  sale.rounding = {-5};
  sale.total = {775};
  sale.tax = {101};
  sale.tenders = {{TenderKind::card, {275}, {}, "VISA 1111"},
                  {TenderKind::cash, {1000}, {500}, ""}};
  return sale;
}

}  // namespace pos::paper
