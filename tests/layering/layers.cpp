#include "tests/layering/layers.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>

namespace pos::layering {
namespace {

namespace fs = std::filesystem;

// A room may include itself and what is listed (docs/ARCHITECTURE.md has the drawing).
const std::map<std::string, std::set<std::string>>& arrows() {
  static const std::map<std::string, std::set<std::string>> all = {
      {"pos", {}},
      {"sync", {"pos"}},
      {"storage", {"pos", "sync"}},
      {"ui", {"pos"}},
      {"till", {"pos", "sync", "storage", "ui"}},
      {"central", {"pos", "sync"}},
      {"tests", {"pos", "sync", "storage", "ui", "till", "central"}},
  };
  return all;
}

struct Owned {
  const char* header;               // the beginning of what stands between < and >
  std::vector<const char*> owners;  // the beginnings of the paths that may include it
  bool sources_only = false;        // and of those only .cpp: the header is slow to compile
};

const std::vector<Owned>& owned() {
  static const std::vector<Owned> all = {
      {"sodium", {"sync/seal.cpp"}},
      {"nats/", {"sync/nats_link.cpp", "tests/bench/drain_bench.cpp"}},
      {"cereal/", {"sync/wire"}},
      {"libpq-fe.h", {"central/postgres_sql.cpp"}},
      {"openssl/", {"central/certificates.cpp"}},
      {"microhttpd.h", {"central/web/"}},
      {"GLFW/", {"ui/window.cpp"}},
      {"GL/", {"ui/window.cpp"}},
      {"backends/imgui_impl", {"ui/window.cpp"}},
      {"imgui", {"ui/", "tests/ui/", "till/versions.cpp"}},
      {"sqlite3.h", {"storage/", "central/sqlite_sql.cpp", "tests/"}},
      {"SQLiteCpp/", {"storage/", "central/sqlite_sql.cpp", "tests/"}},
      {"ft2build.h", {"till/font.cpp"}},
      {"qrencode.h", {"till/paper_picture.cpp"}},
      {"stb/", {"till/paper_picture.cpp"}},
      {"nlohmann/json_fwd.hpp", {"till/", "central/", "tests/"}},
      {"nlohmann/", {"till/", "central/", "tests/"}, true},
      {"toml++/", {"till/", "central/config.cpp"}, true},
      {"CLI/", {"till/main.cpp", "till/ctl_main.cpp", "central/main.cpp"}},
      {"spdlog/", {"sync/log.cpp"}, true},
      {"date/", {"till/", "central/"}, true},
      {"httplib.h", {"tests/lab/http.cpp", "tests/central/web_api_test.cpp"}},
      {"lzma.h", {"tests/lab/rda.cpp"}},
      {"rapidcheck", {"tests/"}},
      {"gtest/", {"tests/"}},
      {"gmock/", {"tests/"}},
      {"benchmark/", {"tests/"}},
  };
  return all;
}

// central/web's own header for answers is included by its .cpp files alone.
bool may_include(const Owned& rule, const std::string& file) {
  if (file == "central/web/answers.h") return true;
  if (rule.sources_only && !file.ends_with(".cpp")) return false;
  return std::any_of(rule.owners.begin(), rule.owners.end(),
                     [&](const char* owner) { return file.starts_with(owner); });
}

std::string owner_words(const Owned& rule) {
  std::string words;
  for (const char* owner : rule.owners) words += (words.empty() ? "" : ", ") + std::string(owner);
  return words + (rule.sources_only ? " (.cpp)" : "");
}

using Each = std::function<void(const std::string& file, int line, const std::string& header)>;

bool is_source(const fs::path& file) {
  return file.extension() == ".h" || file.extension() == ".cpp" || file.extension() == ".in";
}

std::vector<fs::path> sources(const fs::path& tree) {
  std::vector<fs::path> all;
  for (const auto& [room, seen] : arrows()) {
    if (!fs::exists(tree / room)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(tree / room)) {
      if (entry.is_regular_file() && is_source(entry.path())) all.push_back(entry.path());
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

void each_include(const fs::path& tree, const Each& each) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  for (const auto& path : sources(tree)) {
    const std::string file = fs::relative(path, tree).string();
    std::ifstream in(path);
    std::smatch found;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (std::regex_search(line, found, include)) each(file, number, found[1]);
    }
  }
}

// What a stranger's bytes made of a file name: a test that writes into the checkout is seen here
// before it is committed.
bool is_plain(const std::string& name) {
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char letter) { return letter > 0x20 && letter < 0x7F; });
}

void each_odd_name(const fs::path& tree, const std::function<void(const std::string&)>& each) {
  for (fs::recursive_directory_iterator entry(tree), end; entry != end; ++entry) {
    const std::string name = entry->path().filename().string();
    const bool ours = entry.depth() > 0 || (name != "build" && name != ".git");
    if (!ours) entry.disable_recursion_pending();
    if (ours && !is_plain(name)) each(fs::relative(entry->path(), tree).string());
  }
}

std::string room_of(const std::string& path) { return path.substr(0, path.find('/')); }

// pos/ is pure: the standard library's headers have neither a slash nor a dot.
bool is_third_party(const std::string& header) {
  return header.find('/') != std::string::npos || header.find('.') != std::string::npos;
}

}  // namespace

std::vector<Fault> faults(const fs::path& tree) {
  std::vector<Fault> all;
  each_include(tree, [&](const std::string& file, int line, const std::string& header) {
    const std::string room = room_of(file), other = room_of(header);
    const bool ours = header.find('/') != std::string::npos && arrows().count(other) > 0;
    if (ours && other != room && !arrows().at(room).count(other)) {
      all.push_back({file, line, room + "/ may not include " + header});
    }
    if (room == "pos" && !ours && is_third_party(header)) {
      all.push_back({file, line, "pos/ is pure: it may not include " + header});
    }
    for (const auto& rule : owned()) {
      if (!header.starts_with(rule.header)) continue;
      if (!may_include(rule, file)) {
        all.push_back({file, line, "only " + owner_words(rule) + " may include " + header});
      }
      break;  // the first rule that fits a header is the one for it
    }
  });
  each_odd_name(tree, [&](const std::string& file) {
    all.push_back({file, 0, "a name is of ASCII, without a blank"});
  });
  return all;
}

size_t files_seen(const fs::path& tree) { return sources(tree).size(); }

}  // namespace pos::layering
