#include "central/server_files.h"

#include <filesystem>

#include "central/secret_files.h"

namespace pos::central {
namespace {

namespace fs = std::filesystem;
constexpr int64_t kDay_ms = int64_t{24} * 3600 * 1000;

TlsFiles files_in(const fs::path& directory, const std::string& name) {
  return {(directory / (name + ".pem")).string(), (directory / (name + ".key")).string(),
          (directory / "ca.pem").string()};
}

}  // namespace

TlsFiles found_by_server(const ServerFiles& files) {
  return files_in(files.found_at.empty() ? fs::absolute(files.directory) : fs::path(files.found_at),
                  files.name);
}

WrittenCertificate write_certificate(const ServerFiles& files, const Authority& authority,
                                     const Subject& subject, bool renew, Instant now) {
  std::error_code fault;
  fs::create_directories(files.directory, fault);
  if (fault) throw SecretFileError(files.directory + ": " + fault.message());
  const TlsFiles at = files_in(files.directory, files.name);
  const Certified held{read_secret_file(at.certificate).value_or(""),
                       read_secret_file(at.key).value_or("")};
  replace_secret_file(at.authority, authority.certificate());
  const auto ends = authority.end_of(held, subject);
  if (ends && !renew && ends->unix_ms - now.unix_ms > kRenewBeforeDays * kDay_ms)
    return {*ends, false};
  const Certified fresh = authority.issue(subject, now);
  replace_secret_file(at.key, fresh.key);
  replace_secret_file(at.certificate, fresh.certificate);
  return {authority.end_of(fresh, subject).value_or(now), true};
}

}  // namespace pos::central
