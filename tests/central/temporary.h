// A directory that goes when the test does.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace pos::central {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    // In memory where that can be: these tests commit 60,000 times and cut no power.
    std::filesystem::path place = "/dev/shm";
    if (access(place.c_str(), W_OK) != 0) place = std::filesystem::temp_directory_path();
    std::string name = (place / "leaftill-central-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary directory");
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace pos::central
