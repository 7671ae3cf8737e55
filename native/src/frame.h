// The JavaScript handles of pictures: a Frame, which may hold anything, and a Backdrop, which is a Frame into
// which no camera's picture gets. It takes files' bytes, other backdrops, and what hides the room (a blurred
// room, a matte); everything else that writes into a frame refuses it.
#pragma once
#include <napi.h>

#include "picture.h"

namespace backscrub {

// new Frame(width, height): an I420 picture in native memory; even sizes, 2 to 8192.
class Frame : public Napi::ObjectWrap<Frame> {
 public:
  static Napi::Function Define(Napi::Env env);
  // The picture behind a handle, or nullptr after a TypeError has been thrown.
  static const Picture* Read(const Napi::Value& value);
  // For writing, which gives it another content; refuses a backdrop.
  static Picture* Of(const Napi::Value& value);
  // The same of a backdrop alone, to read; of a frame or a backdrop, to write what may stand in both.
  static const Picture* ReadBackdrop(const Napi::Value& value);
  static bool IsBackdrop(const Napi::Value& value);
  static Picture* OfAny(const Napi::Value& value);
  // As OfAny, for what takes another picture's planes or leaves it as it is.
  static Picture* ToSwap(const Napi::Value& value);
  // setBackdrop(class): frames made by that class are backdrops.
  static Napi::Value SetBackdrop(const Napi::CallbackInfo& info);
  explicit Frame(const Napi::CallbackInfo& info);

 private:
  static Frame* Handle(const Napi::Value& value);
  // The picture to be written into.
  Picture& Written() {
    picture_.content.Renew();
    return picture_;
  }
  // What may be copied into this one: a backdrop takes backdrops only.
  const Picture* Source(const Napi::Value& value) const;
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
  bool backdrop_ = false;
};

}  // namespace backscrub
