// The JavaScript handle of a picture.
#pragma once
#include <napi.h>

#include "picture.h"

namespace backscrub {

// new Frame(width, height): an I420 picture in native memory; even sizes, 2 to 8192.
class Frame : public Napi::ObjectWrap<Frame> {
 public:
  static Napi::Function Define(Napi::Env env);
  // The picture behind a handle, or nullptr after a TypeError has been thrown. Of is for writing and gives
  // the picture a new version; Read is for reading.
  static Picture* Of(const Napi::Value& value);
  static const Picture* Read(const Napi::Value& value);
  explicit Frame(const Napi::CallbackInfo& info);
  Picture& picture() { return picture_; }

 private:
  Napi::Value Width(const Napi::CallbackInfo& info);
  Napi::Value Height(const Napi::CallbackInfo& info);
  Napi::Value Fill(const Napi::CallbackInfo& info);
  Napi::Value LoadI420(const Napi::CallbackInfo& info);
  Napi::Value StoreI420(const Napi::CallbackInfo& info);
  Napi::Value LoadYuyv(const Napi::CallbackInfo& info);
  Napi::Value StoreYuyv(const Napi::CallbackInfo& info);
  Napi::Value LoadRgb(const Napi::CallbackInfo& info);
  Napi::Value StoreRgb(const Napi::CallbackInfo& info);
  Napi::Value CoverFrom(const Napi::CallbackInfo& info);
  Napi::Value CopyFrom(const Napi::CallbackInfo& info);
  Napi::Value MixFrom(const Napi::CallbackInfo& info);
  Napi::Value AddGrain(const Napi::CallbackInfo& info);
  Napi::Value Release(const Napi::CallbackInfo& info);

  Picture picture_;
};

}  // namespace backscrub
