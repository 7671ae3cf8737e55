// Planes and pictures: the memory that frames live in. A picture is I420 (4:2:0, 8 bit), BT.601 limited range
// unless a function says otherwise; everything that enters the pipeline is brought to that.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace backscrub {

struct FreeDeleter {
  void operator()(void* p) const { std::free(p); }
};

// One 8-bit plane. The stride is a multiple of 64 and every row starts on a cache line.
class Plane {
 public:
  Plane() = default;
  Plane(int width, int height);
  uint8_t* row(int y) { return data_.get() + static_cast<ptrdiff_t>(y) * stride_; }
  const uint8_t* row(int y) const { return data_.get() + static_cast<ptrdiff_t>(y) * stride_; }
  uint8_t* data() { return data_.get(); }
  const uint8_t* data() const { return data_.get(); }
  int width() const { return width_; }
  int height() const { return height_; }
  int stride() const { return stride_; }
  void fill(uint8_t value);

 private:
  std::unique_ptr<uint8_t, FreeDeleter> data_;
  int width_ = 0;
  int height_ = 0;
  int stride_ = 0;
};

// An I420 picture of even width and height.
struct Picture {
  Picture() = default;
  Picture(int width, int height);
  int width() const { return y.width(); }
  int height() const { return y.height(); }
  Plane y, u, v;
  // Another number after every change through a JavaScript handle; no two pictures ever share one.
  uint64_t version = 0;
};

// A rectangle of a picture in luma pixels; all four numbers are even.
struct Box {
  int x = 0, y = 0, width = 0, height = 0;
};

// A version that no picture has had.
uint64_t NewVersion();

}  // namespace backscrub
