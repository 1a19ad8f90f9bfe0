#include "central/jetstream.h"

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "sync/preflight.h"
#include "sync/wire.h"

namespace pos::central {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kApiFor{5000};
constexpr milliseconds kSilence{1000};    // after a request should have ended by itself
constexpr milliseconds kPubAckFor{5000};  // without any progress
// Less than the watchdog takes for a message without an end, and more than any one message.
constexpr int64_t kBatchBytes = 384 * 1024;
static_assert(kBatchBytes < sync::kMostUnfinished);
constexpr int kNoStream = 10059, kNoConsumer = 10014, kNoMessage = 10037;
constexpr int64_t kSecond = 1'000'000'000;  // JetStream counts in nanoseconds

struct ApiError {
  int code = 0;
  std::string words;
};

json parsed(const std::string& subject, const std::string& answer, ApiError& error) {
  json reply = json::parse(answer, nullptr, false);
  if (!reply.is_object()) throw HubFailure{"no JSON in the answer to " + subject};
  error = {};
  if (reply.contains("error")) {
    const auto& e = reply["error"];
    error = {e.value("err_code", 1), e.value("description", "unknown error")};
  }
  return reply;
}

json wanted_streams() {
  const json file = {{"storage", "file"}, {"retention", "limits"}};
  const auto stream = [&](const char* name, json subjects, json more) {
    json config = file;
    config["name"] = name;
    config["subjects"] = std::move(subjects);
    config.update(more);
    return config;
  };
  return {stream("SALES", {"product.sold.>", "till.event.>", "till.carried.>"},
                 {{"discard", "new"},
                  {"max_age", 30 * 86'400 * kSecond},
                  {"duplicate_window", 600 * kSecond}}),
          stream("DOWN", {"down.>"}, {{"max_msgs_per_subject", 1}}),
          stream("DOWNALL", {"all.>"}, {{"max_msgs_per_subject", 1}}),
          stream("EVENTS",
                 {"product.sold", "stock.updated", "product.created", "product.updated",
                  "shopping-list.updated"},
                 {{"max_age", 7 * 86'400 * kSecond}})};
}

StreamState state_of(const json& reply) {
  return {reply.value("created", ""), reply.at("state").value("last_seq", int64_t{0})};
}

// "2026-11-22T10:15:30.1234Z": as many digits of a second as it needs, nine at most.
std::optional<int64_t> nanoseconds_of(const std::string& time) {
  constexpr size_t kSeconds = 19, kDigits = 9;
  const auto second = parse_iso(time.substr(0, kSeconds) + ".000Z");
  if (!second || time.size() <= kSeconds || time.back() != 'Z') return {};
  std::string part = time.substr(kSeconds, time.size() - kSeconds - 1);
  if (!part.empty()) part.erase(0, 1);  // the point
  if (part.size() > kDigits || part.find_first_not_of("0123456789") != std::string::npos) return {};
  part.resize(kDigits, '0');
  return second->unix_ms * 1'000'000 + strtoll(part.c_str(), nullptr, 10);
}

// $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>; newer
// servers put domain and account in front of the stream, and a token at the end.
std::optional<StreamRow> row_of(sync::NatsMessage& message) {
  if (!message.reply.starts_with("$JS.ACK.")) return {};
  std::vector<std::string> tokens(1);
  for (char c : message.reply) {
    if (c == '.')
      tokens.emplace_back();
    else
      tokens.back() += c;
  }
  const size_t at = tokens.size() == 9 ? 4 : 6;
  if (tokens.size() != 9 && tokens.size() < 11) return {};
  StreamRow row;
  row.delivered = strtoll(tokens[at].c_str(), nullptr, 10);
  row.stream_seq = strtoll(tokens[at + 1].c_str(), nullptr, 10);
  row.consumer_seq = strtoll(tokens[at + 2].c_str(), nullptr, 10);
  row.stored_ns = strtoll(tokens[at + 3].c_str(), nullptr, 10);
  row.pending = strtoll(tokens[at + 4].c_str(), nullptr, 10);
  row.message = std::move(message);
  return row;
}

}  // namespace

std::optional<sync::NatsMessage> JetStream::next(Clock::time_point until) {
  if (!rows_.empty()) {
    auto row = std::move(rows_.front());
    rows_.pop_front();
    return row;
  }
  const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now());
  if (left.count() <= 0) return {};
  // Before it waits too: who was told to stop while it connected has had its wake() already.
  if (stop_) throw HubFailure{"stopping"};
  auto message = link_.next(left);
  if (message) return message;
  if (stop_) throw HubFailure{"stopping"};
  if (!link_.connected()) throw HubFailure{link_.error()};
  woken_ = woken_ || Clock::now() < until;
  return {};
}

std::optional<sync::NatsMessage> JetStream::next_answer(Clock::time_point until) {
  std::deque<sync::NatsMessage> before = std::move(rows_);
  rows_.clear();
  std::optional<sync::NatsMessage> answer;
  while (!answer && Clock::now() < until) {
    auto message = next(until);
    if (message && message->reply.starts_with("$JS.ACK."))
      before.push_back(std::move(*message));
    else
      answer = std::move(message);
  }
  rows_ = std::move(before);
  return answer;
}

std::string JetStream::request(const std::string& subject, const std::string& body) {
  const std::string reply = link_.new_inbox();
  if (!link_.publish("$JS.API." + subject, reply, {}, body)) throw HubFailure{link_.error()};
  const auto until = Clock::now() + kApiFor;
  while (auto message = next_answer(until)) {
    if (message->subject != reply) continue;
    if (message->status == "503") throw HubFailure{"the hub has no JetStream now"};
    return message->body;
  }
  throw HubFailure{"no answer to " + subject};
}

namespace {

template <class Request>
json must(Request request, const std::string& subject, const json& body) {
  ApiError error;
  json reply = parsed(subject, request(subject, body.dump()), error);
  if (error.code) throw HubFailure{subject + ": " + error.words};
  return reply;
}

template <class Request>
StreamState make_stream(Request request, const json& wanted) {
  const std::string name = wanted.at("name");
  ApiError error;
  json reply = parsed(name, request("STREAM.INFO." + name, ""), error);
  if (error.code == kNoStream) return state_of(must(request, "STREAM.CREATE." + name, wanted));
  if (error.code) throw HubFailure{"stream " + name + ": " + error.words};
  json config = reply.at("config");
  const json before = config;
  config.update(wanted);
  if (config != before) must(request, "STREAM.UPDATE." + name, config);
  return state_of(reply);
}

}  // namespace

std::map<std::string, StreamState> JetStream::make_streams() {
  std::map<std::string, StreamState> states;
  const auto ask = [this](const auto& subject, const auto& body) { return request(subject, body); };
  try {
    for (const auto& wanted : wanted_streams())
      states[wanted.at("name")] = make_stream(ask, wanted);
  } catch (const json::exception& e) {
    throw HubFailure{std::string("an answer of JetStream is not understood: ") + e.what()};
  }
  return states;
}

int64_t JetStream::stored_ns(const std::string& stream, int64_t seq) {
  ApiError error;
  const std::string subject = "STREAM.MSG.GET." + stream;
  const json reply = parsed(subject, request(subject, json{{"seq", seq}}.dump()), error);
  if (error.code == kNoMessage) return 0;
  if (error.code) throw HubFailure{subject + ": " + error.words};
  const auto message = reply.find("message");
  const auto time = message == reply.end() || !message->is_object()
                        ? std::nullopt
                        : nanoseconds_of(message->value("time", ""));
  if (!time) throw HubFailure{"an answer to " + subject + " is not understood"};
  return *time;
}

void StreamReader::open(const std::string& create_subject, const std::string& config) {
  const json reply =
      must([this](const auto& subject, const auto& body) { return hub_.request(subject, body); },
           create_subject, {{"stream_name", stream_}, {"config", json::parse(config)}});
  consumer_ = reply.value("name", "");
  poll_.clear();
  hub_.rows_.clear();
  last_consumer_seq_ = 0;
}

void StreamReader::open_durable(const std::string& stream, const std::string& durable,
                                int64_t position) {
  stream_ = stream;
  hub_.request("CONSUMER.DELETE." + stream + "." + durable, "");  // it may not be there
  // More may be unacknowledged than two batches: a reader that reached the limit gets nothing, and
  // is not told why.
  const json config = {{"durable_name", durable},       {"deliver_policy", "by_start_sequence"},
                       {"opt_start_seq", position + 1}, {"ack_policy", "explicit"},
                       {"ack_wait", 30 * kSecond},      {"max_ack_pending", 20'000},
                       {"replay_policy", "instant"}};
  open("CONSUMER.DURABLE.CREATE." + stream + "." + durable, config.dump());
}

void StreamReader::open_last_per_subject(const std::string& stream, const std::string& filter) {
  stream_ = stream;
  const json config = {{"deliver_policy", "last_per_subject"},
                       {"filter_subject", filter},
                       {"ack_policy", "none"},
                       {"inactive_threshold", 30 * kSecond},
                       {"replay_policy", "instant"}};
  open("CONSUMER.CREATE." + stream, config.dump());
}

std::string StreamReader::ask(size_t batch, milliseconds expires) {
  const std::string reply = hub_.link_.new_inbox();
  json request = {{"batch", batch}};
  if (batch > 1) request["max_bytes"] = kBatchBytes;
  if (expires.count() > 0)
    request["expires"] = expires.count() * 1'000'000;
  else
    request["no_wait"] = true;
  const std::string subject = "$JS.API.CONSUMER.MSG.NEXT." + stream_ + "." + consumer_;
  if (!hub_.link_.publish(subject, reply, {}, request.dump())) throw HubFailure{hub_.link_.error()};
  return reply;
}

StreamReader::End StreamReader::collect(std::vector<StreamRow>& out, size_t want,
                                        const std::string& reply,
                                        JetStream::Clock::time_point until, bool stop_when_woken) {
  while (out.size() < want) {
    auto message = hub_.next(until);
    if (!message) {
      if (JetStream::Clock::now() >= until) return End::silent;
      if (stop_when_woken) return End::woken;
      continue;
    }
    if (auto row = row_of(*message)) {
      // Deliveries count without gaps: one that is missing was lost on its way to us, and the place
      // in the stream must not move past it.
      if (row->consumer_seq != last_consumer_seq_ + 1) throw HubFailure{"a delivery was lost"};
      last_consumer_seq_ = row->consumer_seq;
      out.push_back(std::move(*row));
      continue;
    }
    if (message->subject != reply || message->status.empty() || message->status == "100") continue;
    if (message->status == "503") throw HubFailure{"the hub has no JetStream now"};
    if (message->status == "409" && message->description.find("Deleted") != std::string::npos)
      throw HubFailure{"the consumer was deleted"};
    return End::drained;  // 404 nothing there, 408 time is up, 409 a limit was reached
  }
  return End::full;
}

// A missing consumer is silence, and so is a frozen hub.
void StreamReader::look_after_silence() {
  ApiError error;
  const std::string subject = "CONSUMER.INFO." + stream_ + "." + consumer_;
  parsed(subject, hub_.request(subject, ""), error);
  if (error.code == kNoConsumer || error.code == kNoStream)
    throw HubFailure{"the consumer is gone"};
}

std::vector<StreamRow> StreamReader::fetch(size_t batch, milliseconds idle) {
  using Clock = JetStream::Clock;
  std::vector<StreamRow> out;
  if (poll_.empty()) {
    hub_.woken_ = false;
    const auto end =
        collect(out, batch, ask(batch, milliseconds{0}), Clock::now() + kSilence, false);
    if (end == End::silent) look_after_silence();
    if (!out.empty() || idle.count() == 0 || hub_.woken_) return out;
    poll_ = ask(1, idle);
    poll_until_ = Clock::now() + idle + kSilence;
  }
  const auto end = collect(out, 1, poll_, poll_until_, true);
  if (end == End::woken) return out;  // the poll goes on
  poll_.clear();
  if (end == End::silent) look_after_silence();
  if (!out.empty() && batch > 1)
    collect(out, batch, ask(batch - 1, milliseconds{0}), Clock::now() + kSilence, false);
  return out;
}

void StreamReader::ack(const StreamRow& row) {
  if (!hub_.link_.publish(row.message.reply, "", {}, "+ACK")) throw HubFailure{hub_.link_.error()};
}

void StreamReader::hand_back(const StreamRow& row, milliseconds delay) {
  const std::string nak = "-NAK {\"delay\":" + std::to_string(delay.count() * 1'000'000) + "}";
  if (!hub_.link_.publish(row.message.reply, "", {}, nak)) throw HubFailure{hub_.link_.error()};
}

std::map<std::string, int64_t> JetStream::publish_confirmed(const std::vector<Outgoing>& messages,
                                                            const sync::Headers& common) {
  std::unordered_map<std::string, const Outgoing*> missing;
  for (const auto& out : messages) {
    const std::string reply = link_.new_inbox();
    sync::Headers headers = common;
    if (!out.message_id.empty()) headers.emplace_back("Nats-Msg-Id", out.message_id);
    if (!out.generation.empty()) headers.emplace_back(kGenerationHeader, out.generation);
    if (!link_.publish(out.subject, reply, headers, out.body)) throw HubFailure{link_.error()};
    missing.emplace(reply, &out);
  }
  std::map<std::string, int64_t> highest;
  auto until = Clock::now() + kPubAckFor;
  while (!missing.empty()) {
    if (Clock::now() >= until) throw HubFailure{"the hub does not confirm what is published"};
    const auto message = next_answer(until);
    const auto at = message ? missing.find(message->subject) : missing.end();
    if (at == missing.end()) continue;
    const auto ack = sync::decode_pub_ack(message->body);
    if (!ack || ack->stream != at->second->stream)
      throw HubFailure{at->second->stream + " did not take " + at->second->subject +
                       (ack ? ": " + ack->error : "")};
    highest[ack->stream] = std::max(highest[ack->stream], ack->seq);
    missing.erase(at);
    until = Clock::now() + kPubAckFor;
  }
  return highest;
}

}  // namespace pos::central
