#include "tests/lab/proof.h"

#include <map>
#include <set>

namespace pos::lab {
namespace {

// "s1-till1-A000042" -> ("s1-till1-A", 42)
std::pair<std::string, int64_t> split_receipt(const std::string& receipt) {
  const auto digits = receipt.find_last_not_of("0123456789") + 1;
  if (digits >= receipt.size()) return {receipt, -1};
  return {receipt.substr(0, digits), std::stoll(receipt.substr(digits))};
}

class Comparison {
 public:
  explicit Comparison(Lab& lab) : lab_(lab), api_(lab.api()) {}

  Proof done() {
    for (auto* till : lab_.all_tills()) {
      for (const auto& sold : till->record()) answered(sold);
      for (const auto& id : till->unanswered()) unanswered_.insert(id);
    }
    for (const auto& store : lab_.stores()) look_at(store.id);
    for (const auto& [receipt, sold] : answered_) {
      if (!receipts_.count(receipt)) fault("receipt " + receipt + " is not at central");
    }
    for (const auto& store : lab_.stores()) compare_stock(store.id);
    return std::move(proof_);
  }

 private:
  void fault(std::string words) {
    if (proof_.faults.size() < 50) proof_.faults.push_back(std::move(words));
  }

  void answered(const Sold& sold) {
    ++proof_.rung_up;
    proof_.expected_total += sold.total;
    if (!answered_.emplace(sold.receipt, sold).second) {
      fault("the till gave receipt " + sold.receipt + " twice");
    }
    for (const auto& line : sold.lines) sold_[{sold.store, line.product}] += line.quantity;
  }

  void look_at(const std::string& store) {
    std::map<std::string, std::set<int64_t>> numbers;
    for (const auto& held : api_.sales(store)) {
      ++proof_.held;
      if (!held_.insert(held.transaction_id).second) {
        fault("central holds " + held.receipt + " twice");
      }
      const auto [series, number] = split_receipt(held.receipt);
      if (!numbers[series].insert(number).second)
        fault("receipt " + held.receipt + " was given twice");
      receipts_.insert(held.receipt);
      check(held);
    }
    for (const auto& [series, seen] : numbers) {
      if (*seen.begin() != 1 || *seen.rbegin() != static_cast<int64_t>(seen.size())) {
        fault("receipts " + series + "… run from " + std::to_string(*seen.begin()) + " to " +
              std::to_string(*seen.rbegin()) + ", but there are " + std::to_string(seen.size()));
      }
    }
  }

  void check(const Held& held) {
    const auto known = answered_.find(held.receipt);
    if (known == answered_.end()) return stranger(held);
    const Sold& sold = known->second;
    proof_.found_total += held.total;
    if (held.total != sold.total) {
      fault("receipt " + held.receipt + " was answered with " + std::to_string(sold.total) +
            ", central holds it with " + std::to_string(held.total));
    }
    // A window gives no transaction id to the driver, only the receipt.
    if (!sold.transaction_id.empty() && held.transaction_id != sold.transaction_id) {
      fault("receipt " + held.receipt + " stands for another sale at central");
    }
  }

  // Central holds what nobody was told of: right only if its till was killed before it could
  // answer.
  void stranger(const Held& held) {
    if (!unanswered_.count(held.transaction_id)) {
      fault("central holds " + held.receipt + ", which nobody rang up");
    }
    ++proof_.unanswered;
    for (const auto& line : api_.transaction(held.transaction_id).lines) {
      sold_[{held.store, line.product}] += line.quantity;
    }
  }

  void compare_stock(const std::string& store) {
    const auto found = api_.stock(store);
    for (const auto& product : lab_.all_products()) {
      const int64_t sold = sold_.count({store, product.id}) ? sold_.at({store, product.id}) : 0;
      const auto at = found.find(product.id);
      ProductRow row{store,
                     product.id,
                     product.name,
                     product.on_hand,
                     sold,
                     product.on_hand - sold,
                     at == found.end() ? 0 : at->second};
      if (row.expected != row.found) {
        fault("stock of " + product.name + " in " + store + " is " + std::to_string(row.found) +
              " thousandths at central, not " + std::to_string(row.expected));
      }
      if (sold != 0 || row.expected != row.found) proof_.products.push_back(std::move(row));
    }
  }

  Lab& lab_;
  const Central api_;
  Proof proof_;
  std::map<std::string, Sold> answered_;                         // by receipt
  std::set<std::string> unanswered_, held_;                      // transaction ids
  std::set<std::string> receipts_;                               // that central holds
  std::map<std::pair<std::string, std::string>, int64_t> sold_;  // (store, product)
};

}  // namespace

Proof prove(Lab& lab) { return Comparison(lab).done(); }

std::string Proof::words() const {
  std::string text = std::to_string(rung_up) + " rung up, " + std::to_string(held) +
                     " at central (" + std::to_string(unanswered) +
                     " of them without an answer before a kill)\n";
  for (const auto& fault : faults) text += "  " + fault + "\n";
  return text;
}

bool all_settled(Lab& lab, std::string* why) {
  bool all = true;
  if (why) why->clear();
  for (auto* till : lab.all_tills()) {
    if (!till->running()) continue;
    const auto status = till->status();
    if (status.waiting == 0 && status.sent == 0) continue;
    all = false;
    if (why) {
      *why += till->name() + ": " + std::to_string(status.waiting) + " waiting, " +
              std::to_string(status.sent) + " sent, link " + status.link + "\n";
    }
  }
  return all;
}

}  // namespace pos::lab
