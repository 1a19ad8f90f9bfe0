// TinyCentral: a thread at a real hub that does what a till needs of central, and not a bit more:
// it makes the streams, keeps one chain, acknowledges with a signature, answers hello, enrol and
// pull.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sync/nats_link.h"
#include "sync/seal.h"
#include "sync/wire.h"

namespace pos::sync {

class TinyCentral {
 public:
  explicit TinyCentral(const std::string& hub_url);
  ~TinyCentral();
  TinyCentral(const TinyCentral&) = delete;
  TinyCentral& operator=(const TinyCentral&) = delete;

  static const SigningKey& key();
  void reads(bool on) { reads_ = on; }  // off: rows stay in SALES, unread
  int64_t mark() const { return mark_; }
  int64_t copies() const { return copies_; }  // rows that came once more
  void change_product(const std::string& id);
  // A request to the hub's JetStream API.
  std::string api(const std::string& subject, const std::string& body);

 private:
  void run();
  void make_streams();
  void take(const NatsMessage&);
  void row(const std::string& body);
  void hello(const NatsMessage&);
  void read_sales();
  template <class T>
  void sign_answer(T&) const;
  void do_here(std::function<void()> work);  // in the thread, and waits for it

  NatsLink link_;
  std::atomic<bool> stop_{false}, reads_{true};
  std::atomic<int64_t> mark_{0}, copies_{0};
  std::string head_ = kZeroHash;
  std::vector<std::string> hashes_;
  std::map<int64_t, std::string> early_;  // rows behind a gap
  int64_t read_to_ = 0;                   // in SALES
  std::map<std::string, Product> products_;
  int64_t catalogue_ = 0;
  std::mutex mutex_;
  std::vector<std::function<void()>> work_;
  std::thread thread_;
};

}  // namespace pos::sync
