#include "compose.h"

#include <libyuv.h>

#include <algorithm>

#include "simd.h"

namespace backscrub {

namespace {

// 16 + a * 219 / 255, rounded: limited-range luma of a grey of a / 255 (ITU-R BT.601-7, 2.5.3).
BACKSCRUB_SIMD
void ToLimited(const uint8_t* in, uint8_t* out, int count) {
  for (int i = 0; i < count; i++) out[i] = static_cast<uint8_t>(16u + (in[i] * 56284u + 32768u) / 65536u);
}

}  // namespace

void Blend(const Picture& foreground, const Picture& background, const Plane& alpha, const Box& part,
           Picture& out, int out_x, int out_y) {
  const int x = part.x, y = part.y, cx = x / 2, cy = y / 2;
  libyuv::I420Blend(foreground.y.row(y) + x, foreground.y.stride(), foreground.u.row(cy) + cx,
                    foreground.u.stride(), foreground.v.row(cy) + cx, foreground.v.stride(),
                    background.y.row(y) + x, background.y.stride(), background.u.row(cy) + cx,
                    background.u.stride(), background.v.row(cy) + cx, background.v.stride(), alpha.row(y) + x,
                    alpha.stride(), out.y.row(out_y) + out_x, out.y.stride(),
                    out.u.row(out_y / 2) + out_x / 2, out.u.stride(), out.v.row(out_y / 2) + out_x / 2,
                    out.v.stride(), part.width, part.height);
}

void Copy(const Picture& in, const Box& part, Picture& out) {
  const int x = part.x, y = part.y, cx = x / 2, cy = y / 2;
  libyuv::I420Copy(in.y.row(y) + x, in.y.stride(), in.u.row(cy) + cx, in.u.stride(), in.v.row(cy) + cx,
                   in.v.stride(), out.y.row(y) + x, out.y.stride(), out.u.row(cy) + cx, out.u.stride(),
                   out.v.row(cy) + cx, out.v.stride(), part.width, part.height);
}

void Compositor::Compose(const Matte& matte, const Picture& foreground, const Picture& background,
                         const ComposeOptions& options, Picture& out) {
  if (options.edge_colours) edges_.Gather(matte, foreground, background, options.light_wrap);
  // Where alpha is the same all over a part, one of the two is copied and neither the other nor alpha is
  // read.
  matte.ForEachPart([&](const Box& part, int value) {
    if (value != GuidedFilter::kSoft) {
      Copy(value == 255 ? foreground : background, part, out);
    } else if (options.edge_colours) {
      edges_.Blend(matte.alpha(), foreground, background, part, out, part.x, part.y);
    } else {
      Blend(foreground, background, matte.alpha(), part, out, part.x, part.y);
    }
  });
}

void StoreMatte(const Plane& alpha, Picture& out) {
  for (int y = 0; y < out.height(); y++) ToLimited(alpha.row(y), out.y.row(y), out.width());
  out.u.fill(128);
  out.v.fill(128);
}

void Cover(const Picture& in, Picture& out, double focus_x, double focus_y) {
  // The largest part of `in` with out's shape, on even coordinates so that chroma stays in place.
  int width = in.width(), height = in.height();
  const int64_t wide = static_cast<int64_t>(in.width()) * out.height();
  const int64_t high = static_cast<int64_t>(in.height()) * out.width();
  if (wide > high) {
    width = std::max(2, static_cast<int>(high / out.height()) & ~1);
  } else if (high > wide) {
    height = std::max(2, static_cast<int>(wide / out.width()) & ~1);
  }
  const auto corner = [](double focus, int whole, int part) {
    return std::clamp(static_cast<int>(focus * whole - part / 2.0), 0, whole - part) & ~1;
  };
  const int x = corner(focus_x, in.width(), width), y = corner(focus_y, in.height(), height);
  libyuv::I420Scale(in.y.row(y) + x, in.y.stride(), in.u.row(y / 2) + x / 2, in.u.stride(),
                    in.v.row(y / 2) + x / 2, in.v.stride(), width, height, out.y.data(), out.y.stride(),
                    out.u.data(), out.u.stride(), out.v.data(), out.v.stride(), out.width(), out.height(),
                    libyuv::kFilterBox);
}

}  // namespace backscrub
