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
// Most lift, two stops in the shadows. A wish below the least is not worth a change.
constexpr float kMost = 3.0f, kLeast = 0.15f;
// How far the wish has to be from the goal before the goal follows: fixed, and as a part of the goal.
constexpr float kBand = 0.15f, kBandOfGoal = 0.25f;
// The part of the way to the goal that is gone in a frame: three quarters of it in half a second.
constexpr float kPace = 1.0f / 12;
// How far colours follow luma. All the way would keep the hue's strength, and lift the sensor's noise with
// it.
constexpr float kColour = 0.6f;
// One pixel of so many in each direction is looked at, and nothing is concluded from fewer than so many.
constexpr int kStep = 4, kFewest = 256;
constexpr float kScale = 1.0f / 219;

// What maps luma `from` to `to` on the curve t (1 + k) / (1 + k t): through 0 and 1, steep in the shadows,
// with a shoulder in place of a clip (Schlick, "Fast Alternatives to Perlin's Bias and Gain Functions",
// Graphics Gems IV, 1994).
float LiftFor(float from, float to) {
  const float low = std::max(from, 0.02f);
  return std::max(0.0f, (to - low) / (low * (1 - to)));
}

BACKSCRUB_INLINE uint8_t LiftPixel(uint8_t value, float k) {
  const float t = std::max(0.0f, (static_cast<float>(value) - 16) * kScale);
  return static_cast<uint8_t>(static_cast<int>(std::min(255.0f, 219 * t * (1 + k) / (1 + k * t) + 16.5f)));
}

BACKSCRUB_SIMD
void LiftLuma(const uint8_t* in, uint8_t* out, int count, float k) {
  for (int i = 0; i < count; i++) out[i] = LiftPixel(in[i], k);
}

// Cb or Cr of a row, by the luma of its even columns.
BACKSCRUB_SIMD
void LiftChroma(const uint8_t* in, const uint8_t* __restrict luma, uint8_t* out, int count, float k) {
  for (int i = 0; i < count; i++) {
    const float t = std::max(0.0f, (static_cast<float>(luma[2 * i]) - 16) * kScale);
    const float gain = 1 + kColour * ((1 + k) / (1 + k * t) - 1);
    const float value = 128.5f + gain * (static_cast<float>(in[i]) - 128);
    out[i] = static_cast<uint8_t>(static_cast<int>(std::clamp(value, 16.0f, 240.0f)));
  }
}

class Brighten final : public Effect {
 public:
  Brighten(int, int) {}

  void Apply(const EffectSubject& in, Picture& out) override {
    Measure(in);
    for (const auto& [box, solid] : in.parts) {
      if (lift_ <= 0) {
        if (&in.picture != &out) Copy(in.picture, box, out);
        continue;
      }
      for (int y = box.y; y < box.y + box.height; y += 2) {
        const int x = box.x, cx = box.x / 2, cy = y / 2;
        // Colours first: in place, the luma that they need is gone afterwards.
        LiftChroma(in.picture.u.row(cy) + cx, in.picture.y.row(y) + x, out.u.row(cy) + cx, box.width / 2,
                   lift_);
        LiftChroma(in.picture.v.row(cy) + cx, in.picture.y.row(y) + x, out.v.row(cy) + cx, box.width / 2,
                   lift_);
        LiftLuma(in.picture.y.row(y) + x, out.y.row(y) + x, box.width, lift_);
        LiftLuma(in.picture.y.row(y + 1) + x, out.y.row(y + 1) + x, box.width, lift_);
      }
    }
  }

 private:
  void Measure(const EffectSubject& in) {
    std::array<int, 256> counts{};
    int total = 0;
    for (const auto& [box, solid] : in.parts) {
      if (!solid) continue;
      for (int y = box.y; y < box.y + box.height; y += kStep) {
        const uint8_t* row = in.picture.y.row(y);
        for (int x = box.x; x < box.x + box.width; x += kStep, total++) counts[row[x]]++;
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
      const float wish = std::min({LiftFor(percentile(kMiddlePercent), kMiddle),
                                   LiftFor(percentile(kHighlightsPercent), kHighlights), kMost});
      Follow(wish < kLeast ? 0 : wish);
    }
    lift_ += (goal_ - lift_) * kPace;
    if (std::abs(goal_ - lift_) < 0.002f) lift_ = goal_;
  }

  void Follow(float wish) {
    if (fresh_) {
      goal_ = lift_ = wish;
      fresh_ = false;
    } else if (std::abs(wish - goal_) > kBand + kBandOfGoal * goal_) {
      goal_ = wish;
    }
  }

  bool fresh_ = true;
  float goal_ = 0, lift_ = 0;
};

}  // namespace

const EffectInfo kBrighten = {"brighten", "Brighten", EffectStage::kForeground, kAllPlanes,
                              kAllPlanes, true,       MakeEffect<Brighten>};

}  // namespace backscrub
