#include "grain.h"

#include <algorithm>
#include <vector>

#include "simd.h"

namespace backscrub {

namespace {

// A row begins anywhere in so much noise, so that the eye finds no pattern in the rows together.
constexpr uint32_t kSpare = 8192;

// xorshift (Marsaglia, "Xorshift RNGs", 2003)
uint32_t Next(uint32_t& state) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

std::vector<int8_t> MakeNoise(int width, uint32_t& state) {
  std::vector<int8_t> noise(kSpare + static_cast<size_t>(width));
  for (int8_t& one : noise) {
    const uint32_t bits = Next(state);
    one = static_cast<int8_t>(static_cast<int>(bits >> 31) + static_cast<int>((bits >> 15) & 1) - 1);
  }
  return noise;
}

BACKSCRUB_SIMD void AddRow(uint8_t* row, const int8_t* noise, int width, int most) {
  for (int x = 0; x < width; x++) row[x] = static_cast<uint8_t>(std::clamp(row[x] + noise[x], 16, most));
}

void AddTo(Plane& plane, const std::vector<int8_t>& noise, int most, uint32_t& state) {
  for (int y = 0; y < plane.height(); y++) {
    AddRow(plane.row(y), noise.data() + Next(state) % kSpare, plane.width(), most);
  }
}

}  // namespace

void AddGrain(Picture& picture) {
  uint32_t state = 0x9e3779b9;
  const std::vector<int8_t> noise = MakeNoise(picture.y.width(), state);
  AddTo(picture.y, noise, 235, state);
  AddTo(picture.u, noise, 240, state);
  AddTo(picture.v, noise, 240, state);
}

}  // namespace backscrub
