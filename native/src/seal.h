// Takes from a process that decodes files of others what it never needs.
#pragma once
#include <napi.h>

namespace backscrub {
// sealProcess() -> 0 or the errno of the step that the kernel refused
Napi::Value SealProcess(const Napi::CallbackInfo& info);
}  // namespace backscrub
