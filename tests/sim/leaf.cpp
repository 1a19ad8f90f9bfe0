#include "tests/sim/leaf.h"

#include <algorithm>
#include <utility>

namespace pos::sim {
namespace {

constexpr const char* kNoStream =
    R"({"error":{"code":404,"err_code":10059,"description":"stream not found"}})";
constexpr const char* kInUse =
    R"({"error":{"code":400,"err_code":10058,"description":"stream name already in use"}})";
constexpr int64_t kLeafWindow_ms = 120'000;  // of message ids in STORELOG
constexpr int64_t kLimit = 4000;             // messages of STORELOG; it has a limit in bytes

bool begins(const std::string& text, const char* with) { return text.rfind(with, 0) == 0; }

std::string between(const std::string& text, const std::string& before, char after) {
  const size_t from = text.find(before);
  if (from == std::string::npos) return {};
  return text.substr(from + before.size(),
                     text.find(after, from + before.size()) - from - before.size());
}

int64_t number_after(const std::string& text, const std::string& before) {
  const size_t from = text.find(before);
  return from == std::string::npos ? -1 : std::stoll(text.substr(from + before.size(), 18));
}

}  // namespace

const Leaf::Stream* Leaf::stream(const std::string& name) const {
  const auto found = disk_.find(name);
  return found != disk_.end() && found->second.exists ? &found->second : nullptr;
}

void Leaf::answer(int session, const std::string& reply, std::string body) {
  if (!reply.empty()) send_(session, {reply, "", std::move(body), {}, "", ""});
}

void Leaf::api(int session, const sync::NatsMessage& m, int64_t now_ms) {
  const std::string& s = m.subject;
  const auto named = [&](const char* prefix) { return s.substr(std::string(prefix).size()); };
  if (begins(s, "$JS.API.STREAM.INFO.")) {
    const Stream* stream = this->stream(named("$JS.API.STREAM.INFO."));
    answer(session, m.reply,
           stream ? R"({"created":")" + std::to_string(stream->made) + R"(","state":{"last_seq":)" +
                        std::to_string(stream->last_seq) + "}}"
                  : kNoStream);
  } else if (begins(s, "$JS.API.STREAM.DELETE.")) {
    const std::string name = named("$JS.API.STREAM.DELETE.");
    remade += name == "DOWNLOCAL" && stream(name);
    disk_.erase(name);
    std::erase_if(consumers_, [&](const Consumer& c) { return c.stream == name; });
    answer(session, m.reply, R"({"success":true})");
  } else if (begins(s, "$JS.API.STREAM.CREATE.")) {
    create_stream(session, named("$JS.API.STREAM.CREATE."), m);
  } else if (begins(s, "$JS.API.CONSUMER.DELETE.")) {
    std::erase_if(consumers_, [&](const Consumer& c) {
      return c.stream + "." + c.name == named("$JS.API.CONSUMER.DELETE.");
    });
    answer(session, m.reply, R"({"success":true})");
  } else if (begins(s, "$JS.API.CONSUMER.CREATE.")) {
    create_consumer(session, named("$JS.API.CONSUMER.CREATE."), m, now_ms);
  }
}

void Leaf::create_stream(int session, const std::string& name, const sync::NatsMessage& m) {
  Stream& stream = disk_[name];
  if (stream.exists) return answer(session, m.reply, kInUse);
  stream = {};
  stream.exists = true;
  stream.made = ++made_;
  stream.last_per_subject = m.body.find(R"("max_msgs_per_subject":1)") != std::string::npos;
  answer(session, m.reply, R"({"created":")" + std::to_string(stream.made) + R"("})");
}

void Leaf::create_consumer(int session, const std::string& name, const sync::NatsMessage& m,
                           int64_t now_ms) {
  const Stream* stream = this->stream(name);
  if (!stream) return answer(session, m.reply, kNoStream);
  Consumer c;
  c.name = "C" + std::to_string(++names_);
  c.stream = name;
  c.session = session;
  c.deliver = between(m.body, R"("deliver_subject":")", '"');
  if (m.body.find(R"("deliver_policy":"new")") != std::string::npos) c.next = stream->last_seq + 1;
  if (const int64_t start = number_after(m.body, R"("opt_start_seq":)"); start > 0)
    c.next = std::min(start, stream->last_seq + 1);  // as the server does

  c.every_ms = std::max<int64_t>(0, number_after(m.body, R"("idle_heartbeat":)") / 1'000'000);
  c.beat_ms = now_ms + c.every_ms;
  consumers_.push_back(c);
  answer(session, m.reply,
         R"({"name":")" + c.name + R"(","stream_name":")" + name + R"(","created":"1"})");
  feed(now_ms);
}

void Leaf::add(Stream& stream, const std::string& subject, const std::string& body,
               sync::Headers headers) {
  if (stream.last_per_subject) {
    const auto old = stream.by_subject.find(subject);
    if (old != stream.by_subject.end()) stream.messages.erase(old->second);
    stream.by_subject[subject] = stream.last_seq + 1;
  }
  stream.messages[++stream.last_seq] = {subject, body, std::move(headers), ++stamps_};
  if (static_cast<int64_t>(stream.messages.size()) > kLimit && !stream.last_per_subject) {
    stream.messages.erase(stream.messages.begin());
  }
}

void Leaf::journal(int session, const sync::NatsMessage& m, int64_t now_ms) {
  if (!stream("STORELOG")) {
    if (!m.reply.empty()) send_(session, {m.reply, "", "", {}, "503", ""});
    return;
  }
  Stream& log = disk_["STORELOG"];
  const std::string id(m.header("Nats-Msg-Id"));
  int64_t& until = log.ids[id];
  const bool twice = !id.empty() && until > now_ms;
  if (!twice) {
    until = now_ms + kLeafWindow_ms;
    add(log, m.subject, m.body, m.headers);
  }
  answer(session, m.reply,
         R"({"stream":"STORELOG","domain":"s1","seq":)" + std::to_string(log.last_seq) +
             (twice ? R"(,"duplicate":true})" : "}"));
  feed(now_ms);
}

void Leaf::source(const Hub& hub, int64_t now_ms) {
  if (!stream("DOWNLOCAL")) return;
  Stream& s = disk_["DOWNLOCAL"];
  if (s.stalled) return;
  // By their numbers only, as the server does: it does not see that a stream was made anew, or went
  // back, and waits until that has more again.
  const auto take = [&](const Hub::LastValues& from, int64_t& seq) {
    if (from.last_seq <= seq) return;
    std::map<int64_t, std::string> news;  // in the stream's order
    for (const auto& [subject, value] : from.values) {
      if (value.first > seq && !subject.ends_with(".pad")) news[value.first] = subject;
    }
    for (const auto& [at, subject] : news) add(s, subject, from.values.at(subject).second, {});
    seq = from.last_seq;
  };
  take(hub.down(), s.down_seq);
  take(hub.downall(), s.downall_seq);
  feed(now_ms);
}

void Leaf::forge(const std::string& subject, const std::string& body, int64_t now_ms) {
  if (!stream("DOWNLOCAL")) return;
  add(disk_["DOWNLOCAL"], subject, body, {});
  feed(now_ms);
}

// $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>
void Leaf::feed(int64_t now_ms) {
  for (Consumer& c : consumers_) {
    const Stream* stream = this->stream(c.stream);
    if (!stream) continue;
    for (auto at = stream->messages.lower_bound(c.next); at != stream->messages.end(); ++at) {
      c.next = at->first + 1;
      ++c.deliveries;
      c.beat_ms = now_ms + c.every_ms;
      const Stored& m = at->second;
      send_(c.session,
            {m.subject,
             "$JS.ACK." + c.stream + "." + c.name + ".1." + std::to_string(at->first) + "." +
                 std::to_string(c.deliveries) + "." + std::to_string(m.time) + ".0",
             m.body, m.headers, "", ""});
    }
  }
}

void Leaf::heartbeats(int64_t now_ms) {
  for (Consumer& c : consumers_) {
    if (c.every_ms == 0 || now_ms < c.beat_ms) continue;
    c.beat_ms = now_ms + c.every_ms;
    const Stream* stream = this->stream(c.stream);
    send_(c.session, {c.deliver,
                      "",
                      "",
                      {{"Nats-Last-Consumer", std::to_string(c.deliveries)},
                       {"Nats-Last-Stream", std::to_string(stream ? stream->last_seq : 0)}},
                      "100",
                      "Idle Heartbeat"});
  }
}

void Leaf::session_ends(int session) {
  std::erase_if(consumers_, [&](const Consumer& c) { return c.session == session; });
}

void Leaf::replace(Disk disk, int64_t) {
  disk_ = std::move(disk);
  consumers_.clear();
}

void Leaf::wipe() {
  disk_.clear();
  consumers_.clear();
}

void Leaf::stall(bool stalled) {
  if (stream("DOWNLOCAL")) disk_["DOWNLOCAL"].stalled = stalled;
}

}  // namespace pos::sim
