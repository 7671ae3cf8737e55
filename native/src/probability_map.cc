#include "probability_map.h"

#include <algorithm>

#include "simd.h"

namespace backscrub {

namespace {

constexpr float kSureOfRoom = 0.1f;
constexpr float kSureOfPerson = 0.9f;

BACKSCRUB_SIMD
void KeepLess(float* __restrict map, const float* __restrict other, size_t count) {
  for (size_t i = 0; i < count; i++) map[i] = other[i] < map[i] ? other[i] : map[i];
}

BACKSCRUB_SIMD
void MeanOfThree(float* __restrict map, const float* __restrict second, const float* __restrict third,
                 size_t count) {
  for (size_t i = 0; i < count; i++) map[i] = (map[i] + second[i] + third[i]) * (1.0f / 3.0f);
}

BACKSCRUB_SIMD
int CountInside(const float* __restrict in, float low, float high, size_t count) {
  int inside = 0;
  for (size_t i = 0; i < count; i++) inside += in[i] > low && in[i] < high ? 1 : 0;
  return inside;
}

}  // namespace

void ProbabilityMap::Turn(const backscrub::Turn& turn) {
  if (turn.mirror) {
    for (int y = 0; y < height_; y++)
      std::reverse(map_ + static_cast<size_t>(y) * width_, map_ + static_cast<size_t>(y + 1) * width_);
  }
  if (turn.flip) {
    for (int y = 0; y < height_ / 2; y++)
      std::swap_ranges(map_ + static_cast<size_t>(y) * width_, map_ + static_cast<size_t>(y + 1) * width_,
                       map_ + static_cast<size_t>(height_ - 1 - y) * width_);
  }
}

void ProbabilityMap::Intersect(const float* other) { KeepLess(map_, other, count()); }

void ProbabilityMap::Average(const float* second, const float* third) {
  MeanOfThree(map_, second, third, count());
}

Doubt ProbabilityMap::Measure() const {
  const float all = static_cast<float>(count()), row = static_cast<float>(width_);
  const auto above = [](const float* from, size_t elements) {
    return static_cast<float>(CountInside(from, 0.5f, 2.0f, elements));
  };
  const size_t width = static_cast<size_t>(width_);
  return {above(map_, count()) / all,
          static_cast<float>(CountInside(map_, kSureOfRoom, kSureOfPerson, count())) / all,
          above(map_, width) / row, above(map_ + count() - width, width) / row};
}

}  // namespace backscrub
