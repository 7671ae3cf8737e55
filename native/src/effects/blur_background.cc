// What replaces the room out of focus, as behind somebody who sits close to the camera. A still is blurred
// once; a moving background, once a picture.
#include "../background_blur.h"
#include "table.h"

namespace backscrub {

namespace {

// As mode blur counts it: shapes remain, writing does not.
constexpr int kStrength = 40;

class BlurBackground final : public Effect {
 public:
  BlurBackground(int width, int height) : blur_(width, height) {}

  void Apply(const EffectSubject& in, Picture& out) override { blur_.Apply(in.picture, kStrength, out); }

 private:
  BackgroundBlur blur_;
};

}  // namespace

const EffectInfo kBlurBackground = {
    "blur-background",         "Blurred background", EffectStage::kBackground, kAllPlanes, kAllPlanes, false,
    MakeEffect<BlurBackground>};

}  // namespace backscrub
