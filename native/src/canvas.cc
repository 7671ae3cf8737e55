#include "canvas.h"

#include <libyuv.h>

#include <algorithm>

namespace backscrub {

namespace {
constexpr int kTileWidth = 2 * GuidedFilter::kTileWidth;
constexpr int kTileHeight = 2 * GuidedFilter::kTileHeight;
}  // namespace

Canvas::Canvas(int width, int height)
    : width_(width),
      height_(height),
      columns_((width + kTileWidth - 1) / kTileWidth),
      packed_(static_cast<size_t>(width) * height * 2),
      holds_(static_cast<size_t>(columns_) * ((height + kTileHeight - 1) / kTileHeight), 0),
      edges_(width, height),
      strip_(width, kTileHeight) {}

// `part` of the picture goes to (x, y) of the canvas.
void Canvas::Pack(const Picture& picture, const Box& part, int x, int y) {
  const int cx = part.x / 2, cy = part.y / 2;
  libyuv::I420ToYUY2(picture.y.row(part.y) + part.x, picture.y.stride(), picture.u.row(cy) + cx,
                     picture.u.stride(), picture.v.row(cy) + cx, picture.v.stride(),
                     packed_.data() + (static_cast<ptrdiff_t>(y) * width_ + x) * 2, width_ * 2, part.width,
                     part.height);
}

void Canvas::Compose(const Matte& matte, const Picture& foreground, const Picture& background,
                     const ComposeOptions& options) {
  const std::lock_guard lock(guard_);
  if (options.edge_colours) edges_.Gather(matte, foreground, background, options.light_wrap);
  matte.ForEachPart([&](const Box& part, int value) {
    uint64_t* first =
        holds_.data() + static_cast<ptrdiff_t>(part.y / kTileHeight) * columns_ + part.x / kTileWidth;
    uint64_t* last = first + (part.width + kTileWidth - 1) / kTileWidth;
    if (value == 0) {
      // Nothing but background: most of it is there already.
      if (std::all_of(first, last, [&](uint64_t held) { return held == background.version; })) return;
      std::fill(first, last, background.version);
      Pack(background, part, part.x, part.y);
      return;
    }
    std::fill(first, last, 0);
    if (value == 255) {
      Pack(foreground, part, part.x, part.y);
    } else {
      // Mixed in a strip that stays in the cache, then packed.
      if (options.edge_colours) {
        edges_.Blend(matte.alpha(), foreground, background, part, strip_, part.x, 0);
      } else {
        Blend(foreground, background, matte.alpha(), part, strip_, part.x, 0);
      }
      Pack(strip_, Box{part.x, 0, part.width, part.height}, part.x, part.y);
    }
  });
}

void Canvas::Draw(const Picture& picture) {
  const std::lock_guard lock(guard_);
  std::fill(holds_.begin(), holds_.end(), 0);
  Pack(picture, Box{0, 0, width_, height_}, 0, 0);
}

}  // namespace backscrub
