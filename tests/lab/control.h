// Control: the door through which somebody else breaks the links of a running lab: a Unix socket,
// one command a line, one answer a line.
//
//   cut s1 | hole s1 | heal s1 | cut all | state        ->  "ok s1 cut" … or "error …"
#pragma once

#include <string>

namespace pos::lab {

class Lab;

class Control {
 public:
  Control(Lab&, std::string path);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  int fd() const { return listen_; }  // readable: somebody knocks
  void serve_one();                   // takes one caller's lines and answers them
  const std::string& path() const { return path_; }

 private:
  std::string carry_out(const std::string& line);
  Lab& lab_;
  std::string path_;
  int listen_ = -1;
};

// The other side: sends one command, returns its answer. Throws std::runtime_error without a lab.
std::string tell_lab(const std::string& path, const std::string& command);

}  // namespace pos::lab
