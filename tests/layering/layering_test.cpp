#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/layering/layers.h"

namespace pos::layering {
namespace {

namespace fs = std::filesystem;

TEST(Layering, EveryIncludeFollowsAnArrowEveryLibraryHasOneOwnerAndEveryNameIsPlain) {
  for (const auto& fault : faults(LEAFTILL_SOURCE_DIR)) {
    ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.words;
  }
  EXPECT_GT(files_seen(LEAFTILL_SOURCE_DIR), 100u) << "the check looked at too little";
}

// A tree of its own in which everything is wrong.
struct Planted : testing::Test {
  fs::path tree = fs::temp_directory_path() / ("leaftill-layers-" + std::to_string(getpid()));
  ~Planted() override { fs::remove_all(tree); }
  void plant(const std::string& file, const std::string& text) const {
    fs::create_directories((tree / file).parent_path());
    std::ofstream(tree / file) << text << "\n";
  }
  std::vector<std::string> said() const {
    std::vector<std::string> all;
    for (const auto& fault : faults(tree)) all.push_back(fault.file + ": " + fault.words);
    return all;
  }
};

TEST_F(Planted, AnArrowAgainstTheHouseIsSeenWhereverItIsWritten) {
  plant("pos/sale.cpp", "#include \"sync/wire.h\"");
  plant("ui/view.h", "\n  #  include <storage/ledger.h>");
  plant("central/web/api.cpp", "#include \"till/config.h\"");
  plant("storage/ledger.cpp", "#include \"pos/sale.h\"\n#include \"sync/outbox.h\"");
  EXPECT_THAT(said(), testing::UnorderedElementsAre(
                          "pos/sale.cpp: pos/ may not include sync/wire.h",
                          "ui/view.h: ui/ may not include storage/ledger.h",
                          "central/web/api.cpp: central/ may not include till/config.h"));
}

TEST_F(Planted, ASecondOwnerOfALibraryIsSeen) {
  plant("till/till.cpp", "#include <nats/nats.h>");
  plant("sync/relay.cpp", "#include <sqlite3.h>");
  plant("central/books.h", "#include <nlohmann/json.hpp>");
  plant("sync/seal.cpp", "#include <sodium.h>");
  EXPECT_THAT(said(),
              testing::UnorderedElementsAre(
                  testing::StartsWith("till/till.cpp: only sync/nats_link.cpp,"),
                  testing::StartsWith("sync/relay.cpp: only storage/, central/sqlite_sql.cpp"),
                  testing::StartsWith("central/books.h: only till/, central/, tests/ (.cpp) may")));
}

TEST_F(Planted, ANameThatAStrangersBytesMadeIsSeenAnywhereButInTheBuild) {
  plant(" b\x01 backup", "");
  plant("tests/golden/p backup", "");
  plant("build/ c", "");
  EXPECT_THAT(said(), testing::UnorderedElementsAre(
                          " b\x01 backup: a name is of ASCII, without a blank",
                          "tests/golden/p backup: a name is of ASCII, without a blank"));
}

TEST_F(Planted, ThePureRoomMayIncludeNoLibraryAtAll) {
  plant("pos/money.cpp", "#include <fmt/format.h>\n#include <unistd.h>\n#include <vector>");
  EXPECT_THAT(said(), testing::UnorderedElementsAre(
                          "pos/money.cpp: pos/ is pure: it may not include fmt/format.h",
                          "pos/money.cpp: pos/ is pure: it may not include unistd.h"));
}

}  // namespace
}  // namespace pos::layering
