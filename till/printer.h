// The receipt printer: a queue with a thread of its own, so that a printer without paper, power or
// cable never delays a sale. Nothing here blocks its caller; what became of a job is in jobs().
//
//   Printer printer({parse_printer_url("tcp://192.168.1.50"), {}}, log);
//   printer.print("s1-till1-A000042", document);
//
// A job waits up to `patience_ms` for a printer that does not answer, then it has failed; the
// cashier prints it again (COPY n). What was begun is never sent twice. A drawer's pulse goes ahead
// of all receipts and waits only a moment: a drawer that opens later, alone, is a loss.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pos/escpos.h"
#include "till/printer_port.h"

namespace pos::till {

enum class PrintState { queued, printing, done, failed };
const char* to_word(PrintState);

struct PrintJob {
  int64_t id = 0;
  std::string title;  // a receipt's number, or "drawer"
  PrintState state = PrintState::queued;
  std::string words;  // why it failed, or what it waits for
};

struct PrinterSettings {
  PrinterAddress address;
  PrinterProfile profile;
  PortPatience port;
  int64_t patience_ms = 30'000, drawer_patience_ms = 3000;
  int retry_ms = 1000;
  int64_t closing_ms = 2000;  // for what is queued when the till is closed
};

class Printer {
 public:
  static constexpr size_t kMostWaiting = 32, kRemembered = 64;

  // `told` is called on the printer's thread for every job that is done or failed.
  explicit Printer(PrinterSettings settings, std::function<void(const PrintJob&)> told = {});
  ~Printer();  // close(), and the thread's end
  Printer(const Printer&) = delete;
  Printer& operator=(const Printer&) = delete;

  // The job's id. When too much waits already, the job has failed at once and says so.
  int64_t print(std::string title, ReceiptDocument document);
  int64_t open_drawer();

  // Gives what is queued closing_ms, and gives up the rest.
  void close();

  std::vector<PrintJob> jobs() const;  // the last kRemembered, oldest first
  size_t waiting() const;              // queued or printing

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Work {
    int64_t id = 0;
    std::optional<ReceiptDocument> document;  // empty: the drawer
    Time until;
  };
  int64_t queue(std::string title, Work work);
  void run();
  Delivery work_off(const Work&, Rasteriser&);
  Delivery try_until(const Work&, const std::string& bytes);
  PrintJob* find(int64_t id);
  void remember(PrintJob job);

  const PrinterSettings settings_;
  const std::function<void(const PrintJob&)> told_;
  int stop_[2] = {-1, -1};  // readable: give up what is under way

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  std::deque<PrintJob> jobs_;
  int64_t next_id_ = 1;
  bool closing_ = false, busy_ = false, given_up_ = false;

  std::thread thread_;
};

}  // namespace pos::till
