// Darker towards the corners, as an old lens would have it: the eye goes to the middle. The gain depends on
// the place alone and is computed once.
#include <algorithm>
#include <cmath>

#include "../simd.h"
#include "table.h"

namespace backscrub {

namespace {

// What a corner loses, and the distance from the middle (1 in the corners) up to which nothing is lost.
constexpr double kLoss = 0.62, kClear = 0.35;

// value = black + (value - black) * (256 - loss) / 256; black is 16 for luma and 128 for chroma. Rounded up
// or down by a fixed pattern, so that a plain dark wall shows no rings. `in` and `out` may be one.
BACKSCRUB_SIMD
void Darken(const uint8_t* in, const uint8_t* __restrict loss, const uint8_t* __restrict pattern,
            uint8_t* out, int count, int black) {
  const auto b = static_cast<uint16_t>(black);
  for (int i = 0; i < count; i++) {
    const auto keep = static_cast<uint16_t>(256 - loss[i]);
    const auto wide = static_cast<uint16_t>(in[i] * keep + b * loss[i] + pattern[i]);
    out[i] = static_cast<uint8_t>(wide >> 8);
  }
}

// A place of the ordered dither of 8 x 8 (Bayer, "An Optimum Method for Two-Level Rendition of
// Continuous-Tone Pictures", ICC 1973): 2, 6, ... 254, from the bits of x ^ y and y, interleaved and
// reversed.
uint8_t Threshold(int x, int y) {
  int value = 0;
  for (int bit = 0; bit < 3; bit++)
    value |= ((((x ^ y) >> bit) & 1) << (5 - 2 * bit)) | (((y >> bit) & 1) << (4 - 2 * bit));
  return static_cast<uint8_t>(4 * value + 2);
}

class Vignette final : public Effect {
 public:
  Vignette(int width, int height)
      : luma_(width, height), chroma_(width / 2, height / 2), pattern_(width, kPattern) {
    Fill(luma_);
    Fill(chroma_);
    for (int y = 0; y < kPattern; y++)
      for (int x = 0; x < width; x++) pattern_.row(y)[x] = Threshold(x % kPattern, y);
  }

  void Apply(const EffectSubject& in, Picture& out) override {
    for (const auto& [box, solid] : in.parts) {
      const Box half{box.x / 2, box.y / 2, box.width / 2, box.height / 2};
      Shade(in.picture.y, luma_, box, 16, out.y);
      Shade(in.picture.u, chroma_, half, 128, out.u);
      Shade(in.picture.v, chroma_, half, 128, out.v);
    }
  }

 private:
  // What is lost at each place, in 256ths.
  static void Fill(Plane& plane) {
    const double cx = plane.width() / 2.0, cy = plane.height() / 2.0;
    for (int y = 0; y < plane.height(); y++) {
      for (int x = 0; x < plane.width(); x++) {
        const double dx = (x + 0.5 - cx) / cx, dy = (y + 0.5 - cy) / cy;
        const double far = std::max(0.0, (std::sqrt((dx * dx + dy * dy) / 2) - kClear) / (1 - kClear));
        plane.row(y)[x] = static_cast<uint8_t>(std::lround(256 * kLoss * far * far * (3 - 2 * far)));
      }
    }
  }

  void Shade(const Plane& in, const Plane& loss, const Box& box, int black, Plane& out) const {
    for (int y = box.y; y < box.y + box.height; y++)
      Darken(in.row(y) + box.x, loss.row(y) + box.x, pattern_.row(y % kPattern) + box.x, out.row(y) + box.x,
             box.width, black);
  }

  static constexpr int kPattern = 8;
  Plane luma_, chroma_, pattern_;
};

}  // namespace

const EffectInfo kVignette = {"vignette", "Vignette", EffectStage::kBoth,  kAllPlanes,
                              kAllPlanes, true,       MakeEffect<Vignette>};

}  // namespace backscrub
