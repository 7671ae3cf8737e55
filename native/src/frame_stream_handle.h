// The JavaScript handle of a stream of pictures.
#pragma once
#include <napi.h>

namespace backscrub {

Napi::Function DefineFrameStream(Napi::Env env);

}  // namespace backscrub
