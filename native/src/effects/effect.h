// What changes the look of a picture beyond composing it. An effect is a small unit over planes; what it
// works on and which planes it touches is declared, and the chain (chain.h) does the rest.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "../picture.h"

namespace backscrub {

// Which picture of a frame an effect works on. Composing is affine in each pixel, so an effect that is affine
// in each pixel too may be done to both sides before they are mixed: nothing has to pass over the result.
enum class EffectStage : uint8_t {
  kInput,       // the camera's picture before anything else looks at it; what replaces the room is left alone
  kForeground,  // the camera's picture as the person is taken from it, after the matte was made
  kBackground,  // what stands behind the person
  kBoth,        // the last two; an affine function of each pixel and its place
  kCompose,     // the composite, while it is made; such an effect has no unit of its own
};

// Planes of a picture, as bits.
inline constexpr uint8_t kPlaneY = 1, kPlaneU = 2, kPlaneV = 4, kChroma = kPlaneU | kPlaneV, kAllPlanes = 7;

// A rectangle of the picture, and whether all of it belongs to the subject; where it does not, there is an
// alpha plane.
struct EffectPart {
  Box box;
  bool solid;
};

// What an effect is applied to.
struct EffectSubject {
  const Picture& picture;
  // Full size, 0 to 255: how far a pixel belongs to the subject; nullptr when all of the picture does.
  // Outside the parts it is 0.
  const Plane* alpha;
  const std::vector<EffectPart>& parts;
};

class Effect {
 public:
  Effect() = default;
  Effect(const Effect&) = delete;
  Effect& operator=(const Effect&) = delete;
  virtual ~Effect() = default;
  // Writes the declared planes of the subject's parts into `out`, of the same size. `out` is the subject's
  // own picture where the effect is declared pointwise and comes after another one.
  virtual void Apply(const EffectSubject& in, Picture& out) = 0;
  // Forgets what was measured: the effect was switched off for a while.
  virtual void Restart() {}
};

struct EffectInfo {
  const char* name;   // as SetEffects takes it
  const char* title;  // for people, in English
  EffectStage stage;
  uint8_t reads, writes;  // planes; what is not written passes through
  bool pointwise;         // a pixel of the result depends on no other pixel of the picture
  std::unique_ptr<Effect> (*make)(int width, int height);
};

template <typename T>
std::unique_ptr<Effect> MakeEffect(int width, int height) {
  return std::make_unique<T>(width, height);
}

}  // namespace backscrub
