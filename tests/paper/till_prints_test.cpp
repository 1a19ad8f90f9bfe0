// A till with a printer: what comes out of it when it sells.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storage/projections.h"
#include "tests/paper/escpos_reader.h"
#include "tests/till/folder.h"
#include "till/bundle.h"
#include "till/till.h"

namespace pos::paper {
namespace {

using testing::Contains;
using testing::HasSubstr;

class TillWithAPrinter : public testing::Test {
 protected:
  TillWithAPrinter() {
    till::Bundle bundle;
    bundle.pepper = std::string(32, 'p');
    bundle.till = {
        "s1",
        "till1",
        "EUR",
        "Europe/Vienna",
        {"Corner Shop", "VAT ATU12345678"},
        "Bye",
        {{{{"1"}, "Ann", Role::cashier}, sync::pin_hash("1234", bundle.pepper, "s1"), 1}}};
    bundle.leaf_url = "nats://127.0.0.1:1";  // nobody is there
    bundle.nkey_seed = sync::make_user_nkey().seed;
    bundle.central_keys = {sync::make_signing_key().public_key};
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
                             {{"printer-url", url}, {"printer-drawer", "true"}},
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

TEST_F(TillWithAPrinter, AReprintSaysWhichCopyItIs) {
  {
    till::Till till(config("file:" + (folder_ / "paper")));
    open_shop(till);
    const auto sale = till.reg().receipt(sell(till, TenderKind::card));
    ASSERT_TRUE(sale);
    EXPECT_THAT(till.print_copy(*sale), HasSubstr("COPY 1"));
    EXPECT_THAT(till.print_copy(*sale), HasSubstr("COPY 2"));
  }
  EXPECT_THAT(lines(printed()), Contains(HasSubstr("COPY 1")).Times(1));
  EXPECT_THAT(lines(printed()), Contains(HasSubstr("COPY 2")).Times(1));
}

TEST_F(TillWithAPrinter, SellsAsFastWhenThePrinterIsDead) {
  ASSERT_EQ(mkfifo((folder_ / "lp").c_str(), 0600), 0);  // never read
  till::Till till(config("file:" + (folder_ / "lp")));
  open_shop(till);
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) sell(till, TenderKind::cash);
  // A printer's own patience is 30 s for each; ten commits on a slow disk are far below this.
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
}

}  // namespace
}  // namespace pos::paper
