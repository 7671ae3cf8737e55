// Messages to the service manager, with or without a file descriptor (sd_notify(3)).
#pragma once
#include <napi.h>

namespace backscrub {
// notifySystemd(address, state, descriptor to pass or -1) -> 0 or an errno
Napi::Value NotifySystemd(const Napi::CallbackInfo& info);
// awaitSystemd(address, milliseconds) -> 0 when everything sent before has been worked on, or an errno
Napi::Value AwaitSystemd(const Napi::CallbackInfo& info);
}  // namespace backscrub
