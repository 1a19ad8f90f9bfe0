#include "tests/sync/tiny_central.h"

#include <future>
#include <nlohmann/json.hpp>

namespace pos::sync {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

NatsConfig as_central(const std::string& url) {
  NatsConfig c;
  c.url = url;
  c.name = "central";
  return c;
}

std::string now_iso() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return to_iso({std::chrono::duration_cast<milliseconds>(now).count()});
}

bool begins(const std::string& text, const char* with) { return text.rfind(with, 0) == 0; }

}  // namespace

const SigningKey& TinyCentral::key() {
  static const SigningKey key = *signing_key(std::string(32, 'c'));
  return key;
}

template <class T>
void TinyCentral::sign_answer(T& a) const {
  a.key = key().id;
  a.signature = base64(sign(key(), digest(signed_members(a, "s1", "till1"))));
}

TinyCentral::TinyCentral(const std::string& hub_url) : link_(as_central(hub_url)) {
  thread_ = std::thread([this] { run(); });
}

TinyCentral::~TinyCentral() {
  stop_ = true;
  link_.wake();
  thread_.join();
}

void TinyCentral::run() {
  while (!stop_) {
    if (!link_.connected()) {
      if (!link_.connect({"sync.hello.>", "sync.enrol.>", "sync.pull.>"})) {
        std::this_thread::sleep_for(milliseconds(50));
        continue;
      }
      make_streams();
    }
    {
      const std::lock_guard lock(mutex_);
      for (const auto& work : work_) work();
      work_.clear();
    }
    if (reads_) read_sales();
    if (const auto m = link_.next(milliseconds(20))) take(*m);
  }
}

void TinyCentral::do_here(std::function<void()> work) {
  std::promise<void> done;
  {
    const std::lock_guard lock(mutex_);
    work_.emplace_back([&] {
      work();
      done.set_value();
    });
  }
  link_.wake();
  done.get_future().wait();
}

std::string TinyCentral::api(const std::string& subject, const std::string& body) {
  std::string answer;
  do_here([&] {
    const auto m = link_.request("$JS.API." + subject, {}, body, seconds(5));
    if (m) answer = m->body;
  });
  return answer;
}

void TinyCentral::make_streams() {
  const std::string common =
      R"(,"storage":"file","retention":"limits","max_consumers":-1,"max_msgs":-1,"max_bytes":-1,"num_replicas":1)";
  const auto make = [&](const std::string& name, const std::string& rest) {
    link_.request("$JS.API.STREAM.CREATE." + name, {},
                  R"({"name":")" + name + R"(",)" + rest + common + "}", seconds(5));
  };
  make(
      "SALES",
      R"("subjects":["product.sold.>","till.event.>","till.carried.>"],"discard":"new","duplicate_window":600000000000,"max_age":2592000000000000)");
  make("DOWN", R"("subjects":["down.>"],"discard":"old","max_msgs_per_subject":1)");
  make("DOWNALL", R"("subjects":["all.>"],"discard":"old","max_msgs_per_subject":1)");
}

// One message at a time by its place: slow, and right.
void TinyCentral::read_sales() {
  for (int i = 0; i < 200 && link_.connected(); ++i) {
    const auto m = link_.request("$JS.API.STREAM.MSG.GET.SALES", {},
                                 R"({"seq":)" + std::to_string(read_to_ + 1) + "}", seconds(2));
    if (!m) return;
    const Json answer = Json::parse(m->body);
    if (answer.contains("message")) {
      ++read_to_;
      row(unbase64(answer["message"]["data"].get<std::string>()).value());
      continue;
    }
    const auto info = link_.request("$JS.API.STREAM.INFO.SALES", {}, "", seconds(2));
    if (!info || Json::parse(info->body)["state"]["first_seq"].get<int64_t>() <= read_to_ + 1) {
      return;
    }
    ++read_to_;  // it was purged
  }
}

void TinyCentral::row(const std::string& body) {
  const auto e = decode_envelope(body);
  if (!e) return;
  if (e->place.seq > mark_ + 1) {
    early_[e->place.seq] = body;  // behind a gap
  } else if (e->place.seq <= mark_) {
    ++copies_;
  } else if (e->place.prev == head_) {
    head_ = hex(row_hash(unhex(e->place.prev).value(), body));
    hashes_.push_back(head_);
    ++mark_;
    Ack a{e->place.epoch, mark_, head_, now_iso(), "", ""};
    sign_answer(a);
    link_.publish("down.s1.ack.till1", "", {}, encode(a));
    if (const auto next = early_.extract(mark_ + 1)) row(next.mapped());
  }
}

void TinyCentral::hello(const NatsMessage& m) {
  const auto h = decode_hello(m.body);
  if (!h) return;
  HelloAnswer a;
  a.generation = "g1";
  for (const EpochSeq& e : h->epochs) {
    const int64_t applied = std::min<int64_t>(mark_, e.seq);
    const std::string hash = applied == 0 ? kZeroHash : hashes_[static_cast<size_t>(applied) - 1];
    a.epochs.push_back({e.epoch, applied, hash, mark_});
  }
  a.catalogueVersion = catalogue_;
  a.time = now_iso();
  sign_answer(a);
  link_.publish(m.reply, "", {}, encode(a));
}

void TinyCentral::change_product(const std::string& id) {
  do_here([&] {
    Product p;
    p.productId = id;
    p.name = "product " + id;
    p.version = ++catalogue_;
    products_[id] = p;
    link_.publish("all.product." + id, "", {}, encode(p));
  });
}

void TinyCentral::take(const NatsMessage& m) {
  if (begins(m.subject, "sync.hello.")) return hello(m);
  if (begins(m.subject, "sync.enrol.")) {
    const auto e = decode_enrol(m.body);
    if (!e) return;
    EnrolAnswer a{"approved", "", e->publicKey, "", ""};
    sign_answer(a);
    link_.publish(m.reply, "", {}, encode(a));
  } else if (begins(m.subject, "sync.pull.")) {
    const auto r = decode_pull_request(m.body);
    if (!r) return;
    std::map<std::pair<int64_t, std::string>, Product> sorted;
    for (const auto& [id, p] : products_) sorted[{p.version, id}] = p;
    PullAnswer a;
    a.catalogueVersion = catalogue_;
    for (auto it = sorted.upper_bound({r->afterVersion, r->afterId}); it != sorted.end(); ++it) {
      a.items.push_back(it->second);
    }
    link_.publish(m.reply, "", {}, encode(a));
  }
}

}  // namespace pos::sync
