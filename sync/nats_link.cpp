#include "sync/nats_link.h"

#include <nats/nats.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>

#include "sync/preflight.h"
#include "sync/seal.h"

namespace pos::sync {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr size_t kMaxQueuedMessages = 65'536;
constexpr size_t kMaxQueuedBytes = size_t{64} * 1024 * 1024;
constexpr milliseconds kCallLimit{3000};  // no call of libnats takes longer, or its socket goes
constexpr milliseconds kCloseLimit{700};
constexpr milliseconds kLastFlush{1000};

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* thing) const {
    destroy(thing);
  }
};
using Options = std::unique_ptr<natsOptions, Destroy<natsOptions_Destroy>>;
using Connection = std::unique_ptr<natsConnection, Destroy<natsConnection_Destroy>>;
using Subscription = std::unique_ptr<natsSubscription, Destroy<natsSubscription_Destroy>>;
using Message = std::unique_ptr<natsMsg, Destroy<natsMsg_Destroy>>;

struct Address {
  std::string host, user, password;
  uint16_t port = 4222;
};

// nats://[user[:password]@]host[:port]
std::optional<Address> parse_url(std::string_view url) {
  constexpr std::string_view kScheme = "nats://";
  if (url.substr(0, kScheme.size()) == kScheme) url.remove_prefix(kScheme.size());
  if (url.find("://") != std::string_view::npos) return {};
  Address a;
  if (const size_t at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = url.substr(0, at);
    const size_t colon = who.find(':');
    a.user = who.substr(0, colon);
    if (colon != std::string_view::npos) a.password = who.substr(colon + 1);
    url.remove_prefix(at + 1);
  }
  const size_t colon = url.rfind(':');
  const size_t bracket = url.rfind(']');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const std::string_view port = url.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), a.port);
    if (error != std::errc{} || end != port.data() + port.size() || a.port == 0) return {};
    url = url.substr(0, colon);
  }
  if (url.size() > 2 && url.front() == '[') url = url.substr(1, url.size() - 2);
  if (url.empty()) return {};
  a.host = url;
  return a;
}

// A subject or a reply that ends up in a protocol line: nothing in it may end the line, or a token.
bool one_token_list(std::string_view subject) {
  return !subject.empty() && subject.size() <= 512 &&
         std::all_of(subject.begin(), subject.end(), [](char c) { return c > ' ' && c < 0x7f; });
}
bool one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string header_value(natsMsg* m, const char* name) {
  const char* value = nullptr;
  return natsMsgHeader_Get(m, name, &value) == NATS_OK && value ? value : "";
}

NatsMessage copy_of(natsMsg* m) {
  NatsMessage out;
  out.subject = natsMsg_GetSubject(m);
  if (const char* reply = natsMsg_GetReply(m)) out.reply = reply;
  out.body.assign(natsMsg_GetData(m), static_cast<size_t>(natsMsg_GetDataLength(m)));
  const char** names = nullptr;
  int count = 0;
  if (natsMsgHeader_Keys(m, &names, &count) != NATS_OK) return out;
  for (int i = 0; i < count; ++i) {
    const std::string_view name = names[i];
    const bool ours = name.starts_with("Nats-") || name.starts_with("Leaftill-");
    if (ours) out.headers.emplace_back(name, header_value(m, names[i]));
  }
  std::free(names);
  out.status = header_value(m, "Status");
  out.description = header_value(m, "Description");
  return out;
}

size_t weight(const NatsMessage& m) { return m.body.size() + m.subject.size() + 256; }

// Where the library's threads put what came in. It also counts who may still call back: libnats
// runs the last callbacks of a closed connection some time after Close has returned.
class Mailbox {
 public:
  void put(NatsMessage m) {
    ++came_;
    const std::lock_guard lock(mutex_);
    if (!awaited_.empty() && m.subject == awaited_) {
      answer_ = std::move(m);
    } else if (queue_.size() >= kMaxQueuedMessages || bytes_ + weight(m) > kMaxQueuedBytes) {
      ++dropped_;
    } else {
      bytes_ += weight(m);
      queue_.push_back(std::move(m));
      if (queue_.size() < wanted_) return;
    }
    changed_.notify_all();
  }
  void count_dropped() {
    const std::lock_guard lock(mutex_);
    ++dropped_;
  }
  std::optional<NatsMessage> take(milliseconds wait, size_t many) {
    std::unique_lock lock(mutex_);
    wanted_ = many;
    changed_.wait_for(lock, wait, [&] { return queue_.size() >= many || woken_ || up_ == 0; });
    wanted_ = 1;
    woken_ = false;
    if (queue_.empty()) return {};
    NatsMessage m = std::move(queue_.front());
    queue_.pop_front();
    bytes_ -= weight(m);
    return m;
  }
  void await(std::string subject) {
    const std::lock_guard lock(mutex_);
    awaited_ = std::move(subject);
    answer_.reset();
  }
  std::optional<NatsMessage> answer(milliseconds wait) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [this] { return answer_ || up_ == 0; });
    awaited_.clear();
    return std::exchange(answer_, {});
  }
  void wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  }

  // Which connection is up; 0: none.
  void up(uint64_t generation) {
    const std::lock_guard lock(mutex_);
    up_ = generation;
  }
  void down(uint64_t generation, std::string why = {}) {
    const std::lock_guard lock(mutex_);
    if (up_ == generation) up_ = 0, why_down_ = std::move(why);
    changed_.notify_all();
  }
  std::string why_down() {
    const std::lock_guard lock(mutex_);
    return why_down_;
  }
  bool is_up() {
    const std::lock_guard lock(mutex_);
    return up_ != 0;
  }

  const std::atomic<int64_t>& came() const { return came_; }

  void violation(std::string words) {
    const std::lock_guard lock(mutex_);
    violation_ = std::move(words);
  }
  std::optional<std::string> take_violation() {
    const std::lock_guard lock(mutex_);
    return std::exchange(violation_, {});
  }
  int64_t dropped() {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

  void enter() {
    const std::lock_guard lock(mutex_);
    ++callers_;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    --callers_;
    changed_.notify_all();
  }
  bool left_alone(milliseconds wait) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, wait, [this] { return callers_ == 0; });
  }

 private:
  std::atomic<int64_t> came_{0};  // messages, kept or dropped
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<NatsMessage> queue_;
  size_t bytes_ = 0, wanted_ = 1;  // wanted: whoever waits is not woken for fewer
  int64_t dropped_ = 0;
  std::string awaited_;
  std::optional<NatsMessage> answer_;
  bool woken_ = false;
  uint64_t up_ = 0;
  std::string why_down_;
  std::optional<std::string> violation_;
  int callers_ = 0;
};

// The closure of one connection's callbacks: an old connection's last words must not be taken for
// the new one's.
struct Hook {
  Mailbox* box;
  uint64_t generation;
};

// Nothing may be thrown into the library's threads.
void on_message(natsConnection*, natsSubscription*, natsMsg* m, void* closure) {
  const Message owned(m);
  Mailbox& box = *static_cast<Hook*>(closure)->box;
  try {
    box.put(copy_of(m));
  } catch (const std::exception&) {
    box.count_dropped();
  }
}

void on_subscription_done(void* closure) { static_cast<Hook*>(closure)->box->leave(); }

void on_closed(natsConnection*, void* closure) {
  const auto* hook = static_cast<Hook*>(closure);
  hook->box->down(hook->generation);
  hook->box->leave();
}

void on_disconnected(natsConnection* connection, void* closure) {
  const auto* hook = static_cast<Hook*>(closure);
  try {
    const char* words = nullptr;
    natsConnection_GetLastError(connection, &words);
    hook->box->down(hook->generation, "the connection was lost" +
                                          std::string(words && *words ? ": " : "") +
                                          (words ? words : ""));
  } catch (const std::exception&) {
    hook->box->down(hook->generation);
  }
}

void on_error(natsConnection* connection, natsSubscription*, natsStatus status, void* closure) {
  if (status != NATS_NOT_PERMITTED) return;
  try {
    const char* words = nullptr;
    natsConnection_GetLastError(connection, &words);
    static_cast<Hook*>(closure)->box->violation(words && *words ? words : "not permitted");
  } catch (const std::exception&) {
  }
}

natsStatus on_nonce(char**, unsigned char** signature, int* size, const char* nonce, void* seed) {
  const auto signed_nonce = nkey_sign(*static_cast<const std::string*>(seed), nonce);
  if (!signed_nonce) return NATS_ERR;
  *signature = static_cast<unsigned char*>(std::malloc(signed_nonce->size()));  // libnats frees it
  if (!*signature) return NATS_NO_MEMORY;
  std::memcpy(*signature, signed_nonce->data(), signed_nonce->size());
  *size = static_cast<int>(signed_nonce->size());
  return NATS_OK;
}

}  // namespace

struct NatsLink::Impl {
  explicit Impl(NatsConfig c)
      : config(std::move(c)),
        inbox((config.inbox_prefix.empty() ? "_INBOX" : config.inbox_prefix) + "." +
              hex(random_bytes(8))) {}

  bool fail(std::string words) {
    error = std::move(words);
    return false;
  }
  bool fail(const char* doing, natsStatus status) {
    return fail(std::string(doing) + ": " + natsStatus_GetText(status));
  }

  bool connect(const std::vector<std::string>& subjects);
  Options options(const Address& address, const Peer& peer);
  void follow();
  bool subscribe(const std::string& subject);
  std::string new_delivery(int slot);
  bool publish(std::string_view subject, std::string_view reply, const Headers& headers,
               std::string_view body);
  bool flush(milliseconds wait);
  void close();

  const NatsConfig config;
  const std::string inbox;  // the link's own, for ever
  std::string error;
  bool refused = false;
  uint64_t generation = 0, inboxes = 0;
  bool unflushed = false;
  StampedCalls calls;
  std::unique_ptr<Mailbox> box = std::make_unique<Mailbox>();
  std::vector<std::unique_ptr<Hook>> hooks;  // one per connection: 16 bytes, kept until the end
  Connection connection;
  std::vector<Subscription> subscriptions;
  std::array<natsSubscription*, Bus::kSlots> deliveries{};  // some of them
};

Options NatsLink::Impl::options(const Address& address, const Peer& peer) {
  natsOptions* raw = nullptr;
  if (natsOptions_Create(&raw) != NATS_OK) return {};
  Options o(raw);
  Hook* hook = hooks.back().get();
  natsOptions_SetURL(raw, ("nats://" + peer.text()).c_str());
  if (!config.name.empty()) natsOptions_SetName(raw, config.name.c_str());
  natsOptions_SetTimeout(raw, config.connect_timeout_ms);
  natsOptions_SetAllowReconnect(raw, false);
  natsOptions_SetIgnoreDiscoveredServers(raw, true);
  natsOptions_SetPingInterval(raw, 5000);
  natsOptions_SetMaxPingsOut(raw, 2);
  natsOptions_SetWriteDeadline(raw, 1000);
  natsOptions_DisableNoResponders(raw, false);
  natsOptions_SetClosedCB(raw, on_closed, hook);
  natsOptions_SetDisconnectedCB(raw, on_disconnected, hook);
  natsOptions_SetErrorHandler(raw, on_error, hook);
  if (!config.inbox_prefix.empty()) {
    natsOptions_SetCustomInboxPrefix(raw, config.inbox_prefix.c_str());
  }
  if (!config.nkey_seed.empty()) {
    const auto key = nkey_public(config.nkey_seed);
    if (!key) return {};
    natsOptions_SetNKey(raw, key->c_str(), on_nonce, const_cast<std::string*>(&config.nkey_seed));
  } else if (const bool own = !config.user.empty(); own || !address.user.empty()) {
    natsOptions_SetUserInfo(raw, own ? config.user.c_str() : address.user.c_str(),
                            own ? config.password.c_str() : address.password.c_str());
  }
  return o;
}

bool NatsLink::Impl::connect(const std::vector<std::string>& subjects) {
  close();
  refused = false;
  const auto address = parse_url(config.url);
  if (!address) return fail("'" + config.url + "' is not nats://HOST:PORT");
  const auto peer = resolve(address->host, address->port);
  if (!peer) return fail("the name " + address->host + " is not known");
  std::string why;
  if (!preflight(*peer, milliseconds(config.connect_timeout_ms), &why)) {
    return fail("nats-server at " + peer->text() + ": " + why);
  }
  hooks.push_back(std::make_unique<Hook>(Hook{box.get(), ++generation}));
  const Options o = options(*address, *peer);
  if (!o) return fail("the nkey seed is not one: it must start with SU");
  calls.set_peer(*peer);
  natsConnection* raw = nullptr;
  {
    const StampedCalls::Stamp stamp(calls, milliseconds(config.connect_timeout_ms + 500));
    const natsStatus status = natsConnection_Connect(&raw, o.get());
    refused = status == NATS_CONNECTION_AUTH_FAILED;
    if (status != NATS_OK) return fail("connect", status);
  }
  connection.reset(raw);
  follow();
  box->enter();  // left in on_closed
  box->up(generation);
  bool ready = subscribe(inbox + ".*");
  for (const auto& subject : subjects) ready = ready && subscribe(subject);
  if (!ready || !flush(milliseconds(config.connect_timeout_ms))) {
    const std::string words = error;
    close();
    return fail(words);
  }
  error.clear();
  return true;
}

void NatsLink::Impl::follow() {
  char* host = nullptr;
  int port = 0;
  const StampedCalls::Stamp stamp(calls, kCallLimit);
  if (natsConnection_GetLocalIPAndPort(connection.get(), &host, &port) != NATS_OK) return;
  std::free(host);
  calls.follow(static_cast<uint16_t>(port), box->came());
}

bool NatsLink::Impl::subscribe(const std::string& subject) {
  if (!one_token_list(subject)) return fail("'" + subject + "' is not a subject");
  natsSubscription* raw = nullptr;
  Hook* hook = hooks.back().get();
  const StampedCalls::Stamp stamp(calls, kCallLimit);
  const natsStatus status =
      natsConnection_Subscribe(&raw, connection.get(), subject.c_str(), on_message, hook);
  if (status != NATS_OK) return fail("subscribe", status);
  subscriptions.emplace_back(raw);
  box->enter();  // left in on_subscription_done
  if (natsSubscription_SetOnCompleteCB(raw, on_subscription_done, hook) != NATS_OK) box->leave();
  return true;
}

// One token deeper than the inboxes, so that no message comes twice.
std::string NatsLink::Impl::new_delivery(int slot) {
  if (!connection || !box->is_up()) return {};
  natsSubscription*& delivery = deliveries.at(static_cast<size_t>(slot));
  if (delivery) {
    const StampedCalls::Stamp stamp(calls, kCallLimit);
    natsSubscription_Unsubscribe(delivery);  // destroyed with the connection, not before
    delivery = nullptr;
  }
  const std::string subject = inbox + ".d." + std::to_string(++inboxes);
  if (!subscribe(subject)) return {};
  delivery = subscriptions.back().get();
  return subject;
}

bool NatsLink::Impl::publish(std::string_view subject, std::string_view reply,
                             const Headers& headers, std::string_view body) {
  if (!connection || !box->is_up()) return fail("not connected");
  bool sound = one_token_list(subject) && (reply.empty() || one_token_list(reply));
  for (const auto& [name, value] : headers)
    sound = sound && one_token_list(name) && one_line(value);
  if (!sound) return fail("a subject or a header that cannot be sent");
  natsMsg* raw = nullptr;
  const std::string to(subject), back(reply);
  natsStatus status = natsMsg_Create(&raw, to.c_str(), back.empty() ? nullptr : back.c_str(),
                                     body.data(), static_cast<int>(body.size()));
  if (status != NATS_OK) return fail("publish", status);
  const Message m(raw);
  for (const auto& [name, value] : headers) {
    if (status == NATS_OK) status = natsMsgHeader_Set(raw, name.c_str(), value.c_str());
  }
  if (status == NATS_OK) {
    const StampedCalls::Stamp stamp(calls, kCallLimit);
    unflushed = true;
    status = natsConnection_PublishMsg(connection.get(), raw);
  }
  if (status == NATS_OK) return true;
  // Too long for this server, or out of memory: the connection is as good as before.
  const bool only_this_one = status == NATS_MAX_PAYLOAD || status == NATS_NO_MEMORY ||
                             status == NATS_INVALID_ARG || status == NATS_INVALID_SUBJECT;
  if (!only_this_one) close();
  return fail("publish", status);
}

bool NatsLink::Impl::flush(milliseconds wait) {
  if (!connection || !box->is_up()) return fail("not connected");
  const StampedCalls::Stamp stamp(calls, std::max(wait, kCallLimit));
  const natsStatus status =
      natsConnection_FlushTimeout(connection.get(), std::max<int64_t>(wait.count(), 1));
  if (status != NATS_OK) return fail("flush", status);
  unflushed = false;
  return true;
}

// A frozen server costs the flush its second; then Close writes once more, for at most the write
// deadline, or until the watchdog takes the socket away.
void NatsLink::Impl::close() {
  if (!connection) return;
  if (unflushed && box->is_up()) flush(kLastFlush);
  unflushed = false;
  calls.unfollow();
  box->down(generation);
  const StampedCalls::Stamp stamp(calls, kCloseLimit);
  natsConnection_Close(connection.get());
  deliveries.fill(nullptr);
  subscriptions.clear();  // only now: no message can come for them any more
  connection.reset();
}

NatsLink::NatsLink(NatsConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}

NatsLink::~NatsLink() {
  impl_->close();
  if (impl_->box->left_alone(milliseconds(500))) return;
  // A thread of the library is still in a callback, or stuck before it: what it points to stays.
  for (auto& hook : impl_->hooks) static_cast<void>(hook.release());
  static_cast<void>(impl_->box.release());
}

bool NatsLink::connect(const std::vector<std::string>& subjects) {
  return impl_->connect(subjects);
}
bool NatsLink::connected() const { return impl_->connection && impl_->box->is_up(); }
void NatsLink::close() { impl_->close(); }
bool NatsLink::refused() const { return impl_->refused; }
std::string NatsLink::error() const {
  return impl_->error.empty() ? impl_->box->why_down() : impl_->error;
}

std::string NatsLink::new_inbox() { return impl_->inbox + "." + std::to_string(++impl_->inboxes); }

std::string NatsLink::new_delivery(int slot) { return impl_->new_delivery(slot); }

bool NatsLink::publish(std::string_view subject, std::string_view reply, const Headers& headers,
                       std::string_view body) {
  return impl_->publish(subject, reply, headers, body);
}
bool NatsLink::flush(milliseconds wait) { return impl_->flush(wait); }
std::optional<NatsMessage> NatsLink::next(milliseconds wait, size_t many) {
  return impl_->box->take(wait, many);
}

std::optional<NatsMessage> NatsLink::request(std::string_view subject, const Headers& headers,
                                             std::string_view body, milliseconds wait) {
  const std::string inbox = new_inbox();
  impl_->box->await(inbox);
  if (!publish(subject, inbox, headers, body)) {
    impl_->box->answer(milliseconds(0));
    return {};
  }
  auto answer = impl_->box->answer(wait);
  if (!answer) {
    impl_->error = connected() ? "no answer in time" : "the connection was lost";
  } else if (answer->status == "503") {
    impl_->error = "nobody serves " + std::string(subject);
    answer.reset();
  }
  return answer;
}

void NatsLink::wake() { impl_->box->wake(); }
std::optional<std::string> NatsLink::take_violation() { return impl_->box->take_violation(); }
int64_t NatsLink::dropped() const { return impl_->box->dropped(); }

std::string nats_client_version() { return nats_GetVersion(); }

}  // namespace pos::sync
