// A packed YUYV picture, as the virtual camera takes it.
#pragma once
#include <cstdint>
#include <vector>

#include "picture.h"

namespace backscrub {

class PackedPicture {
 public:
  // Black until something is packed into it; even sizes.
  PackedPicture(int width, int height);

  // `part` of the picture goes to (x, y).
  void Pack(const Picture& picture, const Box& part, int x, int y);

  int width() const { return width_; }
  int height() const { return height_; }
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  int width_, height_;
  std::vector<uint8_t> bytes_;
};

}  // namespace backscrub
