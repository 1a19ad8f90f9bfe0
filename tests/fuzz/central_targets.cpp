#include <memory>
#include <string>

#include "central/config.h"
#include "central/letter.h"
#include "central/web/api.h"
#include "tests/fuzz/targets.h"
#include "tests/till/folder.h"

namespace pos::fuzz {

using namespace pos::central;

namespace {

constexpr const char* kToken = "0123456789abcdef0123456789abcdef";
constexpr int kRunsPerChain = 500;

struct Chain {
  Chain() : database(open_database("sqlite:" + (folder / "central.db"), true)) {
    database->migrate();
    registry.add_store({"s1", "Store"}, {1});
  }
  till::Folder folder{till::Folder::memory()};
  std::unique_ptr<Database> database;
  Registry registry{*database};
  CatalogueDesk catalogue{*database};
  JournalDesk journal{*database};
  OfficeDesk office{*database};
  Api api{{registry,
           catalogue,
           journal,
           office,
           [] { return Health{}; },
           [] {},
           {std::string(32, 'k')},
           kToken,
           [] { return Instant{1'764'000'100'000}; }}};
  int runs = 0;
};

Chain& chain() {
  static std::unique_ptr<Chain> one;
  if (!one || ++one->runs > kRunsPerChain) one.reset(), one = std::make_unique<Chain>();
  return *one;
}

std::string cut(std::string_view& text, char at) {
  const size_t end = std::min(text.find(at), text.size());
  std::string head(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return head;
}

}  // namespace

void letters(std::string_view bytes) {
  Arrival a;
  std::string headers;
  for (int i = 0; i < 6; ++i) headers += (i ? "\n" : "") + cut(bytes, '\n');
  take_headers(a, headers);
  must(headers_text(a) == headers);
  a.body = bytes;
  const Letter letter = read_letter(a);
  must(!letter.fault.empty() || (valid_node_id(letter.store) && valid_node_id(letter.till)));
}

void central_config(std::string_view bytes) {
  try {
    merge_config(
        {}, [](const char*) { return std::nullopt; }, bytes, "central.toml");
  } catch (const ConfigError&) {
  }
}

// "PUT /api/v1/products/p1?x=y", then the body.
void http(std::string_view bytes) {
  HttpRequest request;
  std::string first = cut(bytes, '\n');
  std::string_view line = first;
  request.method = cut(line, ' ');
  request.path = cut(line, '?');
  while (!line.empty()) {
    const std::string pair = cut(line, '&');
    std::string_view rest = pair;
    const std::string name = cut(rest, '=');
    request.query[name] = rest;
  }
  request.content_type = "application/json";
  request.authorization = std::string("Bearer ") + kToken;
  request.body = bytes;
  const HttpResponse answer = chain().api.answer(request);
  must(answer.status >= 200 && answer.status < 600);
  must(answer.body.find("\"code\":\"internal\"") == std::string::npos);
}

}  // namespace pos::fuzz
