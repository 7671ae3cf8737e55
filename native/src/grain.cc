#include "grain.h"

#include <algorithm>

namespace backscrub {

namespace {

void AddTo(Plane& plane, int most, uint32_t& state) {
  for (int y = 0; y < plane.height(); y++) {
    uint8_t* row = plane.row(y);
    for (int x = 0; x < plane.width(); x++) {
      // xorshift (Marsaglia, "Xorshift RNGs", 2003)
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      const int noise = static_cast<int>(state >> 31) + static_cast<int>((state >> 15) & 1) - 1;
      row[x] = static_cast<uint8_t>(std::clamp(row[x] + noise, 16, most));
    }
  }
}

}  // namespace

void AddGrain(Picture& picture) {
  uint32_t state = 0x9e3779b9;
  AddTo(picture.y, 235, state);
  AddTo(picture.u, 240, state);
  AddTo(picture.v, 240, state);
}

}  // namespace backscrub
