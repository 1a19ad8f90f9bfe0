// A display of its own for each test: Xvfb on a free number, and real keys and clicks by xdotool.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace pos::ui::test {

// A program that is spoken to by lines; it ends with its object.
class Child {
 public:
  // `inherited_fd` is given to the program besides the standard three.
  explicit Child(std::vector<std::string> words, const std::string& display = "",
                 int inherited_fd = -1);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  void say(const std::string& line);
  // The next line that starts so; throws with what came instead when the time is over.
  std::string expect(const std::string& start, int seconds = 20);
  // Waits for its end and gives its exit code.
  int wait();
  // CPU time used so far, in clock ticks.
  long cpu_ticks() const;

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1;
  std::string rest_;
};

class Display {
 public:
  Display(int width, int height);
  const std::string& name() const { return name_; }
  void key(const std::string& name) const { xdotool({"key", name}); }
  void type_slowly(const std::string& text) const;  // as a person: a key every 100 ms
  void type_fast(const std::string& text) const;    // as a scanner; "\n" is its Enter
  void click(float x, float y) const;

 private:
  void type(const std::string& text, const std::string& delay_ms) const;
  void xdotool(std::vector<std::string> words) const;
  std::unique_ptr<Child> server_;
  std::string name_;
};

}  // namespace pos::ui::test
