#include "sync/nats_bus.h"

namespace pos::sync {

bool NatsBus::connected() { return link_.connected(); }
std::string NatsBus::new_inbox() { return link_.new_inbox(); }

std::string NatsBus::new_delivery(int slot) {
  std::string subject = link_.new_delivery(slot);
  if (left_behind_) throw LeftBehind{};
  return subject;
}

bool NatsBus::publish(std::string_view subject, std::string_view reply, const Headers& headers,
                      std::string_view body) {
  const bool sent = link_.publish(subject, reply, headers, body);
  if (left_behind_) throw LeftBehind{};
  return sent;
}

}  // namespace pos::sync
