// Shows the last picture again while nothing new comes: loading a model blocks the event loop for longer than
// applications should wait for a frame.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace backscrub {

class Repeater {
 public:
  ~Repeater() { Stop(); }
  Repeater() = default;
  Repeater(const Repeater&) = delete;
  Repeater& operator=(const Repeater&) = delete;

  // From now on `show` is called, on a thread of its own, whenever `after` has gone by without Shown. Does
  // nothing but take over the arguments when it is at work already.
  void Start(std::chrono::milliseconds after, std::function<void()> show);
  // Something new has been shown.
  void Shown();
  // When this returns, `show` is not called any more.
  void Stop();

 private:
  void Run();

  std::mutex mutex_;  // held while `show` runs
  std::condition_variable changed_;
  std::thread thread_;
  std::function<void()> show_;
  std::chrono::milliseconds after_{};
  std::chrono::steady_clock::time_point due_;
  bool stopping_ = false;
};

}  // namespace backscrub
