#include "canvas.h"

#include <algorithm>

namespace backscrub {

namespace {
constexpr int kTileWidth = 2 * GuidedFilter::kTileWidth;
constexpr int kTileHeight = 2 * GuidedFilter::kTileHeight;

int TilesIn(int length, int tile) { return (length + tile - 1) / tile; }
}  // namespace

Canvas::Canvas(int width, int height)
    : columns_(TilesIn(width, kTileWidth)),
      packed_(width, height),
      holds_(static_cast<size_t>(columns_) * TilesIn(height, kTileHeight)),
      edges_(width, height),
      strip_(width, kTileHeight) {}

void Canvas::Uncover(const Picture& background, const Box& part) {
  const ContentName name = background.content.name();
  auto first = holds_.begin() + static_cast<ptrdiff_t>(part.y / kTileHeight) * columns_ + part.x / kTileWidth;
  auto last = first + TilesIn(part.width, kTileWidth);
  // Most of it is there already.
  if (std::all_of(first, last, [&](const auto& held) { return held == name; })) return;
  std::fill(first, last, name);
  packed_.Pack(background, part, part.x, part.y);
}

void Canvas::Compose(const Matte& matte, const Picture& foreground, const Backdrop& backdrop,
                     const ComposeOptions& options) {
  const std::lock_guard lock(guard_);
  const Picture& background = backdrop.picture();
  if (options.edge_colours) edges_.Gather(matte, foreground, background, options.light_wrap);
  matte.ForEachPart([&](const Box& part, int value) {
    if (value == 0) {
      Uncover(background, part);
      return;
    }
    auto first =
        holds_.begin() + static_cast<ptrdiff_t>(part.y / kTileHeight) * columns_ + part.x / kTileWidth;
    std::fill(first, first + TilesIn(part.width, kTileWidth), std::nullopt);
    if (value == 255) {
      packed_.Pack(foreground, part, part.x, part.y);
    } else {
      // Mixed in a strip that stays in the cache, then packed.
      if (options.edge_colours) {
        edges_.Blend(matte.alpha(), foreground, background, part, strip_, part.x, 0);
      } else {
        Blend(foreground, background, matte.alpha(), part, strip_, part.x, 0);
      }
      packed_.Pack(strip_, Box{part.x, 0, part.width, part.height}, part.x, part.y);
    }
  });
}

void Canvas::Cover(const Backdrop& backdrop) {
  const std::lock_guard lock(guard_);
  for (int y = 0; y < height(); y += kTileHeight)
    Uncover(backdrop.picture(), Box{0, y, width(), std::min(kTileHeight, height() - y)});
}

}  // namespace backscrub
