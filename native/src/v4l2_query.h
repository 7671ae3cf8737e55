// What a video node is and can do.
#pragma once
#include <napi.h>

namespace backscrub {

// queryDevice(path, withFormats) -> {name, driver, busInfo, capture, output, formats}; throws a DeviceError.
Napi::Value QueryDevice(const Napi::CallbackInfo& info);

}  // namespace backscrub
