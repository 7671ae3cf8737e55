// Exports of the V4L2 part.
#pragma once
#include <napi.h>

namespace backscrub {
void DefineV4l2(Napi::Env env, Napi::Object exports);
}
