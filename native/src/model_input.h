// What the network sees of a picture.
#pragma once
#include <cstdint>
#include <vector>

#include "picture.h"
#include "turn.h"

namespace backscrub {

class ModelInput {
 public:
  ModelInput(int width, int height);

  // Scales the part `box` of the picture as RGB 0..1, planar: three planes of width x height, turned as
  // `turn` says, and `grey` without colours. `half_luma` is the picture's luma at half size. What is dark all
  // over is brightened.
  void Fill(const Picture& picture, const Plane& half_luma, const Box& box, const Turn& turn, bool grey,
            float* rgb);
  size_t pixels() const { return static_cast<size_t>(width_) * static_cast<size_t>(height_); }

 private:
  int width_, height_;
  Plane small_[3];  // 4:2:0
  std::vector<uint8_t> argb_;
};

}  // namespace backscrub
