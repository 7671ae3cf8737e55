#include "v4l2_camera.h"

#include <algorithm>
#include <cerrno>

#include "frame.h"

namespace backscrub {

namespace {
constexpr double kFirstFrame =
    5000;  // milliseconds: some cameras measure the light before they send anything
constexpr double kShortest = 1000;
constexpr double kPeriods = 5;
}  // namespace

Napi::Function CameraHandle::Define(Napi::Env env) {
  return DefineClass(
      env, "CameraHandle",
      {InstanceMethod<&CameraHandle::Next>("next"), InstanceMethod<&CameraHandle::Close>("close"),
       InstanceAccessor<&CameraHandle::Mode>("mode"), InstanceAccessor<&CameraHandle::Dropped>("dropped"),
       InstanceAccessor<&CameraHandle::Damaged>("damaged")});
}

CameraHandle::CameraHandle(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<CameraHandle>(info), context_(info.Env(), "backscrub.camera") {
  const Napi::Env env = info.Env();
  for (size_t i = 0; i < 6; i++) {
    if (i < 2 ? info[i].IsString() : info[i].IsNumber()) continue;
    Napi::TypeError::New(env, "a camera needs a path and a mode").ThrowAsJavaScriptException();
    return;
  }
  path_ = info[0].As<Napi::String>();
  CaptureMode wanted;
  wanted.fourcc = FourccNumber(info[1].As<Napi::String>());
  wanted.width = info[2].As<Napi::Number>();
  wanted.height = info[3].As<Napi::Number>();
  wanted.rate_numerator = info[4].As<Napi::Number>();
  wanted.rate_denominator = info[5].As<Napi::Number>();
  Fault fault = capture_.Open(path_, wanted);
  if (!fault) {
    const int error = watch_.Open(env, capture_.fd(), this);
    if (error != 0) fault = {error, "poll"};
  }
  if (!fault) return;
  gone_ = fault;
  TearDown();
  ThrowDeviceError(env, fault, Phase::kOpening, path_);
}

Napi::Value CameraHandle::Mode(const Napi::CallbackInfo& info) {
  const CaptureMode& mode = capture_.mode();
  Napi::Object rate = Napi::Object::New(info.Env());
  rate.Set("numerator", mode.rate_numerator);
  rate.Set("denominator", mode.rate_denominator);
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("fourcc", FourccText(mode.fourcc));
  result.Set("width", mode.width);
  result.Set("height", mode.height);
  result.Set("frameRate", rate);
  return result;
}

Napi::Value CameraHandle::Dropped(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), capture_.dropped());
}

Napi::Value CameraHandle::Damaged(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), capture_.damaged());
}

uint64_t CameraHandle::Timeout() const {
  if (!started_) return static_cast<uint64_t>(kFirstFrame);
  return static_cast<uint64_t>(std::max(kShortest, kPeriods * capture_.period()));
}

Napi::Value CameraHandle::Next(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Picture* picture = Frame::Of(info[0]);
  if (picture == nullptr) return env.Undefined();
  const CaptureMode& mode = capture_.mode();
  if (picture->width() != static_cast<int>(mode.width) ||
      picture->height() != static_cast<int>(mode.height)) {
    Napi::TypeError::New(env, "next needs a frame of the camera's size").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  if (waiting_) {
    Napi::Error::New(env, "the camera is being waited for already").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  waiting_.emplace(env);
  Napi::Promise promise = waiting_->Promise();
  if (gone_) {
    Reject(gone_);
    return promise;
  }
  Shot shot;
  Fault fault;
  switch (capture_.TakeLatest(*picture, shot, fault)) {
    case Capture::Outcome::kFrame:
      Resolve(shot);
      break;
    case Capture::Outcome::kFault:
      gone_ = fault;
      TearDown();
      Reject(fault);
      break;
    case Capture::Outcome::kPast:
    case Capture::Outcome::kNothing: {
      const Napi::Object frame = info[0].As<Napi::Object>();
      // Whoever uses one frame, or a pair in turn, gets by with few new references.
      if (frame_.IsEmpty() || !frame_.Value().StrictEquals(frame)) frame_ = Napi::Persistent(frame);
      Ref();  // the poll calls back into this object
      watch_.Start(UV_READABLE, Timeout());
    }
  }
  return promise;
}

// Damaged pictures alone leave the timeout standing.
void CameraHandle::OnReady(bool failed) { Look(failed ? Fault{ENODEV, "poll"} : Fault{}); }

// The loop runs its timers before it looks at descriptors: when other work has held it up, pictures are
// there.
void CameraHandle::OnTimeout() { Look({ETIMEDOUT, "poll"}); }

void CameraHandle::Look(Fault none) {
  const Napi::Env env = Env();
  Napi::HandleScope scope(env);
  Napi::CallbackScope callback(env, context_);
  Picture* picture = Frame::Of(frame_.Value());
  Shot shot;
  Fault fault;
  const Capture::Outcome outcome = capture_.TakeLatest(*picture, shot, fault);
  if (outcome == Capture::Outcome::kPast) {
    watch_.Start(UV_READABLE, Timeout());
    return;
  }
  const bool is_silent = outcome == Capture::Outcome::kNothing && none.error == ETIMEDOUT;
  if (outcome == Capture::Outcome::kNothing) {
    if (!none) return;
    fault = none;
  }
  watch_.Stop();
  if (outcome == Capture::Outcome::kFrame) {
    Resolve(shot);
  } else {
    // A camera that is silent may go on; what the kernel reports is for good.
    if (!is_silent) {
      gone_ = fault;
      TearDown();
    }
    Reject(fault);
  }
  Unref();
}

void CameraHandle::TearDown() {
  watch_.Close();
  capture_.Close();
}

void CameraHandle::Resolve(const Shot& shot) {
  started_ = true;
  Napi::Object result = Napi::Object::New(Env());
  result.Set("sequence", shot.sequence);
  result.Set("milliseconds", shot.milliseconds);
  const Napi::Promise::Deferred deferred = *waiting_;
  waiting_.reset();
  deferred.Resolve(result);
}

void CameraHandle::Reject(Fault fault) {
  const Napi::Promise::Deferred deferred = *waiting_;
  waiting_.reset();
  deferred.Reject(MakeDeviceError(Env(), fault, Phase::kStreaming, path_));
}

Napi::Value CameraHandle::Close(const Napi::CallbackInfo& info) {
  if (!gone_) gone_ = {ECANCELED, "close"};
  const bool pending = waiting_.has_value();
  TearDown();
  if (pending) {
    Reject(gone_);
    Unref();
  }
  frame_.Reset();
  return info.Env().Undefined();
}

}  // namespace backscrub
