// Reads the options of composing from JavaScript.
#pragma once
#include <napi.h>

#include <algorithm>

#include "compose.h"

namespace backscrub {

// Arguments at and at + 1: light wrap (0 to 1, clamped; missing: 0), edge colours (missing: true).
inline ComposeOptions ReadComposeOptions(const Napi::CallbackInfo& info, size_t at) {
  ComposeOptions options;
  if (info[at].IsNumber())
    options.light_wrap = std::clamp(info[at].As<Napi::Number>().FloatValue(), 0.0f, 1.0f);
  if (info[at + 1].IsBoolean()) options.edge_colours = info[at + 1].As<Napi::Boolean>().Value();
  return options;
}

}  // namespace backscrub
