// What a process needs from the kernel and from systemd and Node does not offer.
#pragma once
#include <napi.h>

namespace backscrub {
void DefineProcess(Napi::Env env, Napi::Object exports);
}
