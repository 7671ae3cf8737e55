// The JavaScript handle of a stopwatch.
#pragma once
#include <napi.h>

namespace backscrub {
Napi::Function DefineStopwatch(Napi::Env env);
}
