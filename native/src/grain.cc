#include "grain.h"

#include <algorithm>

namespace backscrub {

void AddGrainTo(Plane& luma) {
  uint32_t state = 0x9e3779b9;
  for (int y = 0; y < luma.height(); y++) {
    uint8_t* row = luma.row(y);
    for (int x = 0; x < luma.width(); x++) {
      // xorshift (Marsaglia, "Xorshift RNGs", 2003)
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      const int noise = static_cast<int>(state >> 31) + static_cast<int>((state >> 15) & 1) - 1;
      row[x] = static_cast<uint8_t>(std::clamp(row[x] + noise, 16, 235));
    }
  }
}

}  // namespace backscrub
