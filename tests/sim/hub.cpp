#include "tests/sim/hub.h"

#include <algorithm>
#include <utility>

namespace pos::sim {
namespace {

constexpr int64_t kHubWindow_ms = 600'000;
constexpr int64_t kAckWait_ms = 30'000;

}  // namespace

Hub::PubAck Hub::store(const sync::NatsMessage& m, int64_t now_ms) {
  const std::string id(m.header("Nats-Msg-Id"));
  if (!id.empty()) {
    const auto [known, fresh] = disk_.ids.try_emplace(id, 0);
    if (!fresh && known->second > now_ms) {
      ++duplicates;
      return {disk_.last_sale, true};
    }
    known->second = now_ms + kHubWindow_ms;
  }
  disk_.sales[++disk_.last_sale] = {m.subject, m.body, m.headers, ++stored_};
  return {disk_.last_sale, false};
}

void Hub::purge_sales() {
  ++purges;
  disk_.sales.clear();
  consumer_.pending.clear();
  consumer_.next = disk_.last_sale + 1;
}

void Hub::lose_sales(int64_t now_ms) {
  disk_.sales.clear();
  disk_.ids.clear();
  disk_.last_sale = 0;
  disk_.sales_created = std::to_string(now_ms);
  consumer_ = {};
}

int64_t Hub::put(const central::Outgoing& out) {
  if (out.stream != "DOWN" && out.stream != "DOWNALL") return ++last_event_;
  LastValues& stream = out.stream == "DOWN" ? disk_.down : disk_.downall;
  stream.values[out.subject] = {++stream.last_seq, out.body};
  if (!out.generation.empty()) stream.generations[out.subject] = out.generation;
  return stream.last_seq;
}

void Hub::lose_down(int64_t now_ms) {
  disk_.down = {std::to_string(now_ms), 0, {}, {}};
  disk_.downall = {std::to_string(now_ms), 0, {}, {}};
}

void Hub::replace(Disk disk) {
  disk_ = std::move(disk);
  consumer_ = {};
}

std::map<std::string, central::StreamState> Hub::states() const {
  return {{"SALES", {disk_.sales_created, disk_.last_sale}},
          {"DOWN", {disk_.down.created, disk_.down.last_seq}},
          {"DOWNALL", {disk_.downall.created, disk_.downall.last_seq}}};
}

std::vector<central::StreamRow> Hub::last_of(const char* kind) const {
  std::vector<central::StreamRow> rows;
  for (const auto& [subject, value] : disk_.down.values) {
    if (subject.find(kind) == std::string::npos) continue;
    sync::Headers headers;
    if (const auto by = disk_.down.generations.find(subject); by != disk_.down.generations.end())
      headers.emplace_back(central::kGenerationHeader, by->second);
    rows.push_back({{subject, "", value.second, headers, "", ""}, 1, value.first});
  }
  return rows;
}

void Hub::open_consumer(int64_t position) { consumer_ = {true, position + 1, 0, {}}; }

std::vector<central::StreamRow> Hub::fetch(size_t batch, int64_t now_ms) {
  std::vector<central::StreamRow> rows;
  const auto deliver = [&](int64_t seq, const Stored& m) {
    Pending& p = consumer_.pending[seq];
    p.until_ms = now_ms + kAckWait_ms;
    redeliveries += p.delivered > 0;
    rows.push_back({{m.subject, "", m.body, m.headers, "", ""},
                    ++p.delivered,
                    seq,
                    m.time,
                    ++consumer_.deliveries});
  };
  for (auto& [seq, pending] : std::map(consumer_.pending)) {
    if (rows.size() >= batch) return rows;
    const auto found = disk_.sales.find(seq);
    if (pending.until_ms <= now_ms && found != disk_.sales.end()) deliver(seq, found->second);
  }
  for (auto at = disk_.sales.lower_bound(consumer_.next);
       at != disk_.sales.end() && rows.size() < batch; ++at) {
    consumer_.next = at->first + 1;
    deliver(at->first, at->second);
  }
  return rows;
}

void Hub::ack(const central::StreamRow& row) { consumer_.pending.erase(row.stream_seq); }

void Hub::hand_back(const central::StreamRow& row, int64_t until_ms) {
  ++naks;
  consumer_.pending[row.stream_seq].until_ms = until_ms;
}

bool Hub::all_acknowledged() const {
  return consumer_.open && consumer_.pending.empty() &&
         disk_.sales.lower_bound(consumer_.next) == disk_.sales.end();
}

std::optional<int64_t> Hub::next_redelivery() const {
  std::optional<int64_t> next;
  for (const auto& [seq, pending] : consumer_.pending) {
    if (!next || pending.until_ms < *next) next = pending.until_ms;
  }
  return next;
}

}  // namespace pos::sim
