// A till with a printer: what comes out of it when it sells.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "storage/projections.h"
#include "tests/lab/process.h"
#include "tests/paper/escpos_reader.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/bundle.h"
#include "till/till.h"

namespace pos::paper {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class TillWithAPrinter : public testing::Test {
 protected:
  TillWithAPrinter() {
    till::Bundle bundle = till::lonely_bundle();
    bundle.till.time_zone = "Europe/Vienna";
    bundle.till.receipt_head = {"Corner Shop", "VAT ATU12345678"};
    bundle.till.receipt_foot = "Bye";
    till::provision(bundle, folder_ / "till", {0});
    storage::Database database(folder_ / "till/till.db");
    storage::Projections projections(database);
    std::vector<sync::Product> products(1);
    products[0].productId = "p1", products[0].name = "Żubrówka 5 €", products[0].price = 199;
    products[0].codes = {"4006381333931"}, products[0].taxRate = 200'000, products[0].version = 1;
    projections.apply(products);
  }
  till::Config config(const std::string& url) {
    return till::load_config(folder_ / "till/till.toml",
                             {{"printer-url", url}, {"receipt-columns", "42"}},
                             [](const std::string&) { return std::nullopt; });
  }
  std::string sell(till::Till& till, TenderKind tender) {
    EXPECT_TRUE(till.reg().scan("4006381333931"));
    const auto payment = till.reg().pay(tender, {}, "");
    EXPECT_TRUE(payment && payment->completed);
    till.after_answer();
    return payment->completed->recorded.receipt;
  }
  static void open_shop(till::Till& till) {
    EXPECT_TRUE(till.reg().login("1234"));
    EXPECT_TRUE(till.reg().open_shift({0}));
    till.after_answer();
  }
  static json ask(till::Till& till, const std::string& command) {
    auto face = till.headless();
    return json::parse(face.answer(command));
  }
  // What was noted, "code: text".
  static std::vector<std::string> notes(till::Till& till) {
    std::vector<std::string> all;
    const auto rows = till.reg().journal(0);
    EXPECT_TRUE(rows);
    for (const JournalEntry& row : *rows) {
      const json body = json::parse(row.body);
      if (row.type == "till.noted")
        all.push_back(body["code"].get<std::string>() + ": " + body["text"].get<std::string>());
    }
    return all;
  }
  Roll printed() const {
    std::ifstream in(folder_ / "paper", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    return read_escpos(bytes, {{CodePage::pc858, 19}});
  }
  static std::vector<std::string> lines(const Roll& roll) {
    std::vector<std::string> all;
    for (const Printed& item : roll.items) {
      if (const auto* text = std::get_if<PaperText>(&item)) all.push_back(text->text);
    }
    return all;
  }

  till::Folder folder_;
};

TEST_F(TillWithAPrinter, PrintsEachSaleOnceAndCashOpensTheDrawer) {
  std::string receipt;
  {
    till::Till till(config("file:" + (folder_ / "paper")));
    open_shop(till);
    receipt = sell(till, TenderKind::cash);
    till.after_answer();
  }
  const Roll roll = printed();
  EXPECT_THAT(roll.faults, testing::IsEmpty());
  EXPECT_EQ(std::count(roll.items.begin(), roll.items.end(), Printed(Drawer{})), 1);
  EXPECT_EQ(std::count(roll.items.begin(), roll.items.end(), Printed(PaperCut{})), 1);
  EXPECT_THAT(lines(roll), Contains(HasSubstr(receipt)).Times(1));
  EXPECT_THAT(lines(roll), Contains(HasSubstr("COPY")).Times(0));
}

TEST_F(TillWithAPrinter, ACardOpensNoDrawerAndARestartPrintsNothingAgain) {
  {
    till::Till till(config("file:" + (folder_ / "paper")));
    open_shop(till);
    sell(till, TenderKind::card);
  }
  {
    till::Till till(config("file:" + (folder_ / "paper")));
    EXPECT_TRUE(till.reg().login("1234"));
    till.after_answer();
  }
  const Roll roll = printed();
  EXPECT_EQ(std::count(roll.items.begin(), roll.items.end(), Printed(Drawer{})), 0);
  EXPECT_EQ(std::count(roll.items.begin(), roll.items.end(), Printed(PaperCut{})), 1);
}

TEST_F(TillWithAPrinter, AReprintSaysWhichCopyItIsAlsoAfterARestartAndTheJournalKnows) {
  const std::string command = R"({"do":"reprint","receipt":"s1-till1-A000001"})";
  {
    till::Till till(config("file:" + (folder_ / "paper")));
    open_shop(till);
    sell(till, TenderKind::card);
    EXPECT_EQ(ask(till, command)["copy"], 1);
  }
  {
    till::Till till(config("file:" + (folder_ / "paper")));
    EXPECT_TRUE(till.reg().login("1234"));
    const json answer = ask(till, command);
    EXPECT_EQ(answer["copy"], 2);
    EXPECT_THAT(answer["receiptText"], HasSubstr("COPY 2\n"));
    EXPECT_EQ(notes(till), (std::vector<std::string>{"reprint: s1-till1-A000001, copy 1",
                                                     "reprint: s1-till1-A000001, copy 2"}));
    EXPECT_EQ(ask(till, R"({"do":"reprint","receipt":"s1-till1-A000009"})")["refused"],
              "unknown_receipt");
  }
  EXPECT_THAT(lines(printed()), Contains(HasSubstr("COPY 1")).Times(1));
  EXPECT_THAT(lines(printed()), Contains(HasSubstr("COPY 2")).Times(1));
}

TEST_F(TillWithAPrinter, AnInvoiceNamesTheBuyerOnPaperAndNowhereElse) {
  const std::string command =
      R"({"do":"invoice","receipt":"s1-till1-A000001","buyer":["Quixotic & Sons","7 Long Lane"],)"
      R"("taxNumber":"DE123456789"})";
  {
    till::Till till(config("file:" + (folder_ / "paper")));
    open_shop(till);
    sell(till, TenderKind::card);
    const json first = ask(till, command);
    EXPECT_EQ(first["copy"], 0) << first;
    EXPECT_THAT(first["receiptText"], HasSubstr("INVOICE\n"));
    EXPECT_THAT(first["receiptText"], HasSubstr("  Quixotic & Sons\n  7 Long Lane\n  Tax no. DE1"));
    EXPECT_THAT(first["receiptText"], Not(HasSubstr("COPY")));
    EXPECT_THAT(ask(till, command)["receiptText"], HasSubstr("COPY 1\n"));
    EXPECT_EQ(notes(till), (std::vector<std::string>{"invoice: s1-till1-A000001, original",
                                                     "invoice: s1-till1-A000001, copy 1"}));
    for (const char* bad : {R"("buyer":[])", R"("buyer":["a",1])", R"("buyer":"a")", R"("x":1)",
                            R"("buyer":["a","b","c","d","e","f","g"])"}) {
      EXPECT_EQ(ask(till, R"({"do":"invoice","receipt":"s1-till1-A000001",)" + std::string(bad) +
                              "}")["refused"],
                "bad_request")
          << bad;
    }
    EXPECT_EQ(
        ask(till,
            R"({"do":"invoice","receipt":"s1-till1-A000001","buyer":["\u001bp"]})")["refused"],
        "text_too_long");
    EXPECT_EQ(notes(till).size(), 2u);
  }
  EXPECT_THAT(lines(printed()), Contains(HasSubstr("Quixotic")).Times(2));
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "till")) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_THAT(bytes, Not(HasSubstr("Quixotic"))) << entry.path();
    EXPECT_THAT(bytes, Not(HasSubstr("DE123456789"))) << entry.path();
  }
}

TEST_F(TillWithAPrinter, XAndZReportsComeOnPaperAndTheZSaysWhatIsNotConfirmed) {
  {
    till::Till till(config("file:" + (folder_ / "paper")));
    open_shop(till);
    sell(till, TenderKind::cash);
    EXPECT_THAT(ask(till, R"({"do":"x_report"})")["reportText"], HasSubstr("X REPORT"));
    const json z = ask(till, R"({"do":"close_shift","counted":200})");
    EXPECT_THAT(z["reportText"], HasSubstr("Z REPORT 1\n"));
    EXPECT_THAT(z["reportText"], HasSubstr("Not yet confirmed by central"));
    EXPECT_THAT(z["reportText"], HasSubstr("Ann"));
  }
  const auto all = lines(printed());
  EXPECT_THAT(all, Contains(HasSubstr("X REPORT")).Times(1));
  EXPECT_THAT(all, Contains(HasSubstr("Z REPORT 1")).Times(1));
  EXPECT_THAT(all, Contains(testing::MatchesRegex("Variance +0.01")));
}

TEST_F(TillWithAPrinter, TheStateOfEachJobCanBeSeen) {
  till::Till till(config("file:" + (folder_ / "nowhere/lp")));
  open_shop(till);
  sell(till, TenderKind::card);
  const json jobs = ask(till, R"({"do":"print_jobs"})")["jobs"];
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0]["job"], "s1-till1-A000001");
  EXPECT_THAT(jobs[0]["state"], testing::AnyOf("queued", "printing"));
  EXPECT_EQ(ask(till, R"({"do":"status"})")["status"]["printer"]["waiting"], 1);
}

TEST_F(TillWithAPrinter, WithoutADrawerNothingOpens) {
  {
    auto settings = config("file:" + (folder_ / "paper"));
    settings.printer_drawer = false;
    till::Till till(settings);
    open_shop(till);
    sell(till, TenderKind::cash);
    till.paper().open_drawer();
  }
  EXPECT_THAT(printed().items, Not(Contains(Printed(Drawer{}))));
}

TEST_F(TillWithAPrinter, LeaftillctlShowsAndDrawsAReceiptWhetherTheTillRunsOrRests) {
  const auto ctl = [&](std::vector<std::string> more) {
    std::vector<std::string> argv = {LEAFTILL_BINARY_DIR "/till/leaftillctl", "--config",
                                     folder_ / "till/till.toml", "receipt"};
    argv.insert(argv.end(), more.begin(), more.end());
    return lab::run({.argv = argv});
  };
  std::string running;
  {
    till::Till till(config(""));
    open_shop(till);
    const std::string receipt = sell(till, TenderKind::cash);
    const auto shown = ctl({receipt});
    EXPECT_EQ(shown.code, 0) << shown.err;
    running = shown.out;
    EXPECT_EQ(ctl({receipt, "--png", folder_ / "receipt.png"}).code, 0);
    EXPECT_EQ(ctl({"s1-till1-A000002"}).code, 1);
    EXPECT_TRUE(notes(till).empty()) << "it is no reprint";
  }
  EXPECT_THAT(running, HasSubstr("COPY\n"));
  EXPECT_THAT(running, HasSubstr("Żubrówka 5 €"));
  EXPECT_EQ(ctl({"s1-till1-A000001"}).out, running);
  std::ifstream in(folder_ / "receipt.png", std::ios::binary);
  const std::string png{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
}

// Accepts one connection and never reads from it.
class DeadPrinter {
 public:
  DeadPrinter() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int small = 1024;
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(listen(socket_, 1), 0);
    socklen_t size = sizeof at;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
  }
  ~DeadPrinter() { close(socket_); }
  std::string url() const { return "tcp://127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_, port_ = 0;
};

TEST_F(TillWithAPrinter, ADeadPrinterDelaysNoSale) {
  const DeadPrinter dead;
  till::Till till(config(dead.url()));
  open_shop(till);
  auto face = till.headless();
  std::vector<std::chrono::steady_clock::duration> took;
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(till.reg().scan("4006381333931"));
    const auto before = std::chrono::steady_clock::now();
    const json answer = json::parse(face.answer(R"({"do":"pay","tender":"cash"})"));
    till.after_answer();
    took.push_back(std::chrono::steady_clock::now() - before);
    EXPECT_TRUE(answer.contains("completed")) << answer;
  }
  // One may have met a slow disk; the printer's patience, 10 s, none may have met.
  std::sort(took.begin(), took.end());
  EXPECT_LT(took[took.size() / 2], std::chrono::milliseconds(100));
  EXPECT_LT(took.back(), std::chrono::seconds(3));
  EXPECT_GT(till.paper().waiting(), 0u) << "the printer was not dead";
}

}  // namespace
}  // namespace pos::paper
