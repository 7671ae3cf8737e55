#include "person_bounds.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "simd.h"

namespace backscrub {

namespace {

// Elements of a row or column of the map that have to be set before it counts as part of the person.
constexpr float kSpeckle = 0.015f;

// Counts what is above one half in a row, and adds it to the counts of the columns.
BACKSCRUB_SIMD
int CountAbove(const float* __restrict in, int* __restrict columns, int count) {
  int set = 0;
  for (int i = 0; i < count; i++) {
    const int on = in[i] > 0.5f ? 1 : 0;
    columns[i] += on;
    set += on;
  }
  return set;
}

}  // namespace

Bounds PersonBounds::Measure(const float* map, int from, int to) {
  columns_.assign(static_cast<size_t>(width_), 0);
  Bounds bounds;
  int top = -1, bottom = -1;
  for (int y = 0; y < height_; y++) {
    const float* in = map + static_cast<size_t>(y) * width_;
    const int set = CountAbove(in + from, columns_.data() + from, to - from);
    bounds.area += set;
    if (static_cast<float>(set) > kSpeckle * static_cast<float>(width_)) {
      if (top < 0) top = y;
      bottom = y + 1;
    }
  }
  int left = -1, right = -1;
  for (int x = from; x < to; x++) {
    if (static_cast<float>(columns_[static_cast<size_t>(x)]) > kSpeckle * static_cast<float>(height_)) {
      if (left < 0) left = x;
      right = x + 1;
    }
  }
  if (top < 0 || left < 0) return Bounds{};
  bounds.left = left;
  bounds.top = top;
  bounds.right = right;
  bounds.bottom = bottom;
  FindValley(bounds);
  return bounds;
}

Column PersonBounds::Emptiest(const float* map, int from, int to, int middle) {
  columns_.assign(static_cast<size_t>(width_) + 1, 0);
  const int end = std::min(to + 1, width_);
  for (int y = 0; y < height_; y++)
    CountAbove(map + static_cast<size_t>(y) * width_ + from, columns_.data() + from, end - from);
  Column best{middle, height_ + 1};
  for (int x = from; x <= to; x++) {
    const int set = columns_[static_cast<size_t>(x)];
    const bool nearer = std::abs(x - middle) < std::abs(best.x - middle);
    if (set < best.set || (set == best.set && nearer)) best = {x, set};
  }
  return best;
}

void PersonBounds::FindValley(Bounds& bounds) {
  highest_.resize(columns_.size());
  int most = 0;
  for (int x = bounds.right - 1; x >= bounds.left; x--) {
    most = std::max(most, columns_[static_cast<size_t>(x)]);
    highest_[static_cast<size_t>(x)] = most;
  }
  int deepest = 0, first = 0, last = 0;
  most = 0;
  for (int x = bounds.left; x < bounds.right; x++) {
    const int set = columns_[static_cast<size_t>(x)];
    most = std::max(most, set);
    const int side = std::min(most, highest_[static_cast<size_t>(x)]), depth = side - set;
    if (depth > deepest) {
      deepest = depth;
      first = last = x;
      bounds.left_in_valley = static_cast<float>(set) / static_cast<float>(side);
    }
    if (depth == deepest && last == x - 1) last = x;
  }
  if (deepest > 0) bounds.valley = (first + last + 1) / 2;
}

}  // namespace backscrub
