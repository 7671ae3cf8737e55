// Takes the colours out of a picture.
#pragma once
#include "effect.h"

namespace backscrub {

struct Grey final : Effect {
  Grey(int, int) {}
  void Apply(const EffectSubject& in, Picture& out) override;
};

}  // namespace backscrub
