#include "stopwatch.h"

#include <time.h>

#include <algorithm>

namespace backscrub {

namespace {

double Milliseconds(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

}  // namespace

Stopwatch::Stopwatch(int stages)
    : stages_(stages),
      samples_(static_cast<size_t>(kWindow) * static_cast<size_t>(stages + 1) * 2),
      current_(static_cast<size_t>(stages + 1) * 2) {}

void Stopwatch::Start() {
  std::fill(current_.begin(), current_.end(), 0.0f);
  wall_ = Milliseconds(CLOCK_MONOTONIC);
  cpu_ = Milliseconds(CLOCK_THREAD_CPUTIME_ID);
}

void Stopwatch::Lap(int stage) {
  const double wall = Milliseconds(CLOCK_MONOTONIC), cpu = Milliseconds(CLOCK_THREAD_CPUTIME_ID);
  for (const int s : {stage, stages_}) {
    current_[static_cast<size_t>(s) * 2] += static_cast<float>(wall - wall_);
    current_[static_cast<size_t>(s) * 2 + 1] += static_cast<float>(cpu - cpu_);
  }
  wall_ = wall;
  cpu_ = cpu;
}

void Stopwatch::Finish() {
  std::copy(current_.begin(), current_.end(),
            samples_.begin() + static_cast<ptrdiff_t>(next_) * (stages_ + 1) * 2);
  next_ = (next_ + 1) % kWindow;
  count_ = std::min(count_ + 1, kWindow);
}

Stopwatch::Summary Stopwatch::Summarise(int stage) const {
  Summary summary{0, 0, 0, 0};
  if (count_ == 0) return summary;
  std::vector<float> values(static_cast<size_t>(count_));
  for (int kind = 0; kind < 2; kind++) {
    for (int i = 0; i < count_; i++) values[static_cast<size_t>(i)] = Sample(i)[stage * 2 + kind];
    std::sort(values.begin(), values.end());
    const double median = values[static_cast<size_t>(count_ / 2)];
    const double p99 = values[static_cast<size_t>((count_ - 1) * 99 / 100)];
    (kind == 0 ? summary.wall_median : summary.cpu_median) = median;
    (kind == 0 ? summary.wall_p99 : summary.cpu_p99) = p99;
  }
  return summary;
}

}  // namespace backscrub
