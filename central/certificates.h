// The chain's own small certificate authority: what a hub and the stores' leaves know each other by
// (docs/decisions/0012). The only file with OpenSSL.
//
//   Authority authority = Authority::make(now);
//   Certified leaf = authority.issue(store_subject("s1"), now);        // CN=store-s1, nothing else
//   Certified hub = authority.issue({"hub", {"127.0.0.1", "hub.example"}}, now);
//
// Texts are PEM; keys are ECDSA P-256, unencrypted, for files with mode 0600.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "pos/time.h"

namespace pos::central {

struct CertificateError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Subject {
  std::string common_name;
  // How others reach it, addresses or host names: a server that is verified by them. Empty: it only
  // ever calls, and is known by its common name alone.
  std::vector<std::string> names = {};
};
Subject store_subject(const std::string& store);

struct Certified {
  std::string certificate, key;
};

inline constexpr int kAuthorityDays = 20 * 365;
inline constexpr int kCertificateDays = 3 * 365;
inline constexpr int kRenewBeforeDays = 365;  // what is left of one that is issued anew

class Authority {
 public:
  static Authority make(Instant now);
  // Its key and its certificate, as pem() gave them. Throws CertificateError.
  explicit Authority(const std::string& pem);
  ~Authority();
  Authority(Authority&&) noexcept;

  std::string pem() const;  // secret
  std::string certificate() const;
  // Valid from a day before `now`, since a store's clock may be behind. Throws CertificateError for
  // a name that is neither an address nor a host name.
  Certified issue(const Subject&, Instant now) const;
  // When it ends; nullopt if these two were not issued by this authority for this very subject, or
  // do not belong together.
  std::optional<Instant> end_of(const Certified&, const Subject&) const;

 private:
  struct Impl;
  explicit Authority(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pos::central
