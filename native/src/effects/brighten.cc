// Lifts a person who sits in the dark. How much is found from the luma of their pixels alone, so that a
// window behind them does not count, and with hysteresis, so that a moving hand does not make the picture
// pump.
#include <algorithm>
#include <array>
#include <cmath>

#include "../compose.h"
#include "../simd.h"
#include "table.h"

namespace backscrub {

namespace {

// Where the middle and the highlights of a well-lit person lie, of luma 0..1. Whoever wears black has a dark
// middle and a bright face: what the highlights allow limits what the middle asks for.
constexpr float kMiddle = 0.42f, kHighlights = 0.72f;
constexpr int kMiddlePercent = 50, kHighlightsPercent = 90;
// The largest gain, and the smallest that is worth a change.
constexpr float kMost = 3.5f, kLeast = 1.12f;
// How far the wish has to be from the goal, as a part of it, before the goal follows.
constexpr float kBand = 0.2f;
// The part of the way to the goal that is gone in a frame: three quarters of it in half a second.
constexpr float kPace = 1.0f / 12;
// How far colours follow luma. All the way would keep the hue's strength, and lift the sensor's noise with
// it.
constexpr float kColour = 0.85f;
// One pixel of so many in each direction is looked at, and nothing is concluded from fewer than so many.
constexpr int kStep = 4, kFewest = 256;
constexpr float kScale = 1.0f / 219;

// The curve is g t / sqrt(1 + (g^2 - 1) t^2) for luma t 0..1: a gain of g, as of a longer exposure, with a
// shoulder through 1 in place of a clip. This is the gain that maps `from` to `to`.
float GainFor(float from, float to) {
  const float t = std::max(from, 0.02f);
  return to <= t ? 1 : to / t * std::sqrt((1 - t * t) / (1 - to * to));
}

// By how much the curve multiplies luma; bend is g^2 - 1.
BACKSCRUB_INLINE float Ratio(float t, float gain, float bend) { return gain / std::sqrt(1 + bend * t * t); }

BACKSCRUB_SIMD
void LiftLuma(const uint8_t* in, uint8_t* out, int count, float gain) {
  const float bend = gain * gain - 1;
  for (int i = 0; i < count; i++) {
    const float t = std::max(0.0f, (static_cast<float>(in[i]) - 16) * kScale);
    const float value = 16.5f + 219 * t * Ratio(t, gain, bend);
    out[i] = static_cast<uint8_t>(static_cast<int>(std::min(255.0f, value)));
  }
}

// Cb or Cr of a row, by the luma of its even columns.
BACKSCRUB_SIMD
void LiftChroma(const uint8_t* in, const uint8_t* __restrict luma, uint8_t* out, int count, float gain) {
  const float bend = gain * gain - 1;
  for (int i = 0; i < count; i++) {
    const float t = std::max(0.0f, (static_cast<float>(luma[2 * i]) - 16) * kScale);
    const float value =
        128.5f + (1 + kColour * (Ratio(t, gain, bend) - 1)) * (static_cast<float>(in[i]) - 128);
    out[i] = static_cast<uint8_t>(static_cast<int>(std::clamp(value, 16.0f, 240.0f)));
  }
}

class Brighten final : public Effect {
 public:
  Brighten(int, int) {}

  void Apply(const EffectSubject& in, Picture& out) override {
    Measure(in);
    for (const auto& [box, solid] : in.parts) {
      if (gain_ <= 1) {
        if (&in.picture != &out) Copy(in.picture, box, out);
        continue;
      }
      for (int y = box.y; y < box.y + box.height; y += 2) {
        const int x = box.x, cx = box.x / 2, cy = y / 2;
        // Colours first: in place, the luma that they need is gone afterwards.
        LiftChroma(in.picture.u.row(cy) + cx, in.picture.y.row(y) + x, out.u.row(cy) + cx, box.width / 2,
                   gain_);
        LiftChroma(in.picture.v.row(cy) + cx, in.picture.y.row(y) + x, out.v.row(cy) + cx, box.width / 2,
                   gain_);
        LiftLuma(in.picture.y.row(y) + x, out.y.row(y) + x, box.width, gain_);
        LiftLuma(in.picture.y.row(y + 1) + x, out.y.row(y + 1) + x, box.width, gain_);
      }
    }
  }

  void Restart() override { fresh_ = true; }

 private:
  void Measure(const EffectSubject& in) {
    std::array<int, 256> counts{};
    int total = 0;
    for (const auto& [box, solid] : in.parts) {
      for (int y = box.y; y < box.y + box.height; y += kStep) {
        const uint8_t* row = in.picture.y.row(y);
        const uint8_t* alpha = solid ? nullptr : in.alpha->row(y);
        for (int x = box.x; x < box.x + box.width; x += kStep) {
          if (alpha != nullptr && alpha[x] != 255) continue;
          counts[row[x]]++;
          total++;
        }
      }
    }
    if (total >= kFewest) {
      const auto percentile = [&](int percent) {
        int value = 0;
        for (int left = total * percent / 100; value < 255 && left >= counts[static_cast<size_t>(value)];
             value++)
          left -= counts[static_cast<size_t>(value)];
        return std::clamp((static_cast<float>(value) - 16) * kScale, 0.0f, 1.0f);
      };
      const float wish = std::min({GainFor(percentile(kMiddlePercent), kMiddle),
                                   GainFor(percentile(kHighlightsPercent), kHighlights), kMost});
      Follow(wish < kLeast ? 1 : wish);
    }
    gain_ += (goal_ - gain_) * kPace;
    if (std::abs(goal_ - gain_) < 0.002f) gain_ = goal_;
  }

  void Follow(float wish) {
    if (fresh_) {
      goal_ = gain_ = wish;
      fresh_ = false;
    } else if (std::abs(wish - goal_) > kBand * goal_) {
      goal_ = wish;
    }
  }

  bool fresh_ = true;
  float goal_ = 1, gain_ = 1;
};

}  // namespace

const EffectInfo kBrighten = {"brighten", "Brighten", EffectStage::kForeground, kAllPlanes,
                              kAllPlanes, true,       MakeEffect<Brighten>};

}  // namespace backscrub
