// What is done to a network's probability map before a matte is made of it.
#pragma once
#include <cstddef>

#include "turn.h"

namespace backscrub {

// How a network saw a picture, each as a part (0..1) of the map, or of its first or last row.
struct Doubt {
  float person = 0;   // above one half
  float between = 0;  // neither person nor room: 0.1 to 0.9
  float top = 0;      // of the first row, above one half
  float bottom = 0;   // of the last row
};

// Elements of 0..1, row major, in memory that belongs to somebody else.
class ProbabilityMap {
 public:
  ProbabilityMap(float* map, int width, int height) : map_(map), width_(width), height_(height) {}

  // Exchanges left and right, top and bottom, or both.
  void Turn(const backscrub::Turn& turn);
  // Keeps the lesser of each element and that of `other`, of the same size.
  void Intersect(const float* other);
  // Makes each element the mean of it and of those of two others.
  void Average(const float* second, const float* third);
  Doubt Measure() const;

 private:
  size_t count() const { return static_cast<size_t>(width_) * static_cast<size_t>(height_); }

  float* map_;
  int width_, height_;
};

}  // namespace backscrub
