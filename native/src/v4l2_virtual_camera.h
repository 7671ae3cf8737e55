// The JavaScript handle of the virtual camera's writing side (native/lib/virtual-camera.ts).
#pragma once
#include <napi.h>

#include <memory>
#include <string>

#include "repeater.h"
#include "v4l2_output.h"
#include "v4l2_watch.h"

namespace backscrub {

class Canvas;
class PackedPicture;

class OutputHandle : public Napi::ObjectWrap<OutputHandle>, private FdWatch::Listener {
 public:
  static Napi::Function Define(Napi::Env env);
  // (path or descriptor, width, height, rate numerator, rate denominator), or a descriptor alone: the mode is
  // asked for
  explicit OutputHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value Write(const Napi::CallbackInfo& info);
  Napi::Value WriteCanvas(const Napi::CallbackInfo& info);
  Napi::Value WriteRoom(const Napi::CallbackInfo& info);
  Napi::Value Overwrite(const Napi::CallbackInfo& info);
  Napi::Value Repeat(const Napi::CallbackInfo& info);
  Napi::Value StopRepeating(const Napi::CallbackInfo& info);
  Napi::Value Keep(const Napi::CallbackInfo& info);
  Napi::Value WriteKept(const Napi::CallbackInfo& info);
  Napi::Value Watch(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);
  Napi::Value Descriptor(const Napi::CallbackInfo& info);
  Napi::Value Mode(const Napi::CallbackInfo& info);

  void OnReady(bool failed) override;
  void OnTimeout() override {}

  // The picture of the node's size behind the argument, or nullptr after a TypeError.
  const Picture* PictureOf(const Napi::CallbackInfo& info) const;
  // The canvas behind the argument if it is of the node's size, or nullptr after a TypeError.
  std::shared_ptr<const Canvas> CanvasOf(const Napi::CallbackInfo& info) const;
  // Whether the picture is of the node's size; a TypeError has been thrown otherwise.
  bool Fits(Napi::Env env, const PackedPicture& packed) const;
  // true: written; false: the node took nothing; throws a DeviceError otherwise.
  Napi::Value Written(Napi::Env env, Fault fault) const;
  void EndWatch();

  std::string path_;
  Output output_;
  FdWatch watch_;
  Napi::AsyncContext context_;
  Napi::FunctionReference on_count_;
  Napi::FunctionReference on_lost_;
  Repeater repeater_;  // last: it ends before what it writes to
};

}  // namespace backscrub
