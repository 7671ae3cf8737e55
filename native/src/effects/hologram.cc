// The person as a hologram: blue, in scan lines, with two ghosts, half mixed with the picture. The recipe is
// that of the Linux fake background webcam (colour map "winter" of the luma; bands of 2 dark rows and 3 light
// ones; a copy moved by 5 pixels to either side). Its numbers count pixels of a picture 720 rows high; other
// heights scale them. Nothing in it depends on time, so nothing flickers.
#include <algorithm>
#include <cmath>

#include "../simd.h"
#include "table.h"

namespace backscrub {

namespace {

constexpr double kReferenceHeight = 720;
constexpr int kDarkRows = 2, kBandRows = 5;
constexpr int kShift = 5;
// How much is left of a dark row: at least, and what chance may add.
constexpr double kDarkLeast = 0.1, kDarkMore = 0.2;
constexpr uint32_t kSeed = 0x686f6c6f;
// Weights of the picture, of the ghost from above left and of the one from below right, in 256ths: two
// mixtures in a row, of 0.2 and 0.8 and then of 0.4 and 0.6.
constexpr int kAbove = 82, kBelow = 154;

// What a grey v becomes, 0 to 255 each: 0, 0.85 v, 160 + 0.37 v. (The original's "winter" turns bright
// skin green.) As BT.601 limited range (ITU-R BT.601-7, 2.5), for luma 16..235 in place of v 0..255, that is
// base + slope * (luma - 16) on top of 16, 128 and 128.
constexpr double kRed = 0, kGreen = 0.85, kBlue = 0.37, kLeastBlue = 160;
struct Tint {
  double base, slope;
};
constexpr Tint TintOf(double r, double g, double b) {
  return {b * kLeastBlue / 256, (r * kRed + g * kGreen + b * kBlue) / 256 * 255 / 219};
}
constexpr Tint kTintY = TintOf(65.738, 129.057, 25.064);
constexpr Tint kTintU = TintOf(-37.945, -74.494, 112.439);
constexpr Tint kTintV = TintOf(112.439, -94.154, -18.285);

// A number 0..1 for a row, always the same: the finaliser of MurmurHash3 (public domain, Austin Appleby).
double Chance(uint32_t row) {
  uint32_t h = row ^ kSeed;
  h = (h ^ (h >> 16)) * 0x85ebca6bU;
  h = (h ^ (h >> 13)) * 0xc2b2ae35U;
  return ((h ^ (h >> 16)) & 0xffff) / 65535.0;
}

// The light of the reference's rows from `from` to `to`, on average: rows that a pixel covers in part count
// in part, so that no height makes a moire of the bands.
double Light(double from, double to) {
  double sum = 0;
  for (int row = static_cast<int>(from); row < to; row++) {
    const double part = std::min(to, row + 1.0) - std::max(from, static_cast<double>(row));
    const bool dark = row % kBandRows < kDarkRows;
    sum += part * (dark ? kDarkLeast + kDarkMore * Chance(static_cast<uint32_t>(row)) : 1.0);
  }
  return sum / (to - from);
}

BACKSCRUB_INLINE uint8_t Haunt(int own, int above, int above_alpha, int below, int below_alpha) {
  // A ghost is of the person: where its source is room, the pixel itself stands in. 257 / 65536 = 1 / 255.
  const int moved = kAbove * above_alpha * (above - own) + kBelow * below_alpha * (below - own);
  return static_cast<uint8_t>(own + (((moved >> 8) * 257 + 32768) >> 16));
}

BACKSCRUB_SIMD
void HauntRow(const uint8_t* __restrict own, const uint8_t* __restrict above,
              const uint8_t* __restrict above_alpha, const uint8_t* __restrict below,
              const uint8_t* __restrict below_alpha, uint8_t* __restrict out, int count) {
  for (int i = 0; i < count; i++) out[i] = Haunt(own[i], above[i], above_alpha[i], below[i], below_alpha[i]);
}

// Half the picture, half its tinted ghosts; base and slope in 256ths.
BACKSCRUB_SIMD
void TintLuma(const uint8_t* __restrict own, const uint8_t* __restrict ghosts, uint8_t* __restrict out,
              int count, uint16_t base, uint16_t slope) {
  for (int i = 0; i < count; i++)
    out[i] = static_cast<uint8_t>(static_cast<uint16_t>(own[i] * 128u + ghosts[i] * slope + base) >> 8);
}

BACKSCRUB_SIMD
void TintChroma(const uint8_t* __restrict own, const uint8_t* __restrict above,
                const uint8_t* __restrict below, uint8_t* __restrict out, int count, int base, int slope) {
  for (int i = 0; i < count; i++) {
    const int four = above[2 * i] + above[2 * i + 1] + below[2 * i] + below[2 * i + 1];
    out[i] = static_cast<uint8_t>((own[i] * 512 + four * slope + base) >> 10);
  }
}

class Hologram final : public Effect {
 public:
  Hologram(int width, int height)
      : shift_(std::max(1, static_cast<int>(std::lround(kShift * height / kReferenceHeight)))),
        light_(static_cast<size_t>(height)),
        opaque_(static_cast<size_t>(width), 255),
        ghosts_{std::vector<uint8_t>(static_cast<size_t>(width)),
                std::vector<uint8_t>(static_cast<size_t>(width))} {
    const double rows = kReferenceHeight / height;
    for (int y = 0; y < height; y++) light_[static_cast<size_t>(y)] = Light(y * rows, (y + 1) * rows);
  }

  void Apply(const EffectSubject& in, Picture& out) override {
    for (const auto& [box, solid] : in.parts) {
      for (int y = box.y; y < box.y + box.height; y += 2) {
        for (int line = 0; line < 2; line++) {
          const double light = light_[static_cast<size_t>(y + line)];
          uint8_t* ghosts = ghosts_[line].data();
          Ghosts(in, box, y + line, ghosts);
          const double base = 16 + light * (kTintY.base - 16 * kTintY.slope);
          TintLuma(in.picture.y.row(y + line) + box.x, ghosts, out.y.row(y + line) + box.x, box.width,
                   static_cast<uint16_t>(std::lround(base * 128 + 128)),
                   static_cast<uint16_t>(std::lround(light * kTintY.slope * 128)));
        }
        Colour(in.picture.u, box, y, kTintU, out.u);
        Colour(in.picture.v, box, y, kTintV, out.v);
      }
    }
  }

 private:
  // The row's luma with its ghosts, from the box's left edge on.
  void Ghosts(const EffectSubject& in, const Box& box, int y, uint8_t* out) const {
    const Plane& luma = in.picture.y;
    const int last = luma.width() - 1, right = box.x + box.width;
    const int y1 = std::max(y - shift_, 0), y2 = std::min(y + shift_, luma.height() - 1);
    const uint8_t *own = luma.row(y), *above = luma.row(y1), *below = luma.row(y2);
    const uint8_t* above_alpha = in.alpha != nullptr ? in.alpha->row(y1) : opaque_.data();
    const uint8_t* below_alpha = in.alpha != nullptr ? in.alpha->row(y2) : opaque_.data();
    // Where both ghosts come from inside the picture; the rest repeats its edge.
    const int from = std::clamp(shift_, box.x, right);
    const int to = std::max(from, std::min(right, luma.width() - shift_));
    HauntRow(own + from, above + from - shift_, above_alpha + from - shift_, below + from + shift_,
             below_alpha + from + shift_, out + from - box.x, to - from);
    const auto edge = [&](int first, int end) {
      for (int x = first; x < end; x++) {
        const int x1 = std::max(x - shift_, 0), x2 = std::min(x + shift_, last);
        out[x - box.x] = Haunt(own[x], above[x1], above_alpha[x1], below[x2], below_alpha[x2]);
      }
    };
    edge(box.x, from);
    edge(to, right);
  }

  void Colour(const Plane& in, const Box& box, int y, const Tint& tint, Plane& out) const {
    const double light = (light_[static_cast<size_t>(y)] + light_[static_cast<size_t>(y + 1)]) / 2;
    const double base = 128 + light * (tint.base - 16 * tint.slope);
    TintChroma(in.row(y / 2) + box.x / 2, ghosts_[0].data(), ghosts_[1].data(), out.row(y / 2) + box.x / 2,
               box.width / 2, static_cast<int>(std::lround(base * 512)) + 512,
               static_cast<int>(std::lround(light * tint.slope * 128)));
  }

  int shift_;
  std::vector<double> light_;  // by row
  std::vector<uint8_t> opaque_;
  std::vector<uint8_t> ghosts_[2];
};

}  // namespace

const EffectInfo kHologram = {"hologram", "Hologram", EffectStage::kForeground, kAllPlanes,
                              kAllPlanes, false,      MakeEffect<Hologram>};

}  // namespace backscrub
