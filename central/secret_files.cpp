#include "central/secret_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace pos::central {
namespace {

constexpr size_t kLeastToken = 16;

std::optional<std::string> read_line_of(const std::string& path) {
  auto text = read_secret_file(path);
  while (text && !text->empty() &&
         (text->back() == '\n' || text->back() == '\r' || text->back() == ' '))
    text->pop_back();
  return text;
}

bool write_all(int file, const std::string& contents) {
  for (size_t at = 0; at < contents.size();) {
    ssize_t wrote = ::write(file, contents.data() + at, contents.size() - at);
    if (wrote < 0) return false;
    at += static_cast<size_t>(wrote);
  }
  return ::fsync(file) == 0;
}

}  // namespace

void write_secret_file(const std::string& path, const std::string& contents) {
  int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) {
    throw SecretFileError(path + " is there already: name another file, or remove it");
  }
  bool written = file >= 0 && write_all(file, contents);
  std::string fault = std::strerror(errno);
  if (file >= 0 && ::close(file) != 0) written = false;
  if (!written) throw SecretFileError(fmt::format("{} cannot be written: {}", path, fault));
}

void replace_secret_file(const std::string& path, const std::string& contents) {
  const std::string draft = path + ".new";
  ::unlink(draft.c_str());
  write_secret_file(draft, contents);
  if (::rename(draft.c_str(), path.c_str()) != 0)
    throw SecretFileError(fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
}

std::optional<std::string> read_secret_file(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0 && errno == ENOENT) return {};
  std::ifstream in(path, std::ios::binary);
  if (!in) throw SecretFileError(fmt::format("{} cannot be read: {}", path, std::strerror(errno)));
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

Authority authority_file(const std::string& path, Instant now) {
  if (const auto text = read_secret_file(path)) {
    try {
      return Authority(*text);
    } catch (const CertificateError& fault) {
      throw SecretFileError(fmt::format(
          "{}: {}; put the right file there, or central's backup of it", path, fault.what()));
    }
  }
  Authority fresh = Authority::make(now);
  write_secret_file(path, fresh.pem());
  return fresh;
}

sync::SigningKey signing_key_file(const std::string& path) {
  auto line = read_line_of(path);
  if (!line) {
    sync::SigningKey fresh = sync::make_signing_key();
    write_secret_file(path, sync::base64(sync::seed_of(fresh)) + "\n");
    return fresh;
  }
  auto seed = sync::unbase64(*line);
  auto key = seed ? sync::signing_key(*seed) : std::nullopt;
  if (key) return *key;
  throw SecretFileError(
      path + " holds no key of central; put the right file there, or central's backup of it");
}

std::string token_file(const std::string& path) {
  auto line = read_line_of(path);
  if (!line) {
    std::string fresh = sync::hex(sync::random_bytes(24));
    write_secret_file(path, fresh + "\n");
    return fresh;
  }
  if (line->size() >= kLeastToken && line->find_first_of(" \r\n\t") == std::string::npos)
    return *line;
  throw SecretFileError(
      fmt::format("{} has to hold one token of at least {} characters", path, kLeastToken));
}

}  // namespace pos::central
