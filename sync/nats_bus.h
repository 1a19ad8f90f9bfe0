// NatsBus: the Bus of a till in production, over its one link to the store's leaf.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "sync/bus.h"
#include "sync/nats_link.h"

namespace pos::sync {

// Thrown when a call comes back after the thread was left behind: unwind, and touch nothing.
struct LeftBehind {};

class NatsBus final : public Bus {
 public:
  NatsBus(NatsLink& link, const std::atomic<bool>& left_behind)
      : link_(link), left_behind_(left_behind) {}
  bool connected() override;
  std::string new_inbox() override;
  std::string new_delivery(int slot) override;
  bool publish(std::string_view subject, std::string_view reply, const Headers& headers,
               std::string_view body) override;

 private:
  NatsLink& link_;
  const std::atomic<bool>& left_behind_;
};

}  // namespace pos::sync
