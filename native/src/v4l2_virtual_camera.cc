#include "v4l2_virtual_camera.h"

#include <cerrno>
#include <chrono>
#include <mutex>

#include "arguments.h"
#include "canvas_handle.h"
#include "frame.h"

namespace backscrub {

Napi::Function OutputHandle::Define(Napi::Env env) {
  return DefineClass(
      env, "OutputHandle",
      {InstanceMethod<&OutputHandle::Write>("write"),
       InstanceMethod<&OutputHandle::WriteCanvas>("writeCanvas"), InstanceMethod<&OutputHandle::Keep>("keep"),
       InstanceMethod<&OutputHandle::WriteRoom>("writeRoom"),
       InstanceMethod<&OutputHandle::Overwrite>("overwrite"), InstanceMethod<&OutputHandle::Repeat>("repeat"),
       InstanceMethod<&OutputHandle::StopRepeating>("stopRepeating"),
       InstanceMethod<&OutputHandle::WriteKept>("writeKept"), InstanceMethod<&OutputHandle::Watch>("watch"),
       InstanceMethod<&OutputHandle::Close>("close"), InstanceAccessor<&OutputHandle::Descriptor>("fd"),
       InstanceAccessor<&OutputHandle::Mode>("mode")});
}

OutputHandle::OutputHandle(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<OutputHandle>(info), context_(info.Env(), "backscrub.output") {
  const Napi::Env env = info.Env();
  if (info[0].IsNumber() && info.Length() == 1) {
    const int fd = info[0].As<Napi::Number>();
    path_ = "descriptor " + std::to_string(fd);
    if (const Fault fault = output_.Resume(fd)) ThrowDeviceError(env, fault, Phase::kOpening, path_);
    return;
  }
  bool good = info[0].IsString() || info[0].IsNumber();
  for (size_t i = 1; i < 5; i++) good = good && info[i].IsNumber();
  Output::Mode mode;
  if (good) {
    mode.width = info[1].As<Napi::Number>();
    mode.height = info[2].As<Napi::Number>();
    mode.rate_numerator = info[3].As<Napi::Number>();
    mode.rate_denominator = info[4].As<Napi::Number>();
    good = mode.width >= 2 && mode.height >= 2 && mode.width <= 8192 && mode.height <= 8192 &&
           mode.width % 2 == 0 && mode.height % 2 == 0 && mode.rate_numerator > 0 &&
           mode.rate_denominator > 0;
  }
  if (!good) {
    Napi::TypeError::New(env, "a virtual camera needs a path, an even width and height, and a frame rate")
        .ThrowAsJavaScriptException();
    return;
  }
  if (info[0].IsNumber()) {
    const int fd = info[0].As<Napi::Number>();
    path_ = "descriptor " + std::to_string(fd);
    output_.Adopt(fd, mode);
    return;
  }
  path_ = info[0].As<Napi::String>();
  if (const Fault fault = output_.Open(path_, mode)) ThrowDeviceError(env, fault, Phase::kOpening, path_);
}

Napi::Value OutputHandle::Descriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), output_.fd());
}

Napi::Value OutputHandle::Mode(const Napi::CallbackInfo& info) {
  const Output::Mode& mode = output_.mode();
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("width", mode.width);
  result.Set("height", mode.height);
  result.Set("frameRate", static_cast<double>(mode.rate_numerator) / mode.rate_denominator);
  return result;
}

const Picture* OutputHandle::PictureOf(const Napi::CallbackInfo& info) const {
  const Picture* picture = Frame::Read(info[0]);
  if (picture == nullptr) return nullptr;
  const Output::Mode& mode = output_.mode();
  if (picture->width() == static_cast<int>(mode.width) &&
      picture->height() == static_cast<int>(mode.height)) {
    return picture;
  }
  Napi::TypeError::New(info.Env(), "the frame has another size than the virtual camera")
      .ThrowAsJavaScriptException();
  return nullptr;
}

Napi::Value OutputHandle::Written(Napi::Env env, Fault fault) const {
  if (fault && fault.error != EAGAIN) {
    ThrowDeviceError(env, fault, Phase::kStreaming, path_);
    return env.Undefined();
  }
  return Napi::Boolean::New(env, !fault);
}

Napi::Value OutputHandle::Write(const Napi::CallbackInfo& info) {
  const Picture* picture = PictureOf(info);
  if (picture == nullptr) return info.Env().Undefined();
  return Written(info.Env(), output_.Write(*picture));
}

std::shared_ptr<const Canvas> OutputHandle::CanvasOf(const Napi::CallbackInfo& info) const {
  std::shared_ptr<const Canvas> canvas = CanvasHandle::Share(info[0]);
  return canvas != nullptr && Fits(info.Env(), canvas->packed()) ? canvas : nullptr;
}

bool OutputHandle::Fits(Napi::Env env, const PackedPicture& packed) const {
  const Output::Mode& mode = output_.mode();
  if (packed.width() == static_cast<int>(mode.width) && packed.height() == static_cast<int>(mode.height))
    return true;
  return Refuse(env, "the canvas has another size than the virtual camera");
}

Napi::Value OutputHandle::WriteCanvas(const Napi::CallbackInfo& info) {
  const std::shared_ptr<const Canvas> canvas = CanvasOf(info);
  if (canvas == nullptr) return info.Env().Undefined();
  const Fault fault = output_.WritePacked(canvas->packed().bytes());
  repeater_.Shown();
  return Written(info.Env(), fault);
}

Napi::Value OutputHandle::WriteRoom(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const PackedPicture* room = RoomCanvasHandle::Read(info[0]);
  if (room == nullptr || !Fits(env, *room)) return env.Undefined();
  // Whatever it repeats is not what is to be seen now.
  repeater_.Stop();
  return Written(env, output_.WritePacked(room->bytes()));
}

Napi::Value OutputHandle::Overwrite(const Napi::CallbackInfo& info) {
  const std::shared_ptr<const Canvas> canvas = CanvasOf(info);
  if (canvas == nullptr) return info.Env().Undefined();
  Fault fault;
  for (int left = output_.buffers(); left > 0 && !fault; left--)
    fault = output_.WritePacked(canvas->packed().bytes());
  repeater_.Shown();
  return Written(info.Env(), fault);
}

Napi::Value OutputHandle::Repeat(const Napi::CallbackInfo& info) {
  const std::shared_ptr<const Canvas> canvas = CanvasOf(info);
  if (canvas == nullptr) return info.Env().Undefined();
  int milliseconds;
  if (!ReadInt(info[1], 1, 60'000, milliseconds, "milliseconds are a number from 1 to 60000"))
    return info.Env().Undefined();
  repeater_.Start(std::chrono::milliseconds(milliseconds), [this, canvas] {
    const std::lock_guard lock(canvas->guard());
    // What is wrong with the node, the next new picture meets too, and can say.
    output_.WritePacked(canvas->packed().bytes());
  });
  return info.Env().Undefined();
}

Napi::Value OutputHandle::StopRepeating(const Napi::CallbackInfo& info) {
  repeater_.Stop();
  return info.Env().Undefined();
}

Napi::Value OutputHandle::Keep(const Napi::CallbackInfo& info) {
  const Picture* picture = PictureOf(info);
  if (picture != nullptr) output_.Keep(*picture);
  return info.Env().Undefined();
}

Napi::Value OutputHandle::WriteKept(const Napi::CallbackInfo& info) {
  if (!output_.has_kept()) {
    Napi::Error::New(info.Env(), "no frame is kept: call keep first").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  return Written(info.Env(), output_.WriteKept());
}

Napi::Value OutputHandle::Watch(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsFunction() || !info[1].IsFunction()) {
    Napi::TypeError::New(env, "watch needs two functions").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  if (output_.fd() < 0 || !output_.SubscribeConsumers()) return Napi::Boolean::New(env, false);
  const bool first = on_count_.IsEmpty();
  on_count_ = Napi::Persistent(info[0].As<Napi::Function>());
  on_lost_ = Napi::Persistent(info[1].As<Napi::Function>());
  if (!first) return Napi::Boolean::New(env, true);
  if (const int error = watch_.Open(env, output_.fd(), this)) {
    on_count_.Reset();
    on_lost_.Reset();
    ThrowDeviceError(env, {error, "poll"}, Phase::kStreaming, path_);
    return env.Undefined();
  }
  Ref();
  watch_.Start(UV_PRIORITIZED, 0);
  return Napi::Boolean::New(env, true);
}

void OutputHandle::EndWatch() {
  watch_.Close();
  if (on_count_.IsEmpty()) return;
  on_count_.Reset();
  on_lost_.Reset();
  Unref();
}

void OutputHandle::OnReady(bool failed) {
  const Napi::Env env = Env();
  Napi::HandleScope scope(env);
  Napi::CallbackScope callback(env, context_);
  uint32_t count = 0;
  bool any = false;
  int error;
  // Only the newest count matters.
  while ((error = output_.TakeConsumers(count)) == 0) any = true;
  const bool lost = failed || (error != EAGAIN && error != ENOENT);
  const Napi::Function on_count = on_count_.Value(), on_lost = on_lost_.Value();
  if (lost) {
    EndWatch();
    const int reason = error == EAGAIN || error == ENOENT ? ENODEV : error;
    on_lost.Call({MakeDeviceError(env, {reason, "VIDIOC_DQEVENT"}, Phase::kStreaming, path_)});
  } else if (any) {
    on_count.Call({Napi::Number::New(env, count)});
  }
  if (!env.IsExceptionPending()) return;
  // A listener threw: let the process hear of it as from any other callback.
  const Napi::Error thrown = env.GetAndClearPendingException();
  napi_fatal_exception(env, thrown.Value());
}

Napi::Value OutputHandle::Close(const Napi::CallbackInfo& info) {
  EndWatch();
  repeater_.Stop();
  output_.Close();
  return info.Env().Undefined();
}

}  // namespace backscrub
