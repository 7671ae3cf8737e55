// The JavaScript handles of what goes to the virtual camera: a canvas, on which the room is hidden, and the
// room itself, which is another class and no function of the other's takes it.
#pragma once
#include <napi.h>

#include <memory>

#include "canvas.h"

namespace backscrub {

// new Canvas(width, height)
class CanvasHandle : public Napi::ObjectWrap<CanvasHandle> {
 public:
  static Napi::Function Define(Napi::Env env);
  // The canvas behind a handle, to be kept, or nullptr after a TypeError has been thrown.
  static std::shared_ptr<const Canvas> Share(const Napi::Value& value);
  explicit CanvasHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value Compose(const Napi::CallbackInfo& info);
  Napi::Value Cover(const Napi::CallbackInfo& info);
  Napi::Value Store(const Napi::CallbackInfo& info);

  std::shared_ptr<Canvas> canvas_;
};

// new RoomCanvas(width, height): any picture whole, raw camera pictures among them.
class RoomCanvasHandle : public Napi::ObjectWrap<RoomCanvasHandle> {
 public:
  static Napi::Function Define(Napi::Env env);
  static bool Is(const Napi::Value& value);
  // The picture behind a handle, or nullptr after a TypeError has been thrown.
  static const PackedPicture* Read(const Napi::Value& value);
  explicit RoomCanvasHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value Draw(const Napi::CallbackInfo& info);
  Napi::Value Store(const Napi::CallbackInfo& info);

  std::unique_ptr<PackedPicture> packed_;
};

}  // namespace backscrub
