#include "packed_picture.h"

#include <libyuv.h>

namespace backscrub {

PackedPicture::PackedPicture(int width, int height)
    : width_(width), height_(height), bytes_(static_cast<size_t>(width) * height * 2) {
  const Picture black(width, height);
  Pack(black, Box{0, 0, width, height}, 0, 0);
}

void PackedPicture::Pack(const Picture& picture, const Box& part, int x, int y) {
  const int cx = part.x / 2, cy = part.y / 2;
  libyuv::I420ToYUY2(picture.y.row(part.y) + part.x, picture.y.stride(), picture.u.row(cy) + cx,
                     picture.u.stride(), picture.v.row(cy) + cx, picture.v.stride(),
                     bytes_.data() + (static_cast<ptrdiff_t>(y) * width_ + x) * 2, width_ * 2, part.width,
                     part.height);
}

}  // namespace backscrub
