// What each stage of a frame costs: wall time and this thread's CPU time, over the last frames.
#pragma once
#include <cstddef>
#include <vector>

namespace backscrub {

class Stopwatch {
 public:
  explicit Stopwatch(int stages);
  void Start();
  // Books the time since the last Start or Lap under `stage`.
  void Lap(int stage);
  // Ends the frame; its laps enter the window.
  void Finish();

  struct Summary {
    double wall_median, wall_p99, cpu_median, cpu_p99;  // milliseconds
  };
  // A stage, or the whole frame for `stages`.
  Summary Summarise(int stage) const;
  int stages() const { return stages_; }

 private:
  static constexpr int kWindow = 512;  // frames
  const float* Sample(int frame) const {
    return samples_.data() + static_cast<size_t>(frame) * (stages_ + 1) * 2;
  }
  int stages_;
  int count_ = 0, next_ = 0;
  double wall_ = 0, cpu_ = 0;
  std::vector<float> samples_;  // [frame][stage][wall, cpu]
  std::vector<float> current_;
};

}  // namespace backscrub
