// All effects, in the order in which they are offered. A new one is a file beside this one and a line here
// (and its name in daemon/src/shared/names.ts, which a test compares with this table).
#pragma once
#include <array>
#include <string_view>

#include "effect.h"

#define BACKSCRUB_EFFECTS(X) \
  X(kHologram)               \
  X(kMirror)                 \
  X(kFlip)                   \
  X(kGrayscale)              \
  X(kDesaturateBackground)   \
  X(kVignette)               \
  X(kBrighten)               \
  X(kBlurBackground)         \
  X(kLightWrap)

namespace backscrub {

#define BACKSCRUB_DECLARE(name) extern const EffectInfo name;
BACKSCRUB_EFFECTS(BACKSCRUB_DECLARE)
#undef BACKSCRUB_DECLARE

#define BACKSCRUB_POINTER(name) &name,
inline constexpr std::array kEffects = {BACKSCRUB_EFFECTS(BACKSCRUB_POINTER)};
#undef BACKSCRUB_POINTER

// nullptr when there is no such effect.
inline const EffectInfo* FindEffect(std::string_view name) {
  for (const EffectInfo* info : kEffects)
    if (name == info->name) return info;
  return nullptr;
}

}  // namespace backscrub
