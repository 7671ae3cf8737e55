#pragma once
#include <napi.h>

namespace backscrub {

// Adds encodeJpeg() to the addon's exports (native/lib/jpeg.ts).
void DefineJpeg(Napi::Env env, Napi::Object exports);

}  // namespace backscrub
