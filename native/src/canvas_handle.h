// The JavaScript handle of a canvas.
#pragma once
#include <napi.h>

#include <memory>

#include "canvas.h"

namespace backscrub {

// new Canvas(width, height)
class CanvasHandle : public Napi::ObjectWrap<CanvasHandle> {
 public:
  static Napi::Function Define(Napi::Env env);
  // The canvas behind a handle, or nullptr after a TypeError has been thrown.
  static const Canvas* Read(const Napi::Value& value);
  // The same, to be kept.
  static std::shared_ptr<const Canvas> Share(const Napi::Value& value);
  explicit CanvasHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value Compose(const Napi::CallbackInfo& info);
  Napi::Value Draw(const Napi::CallbackInfo& info);
  Napi::Value Store(const Napi::CallbackInfo& info);

  std::shared_ptr<Canvas> canvas_;
};

}  // namespace backscrub
