#include "till/secrets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <toml++/toml.h>

#include "storage/ledger.h"

namespace pos::till {
namespace {

std::string raw(const toml::table& file, const char* key, size_t size, const std::string& path) {
  const auto text = file[key].value<std::string>();
  const auto bytes = text ? sync::unbase64(*text) : std::nullopt;
  if (!bytes || bytes->size() != size) {
    throw SecretsError(path + ": " + key + " is missing or damaged: provision the till anew.");
  }
  return *bytes;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string next_of(const std::string& path) { return path + ".next"; }

void sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool ok = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!ok) throw SecretsError(folder + ": " + std::strerror(errno));
}

}  // namespace

void write_secrets(const std::string& path, const Secrets& s) {
  std::string text =
      "# The secrets of one till. Never copy this file: a copy is a second till with this one's "
      "name.\n";
  text += "signing_seed = " + quoted(sync::base64(sync::seed_of(s.signing))) + "\n";
  text += "nkey_seed = " + quoted(s.nkey_seed) + "\n";
  text += "pepper = " + quoted(sync::base64(s.pepper)) + "\n";
  text += "enrol_code = " + quoted(s.enrol_code) + "\n";
  text += "central_keys = [";
  for (const std::string& key : s.central_keys) text += quoted(sync::base64(key)) + ", ";
  text += "]\n";
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) throw SecretsError(path + ": " + std::strerror(errno));
  const bool ok = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                  ::fsync(fd) == 0;
  ::close(fd);
  if (!ok) {
    ::unlink(path.c_str());
    throw SecretsError(path + " could not be written: " + std::strerror(errno));
  }
}

Secrets read_secrets(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) throw SecretsError(path + ": " + std::strerror(errno));
  if ((info.st_mode & 077) != 0) {
    throw SecretsError(path + " may be read by others: `chmod 600 " + path +
                       "`, then think of who did.");
  }
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error&) {
    throw SecretsError(path + " is damaged: provision the till anew.");
  }
  Secrets s;
  s.signing = *sync::signing_key(raw(file, "signing_seed", 32, path));
  s.pepper = raw(file, "pepper", 32, path);
  s.nkey_seed = file["nkey_seed"].value_or(std::string());
  s.enrol_code = file["enrol_code"].value_or(std::string());
  if (const auto* keys = file["central_keys"].as_array()) {
    for (const auto& key : *keys) {
      const auto bytes = sync::unbase64(key.value_or(std::string()));
      if (bytes && bytes->size() == 32) s.central_keys.push_back(*bytes);
    }
  }
  if (s.central_keys.empty())
    throw SecretsError(path + ": central_keys is missing: provision the till anew.");
  return s;
}

void write_next_secrets(const std::string& path, const Secrets& secrets) {
  ::unlink(next_of(path).c_str());
  write_secrets(next_of(path), secrets);
  sync_folder_of(path);
}

void put_next_in_place(const std::string& path) {
  if (::rename(next_of(path).c_str(), path.c_str()) != 0)
    throw SecretsError(path + ": " + std::strerror(errno));
  sync_folder_of(path);
}

Secrets settled_secrets(const std::string& path, storage::Database& database) {
  const std::string next = next_of(path);
  struct stat info {};
  if (::stat(next.c_str(), &info) != 0) return read_secrets(path);
  bool counts = false;
  try {
    const Secrets written = read_secrets(next);
    const storage::Database::Turn turn(database, storage::Database::Who::cashier);
    counts = storage::has_signed_with(database, written.signing.id);
  } catch (const SecretsError&) {  // cut off while it was written: nothing was signed for it yet
  }
  counts ? put_next_in_place(path) : static_cast<void>(::unlink(next.c_str()));
  return read_secrets(path);
}

}  // namespace pos::till
