#include <sys/mman.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "pos/draft.h"
#include "pos/gs1.h"
#include "pos/gtin.h"
#include "pos/label.h"
#include "pos/receipt.h"
#include "storage/projections.h"
#include "tests/fuzz/targets.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/bundle.h"
#include "till/config.h"
#include "till/headless.h"
#include "till/operator.h"
#include "till/toledo_8217.h"

namespace pos::fuzz {

using namespace pos::till;

namespace {

constexpr int kRunsPerTill = 500;  // then a new one, so that a run does not depend on too many
const std::string kPepper(32, 'p');

// Hashed once: a PIN costs 19 MiB and some 30 ms, on purpose.
const std::vector<storage::NewPerson>& people() {
  static const auto all = three_people(kPepper);
  return all;
}

// A file in memory with these bytes, under a name.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    must(::write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~MemoryFile() { ::close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

// A till with one product.
struct Counter {
  explicit Counter(const std::vector<storage::NewPerson>& staff) {
    storage::provision(folder / "till.db", {"s1", "till1", "EUR", "UTC", {}, "", staff}, {0});
    parts = std::make_unique<Parts>(folder / "till.db", kPepper, key, clock,
                                    RegisterSettings{{"s1"}, {"till1"}});
    sync::Product p;
    p.productId = p.name = "p1";
    p.codes = {"4006381333931"};
    p.price = 199;
    p.version = 1;
    storage::Projections(parts->database).apply(std::vector{p});
    Headless::Hooks hooks;
    hooks.status = [] { return sync::Status{}; };
    hooks.nudge = hooks.recover = [] {};
    hooks.receipt = [](const CompletedSale& s) { return receipt_text(s, {}); };
    hooks.copy = [](const Reprint& r) { return receipt_text(r.sale, {}, {.copy = r.copy}); };
    hooks.invoice = [](const Reprint& r, const Buyer& buyer) {
      return receipt_text(r.sale, {}, {.copy = r.copy, .buyer = buyer});
    };
    hooks.report = [](const ShiftClosed&, bool) { return std::string(); };
    hooks.jobs = [] { return std::vector<PrintJob>(); };
    headless = std::make_unique<Headless>(parts->reg, hooks);
  }
  Folder folder{Folder::memory()};
  const sync::SigningKey key = *sync::signing_key(std::string(32, 't'));
  TickingClock clock;
  std::unique_ptr<Parts> parts;
  std::unique_ptr<Headless> headless;
  int runs = 0;
};

Counter& counter(const std::vector<storage::NewPerson>& staff) {
  static std::unique_ptr<Counter> one;
  if (!one || ++one->runs > kRunsPerTill) one.reset(), one = std::make_unique<Counter>(staff);
  return *one;
}

}  // namespace

void codes(std::string_view bytes) {
  if (const auto code = parse_code(bytes)) {
    for (const char* country : {"GB", "DE", "SE"}) read_label(code->text, label_preset(country));
  }
  parse_gs1(bytes);
  expand_upc_e(bytes);
  const std::string shown = printable(bytes);
  must(valid_utf8(shown) && shown.size() <= 200);
  if (const auto draft = decode_draft(bytes)) must(decode_draft(encode(*draft)).has_value());
}

void scale(std::string_view bytes) { read_8217(bytes); }

void till_config(std::string_view bytes) {
  const MemoryFile file(bytes);
  try {
    load_config(file.path(), {}, [](const std::string&) { return std::nullopt; });
  } catch (const ConfigError&) {
  }
}

void bundle(std::string_view bytes) {
  const MemoryFile file(bytes);
  try {
    const Bundle read = read_bundle(file.path());
    must(valid_node_id(read.till.store) && valid_node_id(read.till.till));
  } catch (const BundleError&) {
  }
}

// Lines; Ann is there and has a shift, unless an earlier line ended that.
void headless(std::string_view bytes) {
  Counter& c = counter(people());
  if (!c.parts->reg.person()) c.headless->answer(R"({"do":"login","pin":"1234"})");
  c.headless->answer(R"({"do":"open_shift","float":10000})");
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string answer = c.headless->answer(bytes.substr(0, end));
    must(answer.starts_with("{\"ok\":") && answer.find('\n') == std::string::npos);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (c.parts->reg.unheard()) c.parts->reg.handed_out();
  }
}

void control(std::string_view bytes) {
  if (bytes.find("backup") != bytes.npos) return;  // it writes files wherever one says
  const std::string answer = answer_operator(counter({}).parts->database, std::string(bytes));
  must(answer.starts_with("{") && answer.find('\n') == std::string::npos);
}

}  // namespace pos::fuzz
