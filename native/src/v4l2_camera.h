// The JavaScript handle of a streaming camera (native/lib/camera.ts).
#pragma once
#include <napi.h>

#include <optional>
#include <string>

#include "v4l2_capture.h"
#include "v4l2_watch.h"

namespace backscrub {

class CameraHandle : public Napi::ObjectWrap<CameraHandle>, private FdWatch::Listener {
 public:
  static Napi::Function Define(Napi::Env env);
  // (path, fourcc, width, height, rate numerator, rate denominator)
  explicit CameraHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value Next(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);
  Napi::Value Mode(const Napi::CallbackInfo& info);
  Napi::Value Dropped(const Napi::CallbackInfo& info);
  Napi::Value Damaged(const Napi::CallbackInfo& info);

  void OnReady(bool failed) override;
  void OnTimeout() override;
  // Ends the wait with the picture that is there, or with the fault `none` when there is none. Without a
  // fault the wait goes on.
  void Look(Fault none);

  void TearDown();
  void Resolve(const Shot& shot);
  void Reject(Fault fault);
  uint64_t Timeout() const;

  std::string path_;
  Capture capture_;
  FdWatch watch_;
  Napi::AsyncContext context_;
  std::optional<Napi::Promise::Deferred> waiting_;
  Napi::ObjectReference frame_;  // the picture that the waiting promise fills
  Fault gone_;                   // why the stream has ended
  bool started_ = false;         // a first frame has come
};

}  // namespace backscrub
