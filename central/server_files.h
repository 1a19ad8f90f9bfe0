// The files that one nats-server of the chain is started with: its configuration, its certificate
// and key, and the chain's certificate, each 0600. A certificate that is there is kept while it is
// good for another year, so that writing a configuration again (a till more, a till less) changes
// nothing else. The key is written before its certificate: killed in between, both are made anew.
#pragma once

#include <string>

#include "central/certificates.h"
#include "central/topology.h"

namespace pos::central {

struct ServerFiles {
  std::string directory;  // where they are written; made if missing
  std::string name;       // of the certificate and its key: "hub", "store-s1"
  std::string found_at;   // where its server will find them; empty: in `directory`
};

// As the configuration names them.
TlsFiles found_by_server(const ServerFiles&);

struct WrittenCertificate {
  Instant ends;
  bool fresh = false;  // issued now: the server must be started anew to use it
};
// Throws SecretFileError and CertificateError.
WrittenCertificate write_certificate(const ServerFiles&, const Authority&, const Subject&,
                                     bool renew, Instant now);

}  // namespace pos::central
