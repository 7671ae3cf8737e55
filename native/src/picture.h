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

// Names what a picture holds at a moment. No two contents share a name, and no name means "nothing": who
// holds nothing has none (std::optional).
class ContentName {
 public:
  static ContentName New();
  friend bool operator==(ContentName, ContentName) = default;

 private:
  explicit ContentName(uint64_t number) : number_(number) {}
  uint64_t number_;
};

// The name that belongs to an object. It never travels: whatever is made, copied, moved or swapped holds
// something new from then on, and so does what it was taken from.
class OwnContent {
 public:
  OwnContent() : name_(ContentName::New()) {}
  OwnContent(const OwnContent&) noexcept : OwnContent() {}
  OwnContent(OwnContent&& other) noexcept : OwnContent() { other.Renew(); }
  OwnContent& operator=(const OwnContent&) noexcept {
    Renew();
    return *this;
  }
  OwnContent& operator=(OwnContent&& other) noexcept {
    Renew();
    other.Renew();
    return *this;
  }
  void Renew() { name_ = ContentName::New(); }
  ContentName name() const { return name_; }

 private:
  ContentName name_;
};

// An I420 picture of even width and height, black until something is written into it.
struct Picture {
  Picture() = default;
  Picture(int width, int height);
  int width() const { return y.width(); }
  int height() const { return y.height(); }
  Plane y, u, v;
  // To be renewed by whoever writes into the planes; taking over another picture renews it by itself.
  OwnContent content;
};

// A picture that may stand behind somebody: no camera's picture was ever in it (frame.h says how that is
// kept). What fills the places where nobody is takes nothing else.
class Backdrop {
 public:
  explicit Backdrop(const Picture& picture) : picture_(picture) {}
  const Picture& picture() const { return picture_; }

 private:
  const Picture& picture_;
};

// A rectangle of a picture in luma pixels; all four numbers are even.
struct Box {
  int x = 0, y = 0, width = 0, height = 0;
};

}  // namespace backscrub
