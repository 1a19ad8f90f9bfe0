// A hub and the leaf of store s1 with two tills, as real nats-servers on the configurations and
// certificates that central wrote, and on that leaf somebody who may do everything: what a store
// gone bad would give itself.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "central/registry.h"
#include "central/server_files.h"
#include "central/topology.h"
#include "sync/nats_link.h"
#include "sync/wire.h"
#include "tests/central/books_fixture.h"
#include "tests/central/temporary.h"
#include "tests/lab/ports.h"
#include "tests/lab/server.h"

namespace pos::central {

using lab::seconds;
using std::chrono::milliseconds;

class Topology : public ::testing::Test {
 protected:
  Topology();

  std::string hub_text();
  // `certified`: whose certificate the leaf shows; the tills and the domain are those of s1.
  std::string leaf_text(const std::string& certified = "store-s1");
  // With somebody on it who may do everything: "bad", password "bad".
  static std::string with_a_bad_user(std::string leaf);
  std::string written(const std::string& name, const std::string& contents);
  // Certificate and key for `subject`, in the files that found_by_server() names for it.
  void certify(const Authority&, const Subject& subject);
  TlsFiles files(const std::string& name) const;

  void start();  // both, the leaf with the bad user
  void start_hub();
  void start_leaf(const std::string& text);

  std::unique_ptr<sync::NatsLink> at_hub(const std::string& user, const std::string& password,
                                         const std::vector<std::string>& subjects = {});
  std::unique_ptr<sync::NatsLink> central(const std::vector<std::string>& subjects = {}) {
    return at_hub(kCentralUser, registry_.central_password(), subjects);
  }
  std::unique_ptr<sync::NatsLink> till1(const std::vector<std::string>& subjects = {});
  std::unique_ptr<sync::NatsLink> bad_store();
  // Streams, each must be made.
  static void make_stream(sync::NatsLink&, const std::string& json);
  static void make_sales(sync::NatsLink& central);
  // What the stream answers, tried until the leaf has found the hub.
  static std::optional<sync::PubAck> published(sync::NatsLink&, const std::string& subject);
  static std::optional<sync::PubAck> published_once(sync::NatsLink&, const std::string& subject);

  TemporaryDirectory directory_;
  lab::Ports ports_;
  int hub_port_ = ports_.take(), hub_monitor_ = ports_.take(), hub_leafnode_ = ports_.take();
  int leaf_port_ = ports_.take(), leaf_monitor_ = ports_.take();
  Instant now_;  // the real one: certificates end
  Authority authority_;
  std::unique_ptr<Database> database_;
  Registry registry_{*database_};
  std::string leaf_url_, seed1_, seed2_;
  std::unique_ptr<lab::Server> hub_, leaf_;

 private:
  std::unique_ptr<lab::Server> server(const std::string& name, const std::string& text,
                                      int monitor);
};

}  // namespace pos::central
