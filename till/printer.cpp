#include "till/printer.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "till/font.h"

namespace pos::till {
namespace {

using Clock = std::chrono::steady_clock;
using Ms = std::chrono::milliseconds;

}  // namespace

const char* to_word(PrintState state) {
  switch (state) {
    case PrintState::queued:
      return "queued";
    case PrintState::printing:
      return "printing";
    case PrintState::done:
      return "done";
    case PrintState::failed:
      return "failed";
  }
  return "failed";
}

Printer::Printer(PrinterSettings settings, std::function<void(const PrintJob&)> told)
    : settings_(std::move(settings)), told_(std::move(told)) {
  if (pipe2(stop_, O_CLOEXEC | O_NONBLOCK) != 0)
    throw std::runtime_error("The printer's thread has no pipe: too many files are open.");
  thread_ = std::thread([this] { run(); });
}

Printer::~Printer() {
  close();
  thread_.join();
  for (const int fd : stop_) ::close(fd);
}

void Printer::close() {
  {
    std::unique_lock lock(mutex_);
    closing_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, Ms(settings_.closing_ms), [this] { return queue_.empty() && !busy_; });
    given_up_ = true;
  }
  const char byte = 0;
  [[maybe_unused]] const ssize_t told = ::write(stop_[1], &byte, 1);
}

int64_t Printer::print(std::string title, ReceiptDocument document) {
  return queue(std::move(title),
               {0, std::move(document), Clock::now() + Ms(settings_.patience_ms)});
}

int64_t Printer::open_drawer() {
  return queue("drawer", {0, {}, Clock::now() + Ms(settings_.drawer_patience_ms)});
}

int64_t Printer::queue(std::string title, Work work) {
  PrintJob job{0, std::move(title), PrintState::queued, {}};
  {
    const std::lock_guard lock(mutex_);
    work.id = job.id = next_id_++;
    const bool full = queue_.size() >= kMostWaiting;
    if (full) {
      job.state = PrintState::failed;
      job.words = std::to_string(kMostWaiting) +
                  " receipts wait for the printer already. Print this one again when it works.";
    }
    remember(job);
    if (!full) {
      if (work.document) {
        queue_.push_back(std::move(work));
      } else {
        queue_.push_front(std::move(work));
      }
    }
  }
  changed_.notify_all();
  return job.id;
}

void Printer::remember(PrintJob job) {
  jobs_.push_back(std::move(job));
  if (jobs_.size() > kRemembered) jobs_.pop_front();
}

PrintJob* Printer::find(int64_t id) {
  const auto it =
      std::find_if(jobs_.begin(), jobs_.end(), [id](const PrintJob& j) { return j.id == id; });
  return it == jobs_.end() ? nullptr : &*it;
}

std::vector<PrintJob> Printer::jobs() const {
  const std::lock_guard lock(mutex_);
  return {jobs_.begin(), jobs_.end()};
}

size_t Printer::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size() + (busy_ ? 1 : 0);
}

void Printer::run() {
  Font font;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Work work = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    if (PrintJob* job = find(work.id)) job->state = PrintState::printing;
    lock.unlock();
    const Delivery delivery = work_off(work, font);
    lock.lock();
    busy_ = false;
    PrintJob ended{
        work.id, {}, delivery.done ? PrintState::done : PrintState::failed, delivery.words};
    if (PrintJob* job = find(work.id)) {
      ended.title = job->title;
      *job = ended;
    }
    changed_.notify_all();
    lock.unlock();
    if (told_) told_(ended);
    lock.lock();
  }
}

Delivery Printer::work_off(const Work& work, Rasteriser& font) {
  try {
    if (work.document) return try_until(work, encode(*work.document, settings_.profile, font));
    if (Clock::now() > work.until)
      return {false, false, "The drawer was not opened: the printer did not answer in time."};
    return try_until(work, drawer_kick());
  } catch (const std::exception& e) {
    return {false, false, std::string("Printing failed: ") + e.what()};
  }
}

// Only what no byte was sent of is tried again.
Delivery Printer::try_until(const Work& work, const std::string& bytes) {
  for (;;) {
    Delivery delivery = deliver(settings_.address, bytes, settings_.port, stop_[0]);
    if (delivery.done) return {true, true, {}};
    if (delivery.began) {
      delivery.words += " A part may be on paper; print it again as a copy.";
      return delivery;
    }
    {
      const std::lock_guard lock(mutex_);
      if (given_up_ || Clock::now() + Ms(settings_.retry_ms) > work.until) return delivery;
      if (PrintJob* job = find(work.id)) job->words = delivery.words;
    }
    pollfd stop{stop_[0], POLLIN, 0};
    poll(&stop, 1, settings_.retry_ms);
  }
}

}  // namespace pos::till
