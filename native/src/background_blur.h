// Blurs what is behind the person. The person is left out of the average (each pixel weighs 1 - alpha, and
// the sum is normalised), so that no colour of theirs glows around them.
#pragma once
#include <vector>

#include "picture.h"

namespace backscrub {

class BackgroundBlur {
 public:
  BackgroundBlur(int width, int height);
  // strength: 0 (the room's shapes remain, its details do not) to 100. `out` has the picture's size.
  void Apply(const Picture& picture, const Plane& alpha, int strength, Picture& out);

 private:
  // One plane at reduced size, in floats.
  struct Reduced {
    int width = 0, height = 0;
    std::vector<float> value, weight, spare;
  };

  void Choose(int strength);
  void BlurPlane(const Plane& plane, const Plane& alpha, Reduced& reduced, Plane& small, Plane& small_alpha,
                 bool keep_weight, Plane& out);
  void Box(std::vector<float>& data, std::vector<float>& spare, int width, int height, int radius);

  int width_, height_;
  int strength_ = -1;
  int factor_ = 0;
  int radius_[3] = {0, 0, 0};
  Reduced luma_, chroma_;
  Plane small_luma_, small_luma_alpha_, small_chroma_, small_chroma_alpha_;
};

}  // namespace backscrub
