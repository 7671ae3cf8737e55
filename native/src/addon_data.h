// Per-environment data (no statics: the addon may be loaded by several workers).
#pragma once
#include <napi.h>

namespace backscrub {

struct AddonData {
  Napi::FunctionReference frame_constructor, matte_constructor, canvas_constructor, room_canvas_constructor,
      effect_chain_constructor;
  Napi::FunctionReference backdrop_constructor;  // native/lib/backdrop.ts
  Napi::FunctionReference device_error;          // native/lib/device-error.ts
};

}  // namespace backscrub
