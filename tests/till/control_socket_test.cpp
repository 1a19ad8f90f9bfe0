#include "till/control_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/till/folder.h"

namespace pos::till {
namespace {

TEST(ControlSocket, AnswersItsUserAndGoesWithTheTill) {
  const Folder folder;
  const std::string path = folder / "till.sock";
  {
    const ControlSocket control(
        path, [](const std::string& request) { return "heard " + request; },
        [](const std::string&) {});
    struct stat info {};
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    EXPECT_EQ(ask_till(path, "status", 2000), "heard status");
    EXPECT_EQ(ask_till(path, "again", 2000), "heard again");
    EXPECT_FALSE(ask_till(path, std::string(5000, 'x'), 2000));  // cut off, not answered
    EXPECT_EQ(ask_till(path, "still there", 2000), "heard still there");
  }
  EXPECT_FALSE(ask_till(path, "status", 2000));
}

TEST(ControlSocket, ATooLongPathIsToldAndTheTillGoesOn) {
  std::string told;
  const ControlSocket control(
      "/tmp/" + std::string(200, 'x'), [](const std::string&) { return ""; },
      [&](const std::string& text) { told = text; });
  EXPECT_NE(told.find("107 bytes"), std::string::npos);
}

}  // namespace
}  // namespace pos::till
