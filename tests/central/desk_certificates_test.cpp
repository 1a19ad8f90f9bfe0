#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "central/certificates.h"
#include "central/secret_files.h"
#include "central/server_files.h"
#include "tests/central/temporary.h"
#include "tests/lab/process.h"

namespace pos::central {
namespace {

constexpr int64_t kDay_ms = int64_t{24} * 3600 * 1000;
constexpr Instant kNow{1'764'000'100'000};
Instant after(int days) { return {kNow.unix_ms + days * kDay_ms}; }

class Certificates : public ::testing::Test {
 protected:
  std::string file(const std::string& name) const { return directory_.path() + "/" + name; }
  WrittenCertificate write(Instant now, bool renew = false) {
    return write_certificate({directory_.path(), "store-s1", ""}, authority_, store_subject("s1"),
                             renew, now);
  }
  Authority authority_ = Authority::make(kNow);
  TemporaryDirectory directory_;
};

TEST_F(Certificates, AnAuthorityIsTheSameOutOfItsText) {
  const Authority again(authority_.pem());
  EXPECT_EQ(again.certificate(), authority_.certificate());
  const Certified leaf = again.issue(store_subject("s1"), kNow);
  EXPECT_EQ(authority_.end_of(leaf, store_subject("s1")), after(kCertificateDays));
}

TEST_F(Certificates, ACertificateIsForOneSubjectAndOfOneAuthority) {
  const Subject hub{"hub", {"127.0.0.1", "hub.example", "::1"}};
  const Certified issued = authority_.issue(hub, kNow);
  EXPECT_TRUE(authority_.end_of(issued, hub));
  EXPECT_FALSE(authority_.end_of(issued, {"hub", {"127.0.0.1", "hub.example"}}));
  EXPECT_FALSE(authority_.end_of(issued, {"hub", {"127.0.0.1", "hub.example", "::2"}}));
  EXPECT_FALSE(authority_.end_of(issued, store_subject("s1")));
  EXPECT_FALSE(Authority::make(kNow).end_of(issued, hub));
  const Certified other = authority_.issue(hub, kNow);
  EXPECT_FALSE(authority_.end_of({issued.certificate, other.key}, hub)) << "another's key";
  EXPECT_FALSE(authority_.end_of({"", ""}, hub));
  EXPECT_FALSE(authority_.end_of({"-----BEGIN CERTIFICATE-----\nAAAA", issued.key}, hub));
}

TEST_F(Certificates, ANameThatCouldSmuggleAnotherInIsRefused) {
  for (const char* name : {"", "a,DNS:b", "a b", "IP:1.2.3.4", "*.example", ".example", "a\nb"}) {
    EXPECT_THROW(authority_.issue({"hub", {name}}, kNow), CertificateError) << name;
  }
}

TEST_F(Certificates, OpenSslItselfAgrees) {
  const Subject hub{"hub", {"127.0.0.1", "hub.example"}};
  const Certified server = authority_.issue(hub, kNow);
  const Certified store = authority_.issue(store_subject("s1"), kNow);
  write_secret_file(file("ca.pem"), authority_.certificate());
  write_secret_file(file("hub.pem"), server.certificate);
  write_secret_file(file("store.pem"), store.certificate);
  const auto checked = [&](const std::string& what, const std::string& purpose, Instant at) {
    return lab::run(
        {.argv = {"openssl", "verify", "-x509_strict", "-CAfile", file("ca.pem"), "-purpose",
                  purpose, "-attime", std::to_string(at.unix_ms / 1000), file(what)}});
  };
  EXPECT_EQ(checked("hub.pem", "sslserver", kNow).code, 0)
      << checked("hub.pem", "sslserver", kNow).err;
  EXPECT_EQ(checked("store.pem", "sslclient", kNow).code, 0);
  EXPECT_NE(checked("store.pem", "sslserver", kNow).code, 0) << "a store is no hub";
  EXPECT_NE(checked("hub.pem", "sslclient", kNow).code, 0) << "and the hub no store";
  EXPECT_EQ(checked("store.pem", "sslclient", after(-1)).code, 0) << "a clock that is behind";
  EXPECT_NE(checked("store.pem", "sslclient", after(kCertificateDays + 1)).code, 0);
  const auto subject = lab::run({.argv = {"openssl", "x509", "-noout", "-subject", "-nameopt",
                                          "RFC2253", "-in", file("store.pem")}});
  EXPECT_EQ(subject.out, "subject=CN=store-s1\n");
}

TEST_F(Certificates, TheFilesAreTheirOwnersAloneAndStayUntilTheLastYear) {
  EXPECT_TRUE(write(kNow).fresh);
  for (const char* name : {"store-s1.pem", "store-s1.key", "ca.pem"}) {
    struct stat about {};
    ASSERT_EQ(::stat(file(name).c_str(), &about), 0) << name;
    EXPECT_EQ(about.st_mode & 07777, 0600u) << name;
  }
  const auto key = read_secret_file(file("store-s1.key"));
  EXPECT_FALSE(write(kNow).fresh);
  EXPECT_EQ(read_secret_file(file("store-s1.key")), key);
  const Instant last_year = after(kCertificateDays - kRenewBeforeDays);
  EXPECT_FALSE(write({last_year.unix_ms - 1000}).fresh);
  EXPECT_TRUE(write(last_year).fresh);
  EXPECT_NE(read_secret_file(file("store-s1.key")), key);
  EXPECT_TRUE(write(last_year, true).fresh) << "when it is asked for";
}

TEST_F(Certificates, KilledBetweenKeyAndCertificateBothAreMadeAnew) {
  write(kNow);
  replace_secret_file(file("store-s1.key"), authority_.issue(store_subject("s1"), kNow).key);
  EXPECT_TRUE(write(kNow).fresh);
  EXPECT_FALSE(write(kNow).fresh);
}

TEST_F(Certificates, AnAuthorityIsMadeOnceAndADamagedOneIsNotReplaced) {
  const std::string first = authority_file(file("central.ca"), kNow).certificate();
  EXPECT_EQ(authority_file(file("central.ca"), after(5)).certificate(), first);
  replace_secret_file(file("central.ca"), first);
  EXPECT_THROW(authority_file(file("central.ca"), kNow), SecretFileError) << "its key is missing";
  replace_secret_file(file("central.ca"), "");
  EXPECT_THROW(authority_file(file("central.ca"), kNow), SecretFileError);
}

}  // namespace
}  // namespace pos::central
