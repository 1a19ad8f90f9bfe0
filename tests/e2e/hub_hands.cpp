#include "tests/e2e/hub_hands.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sync/nats_link.h"

namespace pos::e2e {

using nlohmann::json;

std::string ask_jetstream(const lab::Lab& lab, const std::string& call, const std::string& body) {
  sync::NatsConfig config;
  config.url = lab.hub_url();
  config.name = "a test";
  config.user = lab.hub_user();
  config.password = lab.hub_password();
  sync::NatsLink link(config);
  if (!lab::until(lab::seconds(10), [&] { return link.connect({}); })) {
    throw std::runtime_error("no connection to the hub: " + link.error());
  }
  const auto answer = link.request("$JS.API." + call, {}, body, lab::seconds(5));
  if (!answer) throw std::runtime_error("no answer to " + call + ": " + link.error());
  return answer->body;
}

int64_t purge_sales(const lab::Lab& lab) {
  return json::parse(ask_jetstream(lab, "STREAM.PURGE.SALES")).at("purged");
}

void make_stream_anew(const lab::Lab& lab, const std::string& stream) {
  const json info = json::parse(ask_jetstream(lab, "STREAM.INFO." + stream));
  ask_jetstream(lab, "STREAM.DELETE." + stream);
  const json made =
      json::parse(ask_jetstream(lab, "STREAM.CREATE." + stream, info.at("config").dump()));
  if (made.contains("error")) throw std::runtime_error(made.dump());
}

int64_t messages_in(const lab::Lab& lab, const std::string& stream) {
  return json::parse(ask_jetstream(lab, "STREAM.INFO." + stream)).at("state").at("messages");
}

}  // namespace pos::e2e
