#include "repeater.h"

#include <utility>

namespace backscrub {

void Repeater::Start(std::chrono::milliseconds after, std::function<void()> show) {
  {
    const std::lock_guard lock(mutex_);
    after_ = after;
    show_ = std::move(show);
    due_ = std::chrono::steady_clock::now() + after;
    stopping_ = false;
  }
  if (thread_.joinable()) {
    changed_.notify_one();
  } else {
    thread_ = std::thread([this] { Run(); });
  }
}

void Repeater::Shown() {
  // The thread wakes up at the old time and sees the new one: nothing is to be told for each frame.
  const std::lock_guard lock(mutex_);
  due_ = std::chrono::steady_clock::now() + after_;
}

void Repeater::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Repeater::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (std::chrono::steady_clock::now() < due_) {
      changed_.wait_until(lock, due_);
      continue;
    }
    show_();
    due_ = std::chrono::steady_clock::now() + after_;
  }
}

}  // namespace backscrub
