// Responder: hears the tills on plain NATS and answers them from the books: hello, enrol, pull;
// keeps their beats; and notices events that a stranger sent in central's name. One thread owns it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "central/answers.h"
#include "central/sql.h"
#include "sync/nats_link.h"
#include "sync/seal.h"

namespace pos::central {

class Responder {
 public:
  using Log = std::function<void(const char* level, const std::string& words)>;
  // `active`: only the instance that applies answers, so that a till hears one answer. `approved`
  // is called when a till was enrolled just now.
  Responder(Database&, const sync::SigningKey&, sync::NatsConfig, Log,
            const std::atomic<bool>& stop, const std::atomic<bool>& active,
            std::function<void()> approved);

  // Works until `stop`; throws HubFailure when the connection is gone, and may be called again.
  void work();
  void wake() { link_.wake(); }  // any thread
  bool connected() const { return connected_; }

 private:
  void hear(const sync::NatsMessage&);
  void answer(const sync::NatsMessage&, const std::string& kind, const Asker&);
  void hear_beat(const sync::NatsMessage&, const Asker&);
  void hear_event(const sync::NatsMessage&);
  void keep();

  Database& database_;
  const sync::SigningKey& key_;
  const Log log_;
  const std::atomic<bool>& stop_;
  const std::atomic<bool>& active_;
  const std::function<void()> approved_;
  sync::NatsLink link_;
  std::atomic<bool> connected_ = false;
  std::map<std::pair<std::string, std::string>, HeardBeat> beats_;  // sorted, as rows are locked
  std::string foreign_;  // the last event of a stranger, not yet in the books
  std::chrono::steady_clock::time_point kept_at_;
};

}  // namespace pos::central
