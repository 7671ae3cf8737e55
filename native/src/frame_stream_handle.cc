#include "frame_stream_handle.h"

#include <cmath>
#include <memory>

#include "arguments.h"
#include "frame_stream.h"

namespace backscrub {

namespace {

// new FrameStream(width, height, milliseconds between two pictures, 0 = as they are taken)
class FrameStreamHandle : public Napi::ObjectWrap<FrameStreamHandle> {
 public:
  static Napi::Function Define(Napi::Env env) {
    using H = FrameStreamHandle;
    return DefineClass(
        env, "FrameStream",
        {InstanceAccessor<&H::Writer>("writer"), InstanceAccessor<&H::Ended>("ended"),
         InstanceAccessor<&H::Pictures>("pictures"), InstanceMethod<&H::CloseWriter>("closeWriter"),
         InstanceMethod<&H::Take>("take"), InstanceMethod<&H::Close>("close")});
  }

  explicit FrameStreamHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<FrameStreamHandle>(info) {
    const char* text = "a stream's width and height are even numbers from 2 to 8192";
    if (!ReadInt(info[0], 2, 8192, width_, text) || !ReadInt(info[1], 2, 8192, height_, text)) return;
    if (width_ % 2 != 0 || height_ % 2 != 0) {
      Refuse(info.Env(), text);
      return;
    }
    const double period = info[2].IsNumber() ? info[2].As<Napi::Number>().DoubleValue() : -1;
    if (!(period >= 0 && period <= 1e6)) {
      Refuse(info.Env(), "a stream's period is 0 to 1000000 milliseconds");
      return;
    }
    stream_ =
        std::make_unique<FrameStream>(width_, height_, std::chrono::nanoseconds(std::llround(period * 1e6)));
  }

 private:
  Napi::Value Writer(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), stream_ ? stream_->writer() : -1);
  }
  Napi::Value Ended(const Napi::CallbackInfo& info) {
    return Napi::Boolean::New(info.Env(), !stream_ || stream_->ended());
  }
  Napi::Value Pictures(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), stream_ ? static_cast<double>(stream_->pictures()) : 0);
  }
  Napi::Value CloseWriter(const Napi::CallbackInfo& info) {
    if (stream_) stream_->CloseWriter();
    return info.Env().Undefined();
  }
  Napi::Value Take(const Napi::CallbackInfo& info) {
    int patience = 0;
    const char* text = "take waits for 0 to 60000 milliseconds";
    Picture* into = Frame::ToSwap(info[0]);
    if (into == nullptr) return info.Env().Undefined();
    if (into->width() != width_ || into->height() != height_) {
      Refuse(info.Env(), "the frame has another size");
      return info.Env().Undefined();
    }
    if (!info[1].IsUndefined() && !ReadInt(info[1], 0, 60000, patience, text)) return info.Env().Undefined();
    const bool taken = stream_ && stream_->Take(*into, std::chrono::milliseconds(patience));
    return Napi::Boolean::New(info.Env(), taken);
  }
  Napi::Value Close(const Napi::CallbackInfo& info) {
    stream_.reset();
    return info.Env().Undefined();
  }

  int width_ = 0, height_ = 0;
  std::unique_ptr<FrameStream> stream_;
};

}  // namespace

Napi::Function DefineFrameStream(Napi::Env env) { return FrameStreamHandle::Define(env); }

}  // namespace backscrub
