// A real window over a shop in memory, for tests that press real keys. Reads commands on standard
// input, one a line: `shot FILE` (a screenshot), `chip KIND WORDS`, `state`, `quit`. Writes one
// line per fact: `ready GRAPHICS`, `shot FILE`, `sold N PIECES TOTAL`, `state …`.
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "shop.h"
#include "ui/window.h"

namespace {

using pos::ui::SyncChip;

struct Wanted {
  std::mutex mutex;
  std::vector<std::string> lines;
  std::atomic<bool> stop{false};
};

SyncChip::Kind kind_of(const std::string& word) {
  if (word == "confirmed") return SyncChip::Kind::confirmed;
  if (word == "sending") return SyncChip::Kind::sending;
  if (word == "attention") return SyncChip::Kind::attention;
  return SyncChip::Kind::offline;
}

int64_t pieces(const pos::Sale& sale) {
  int64_t milli = 0;
  for (const pos::Line& line : sale.lines()) milli += line.quantity.milli;
  return milli / 1000;
}

}  // namespace

int main(int argc, char** argv) try {
  pos::ui::WindowSettings settings;
  if (argc > 2) settings.width = std::atoi(argv[1]), settings.height = std::atoi(argv[2]);
  if (argc > 3) settings.px_per_mm = std::atof(argv[3]);
  if (argc > 4) settings.gl = argv[4];

  pos::ui::test::Shop shop;
  pos::ui::Desk desk(shop.reg, {});
  pos::ui::Window window(settings);
  desk.on_record = [&] {
    if (shop.book.sales.empty()) return;
    int64_t milli = 0;
    for (const auto& line : shop.book.sales.back().lines) milli += line.quantity.milli;
    std::cout << "sold " << shop.book.sales.size() << ' ' << milli / 1000 << ' '
              << shop.book.sales.back().total.minor << std::endl;
  };
  std::cout << "ready " << window.graphics() << std::endl;

  Wanted wanted;
  std::thread reader([&] {
    std::string line;
    while (std::getline(std::cin, line)) {
      {
        const std::lock_guard lock(wanted.mutex);
        wanted.lines.push_back(line);
      }
      window.wake();
    }
    wanted.stop = true;
    window.wake();
  });
  SyncChip chip{SyncChip::Kind::offline, "offline since 14:02, 37 waiting"};
  const auto obey = [&] {
    std::vector<std::string> lines;
    {
      const std::lock_guard lock(wanted.mutex);
      lines.swap(wanted.lines);
    }
    for (const std::string& line : lines) {
      std::istringstream in(line);
      std::string verb, word;
      in >> verb;
      if (verb == "shot" && in >> word) {
        std::cout << (window.screenshot(word) ? "shot " : "no shot ") << word << std::endl;
      } else if (verb == "chip" && in >> word) {
        chip.kind = kind_of(word);
        std::getline(in >> std::ws, chip.words);
      } else if (verb == "settle") {
        shop.book.settled_up_to = static_cast<int64_t>(shop.book.facts.size()) - 2;
      } else if (verb == "state") {
        std::cout << "state place=" << static_cast<int>(desk.state().typing.place)
                  << " pieces=" << pieces(shop.reg.sale()) << " entry=" << desk.state().typing.entry
                  << " failed=" << desk.state().failed.size() << " sales=" << shop.book.sales.size()
                  << " frames=" << window.frames() << std::endl;
      } else if (verb == "quit") {
        wanted.stop = true;
      }
    }
    return chip;
  };
  const int code = window.run(desk, obey, [&] { return wanted.stop.load(); });
  std::cout << "closed" << std::endl;
  std::_Exit(code);  // the reader may still wait for a line
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
