#include "picture.h"

#include <atomic>
#include <cstring>

namespace backscrub {

namespace {
constexpr int kAlignment = 64;  // a cache line, and the widest vector register
}

Plane::Plane(int width, int height)
    : width_(width), height_(height), stride_((width + kAlignment - 1) / kAlignment * kAlignment) {
  // One spare line: vector loops may read past the last row's end.
  const size_t size = static_cast<size_t>(stride_) * static_cast<size_t>(height) + kAlignment;
  void* memory = std::aligned_alloc(kAlignment, size);
  if (memory == nullptr) std::abort();  // a frame's worth of memory is missing: nothing sensible can follow
  std::memset(memory, 0, size);
  data_.reset(static_cast<uint8_t*>(memory));
}

void Plane::fill(uint8_t value) {
  std::memset(data_.get(), value, static_cast<size_t>(stride_) * static_cast<size_t>(height_));
}

Picture::Picture(int width, int height)
    : y(width, height), u(width / 2, height / 2), v(width / 2, height / 2) {
  y.fill(16);
  u.fill(128);
  v.fill(128);
}

ContentName ContentName::New() {
  static std::atomic<uint64_t> last{0};
  return ContentName(++last);
}

}  // namespace backscrub
