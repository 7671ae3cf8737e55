// Continues a picture into parts that are not known: each level of a pyramid has the weighted means of the
// one before, and what has no weight takes its colour from the next coarser level (pull-push: Gortler et al.,
// "The Lumigraph", SIGGRAPH 1996).
#pragma once
#include <cstdint>
#include <vector>

#include "picture.h"

namespace backscrub {

class HoleFiller {
 public:
  HoleFiller() = default;
  HoleFiller(int width, int height);
  // known: 255 where the planes (all of this size) hold what they should, less where they do partly, 0 where
  // they are to be filled. With nothing known at all they become their own mean.
  void Fill(const Plane& known, Plane (&planes)[3]);

 private:
  static constexpr int kFields = 4;  // the weight, and three values times the weight
  // Padded to even sizes with weight 0.
  struct Level {
    int width = 0, height = 0, used_width = 0, used_height = 0;
    std::vector<float> field[kFields];
    float* row(int i, int y) { return field[i].data() + static_cast<size_t>(y) * width; }
  };
  static void ClearPadding(Level& level);
  std::vector<Level> levels_;
};

}  // namespace backscrub
