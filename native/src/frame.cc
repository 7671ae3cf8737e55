#include "frame.h"

#include <libyuv.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "addon_data.h"
#include "colour.h"
#include "compose.h"
#include "grain.h"

namespace backscrub {

namespace {

constexpr int kMaxSize = 8192;

void ThrowType(Napi::Env env, const char* text) {
  Napi::TypeError::New(env, text).ThrowAsJavaScriptException();
}

int64_t MemoryOf(const Picture& picture) {
  return static_cast<int64_t>(picture.y.stride()) * picture.height() * 3 / 2;
}

// A typed array's bytes, or nullptr after a TypeError when it is not a Uint8Array of at least `size` bytes.
uint8_t* Bytes(const Napi::Value& value, size_t size) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    ThrowType(value.Env(), "a Uint8Array is needed");
    return nullptr;
  }
  auto array = value.As<Napi::Uint8Array>();
  if (array.ByteLength() < size) {
    ThrowType(value.Env(), "the array is too small for this frame");
    return nullptr;
  }
  return array.Data();
}

}  // namespace

Napi::Function Frame::Define(Napi::Env env) {
  Napi::Function constructor = DefineClass(
      env, "Frame",
      {InstanceAccessor<&Frame::Width>("width"), InstanceAccessor<&Frame::Height>("height"),
       InstanceMethod<&Frame::Fill>("fill"), InstanceMethod<&Frame::LoadI420>("loadI420"),
       InstanceMethod<&Frame::StoreI420>("storeI420"), InstanceMethod<&Frame::LoadYuyv>("loadYuyv"),
       InstanceMethod<&Frame::StoreYuyv>("storeYuyv"), InstanceMethod<&Frame::LoadRgb>("loadRgb"),
       InstanceMethod<&Frame::StoreRgb>("storeRgb"), InstanceMethod<&Frame::CopyFrom>("copyFrom"),
       InstanceMethod<&Frame::CoverFrom>("coverFrom"), InstanceMethod<&Frame::MixFrom>("mixFrom"),
       InstanceMethod<&Frame::AddGrain>("addGrain"), InstanceMethod<&Frame::Release>("release")});
  env.GetInstanceData<AddonData>()->frame_constructor = Napi::Persistent(constructor);
  return constructor;
}

Napi::Value Frame::SetBackdrop(const Napi::CallbackInfo& info) {
  if (info[0].IsFunction()) {
    info.Env().GetInstanceData<AddonData>()->backdrop_constructor =
        Napi::Persistent(info[0].As<Napi::Function>());
  }
  return info.Env().Undefined();
}

Frame* Frame::Handle(const Napi::Value& value) {
  const Napi::Env env = value.Env();
  if (!value.IsObject() ||
      !value.As<Napi::Object>().InstanceOf(env.GetInstanceData<AddonData>()->frame_constructor.Value())) {
    ThrowType(env, "a Frame is needed");
    return nullptr;
  }
  return Napi::ObjectWrap<Frame>::Unwrap(value.As<Napi::Object>());
}

const Picture* Frame::Read(const Napi::Value& value) {
  const Frame* frame = Handle(value);
  return frame != nullptr ? &frame->picture_ : nullptr;
}

Picture* Frame::Of(const Napi::Value& value) {
  Frame* frame = Handle(value);
  if (frame == nullptr) return nullptr;
  if (!frame->backdrop_) return &frame->Written();
  ThrowType(value.Env(), "a Backdrop takes no picture of a camera");
  return nullptr;
}

const Picture* Frame::ReadBackdrop(const Napi::Value& value) {
  const Frame* frame = Handle(value);
  if (frame == nullptr) return nullptr;
  if (frame->backdrop_) return &frame->picture_;
  ThrowType(value.Env(), "a Backdrop is needed");
  return nullptr;
}

bool Frame::IsBackdrop(const Napi::Value& value) {
  const auto& frame = value.Env().GetInstanceData<AddonData>()->frame_constructor;
  return value.IsObject() && value.As<Napi::Object>().InstanceOf(frame.Value()) && Handle(value)->backdrop_;
}

Picture* Frame::OfAny(const Napi::Value& value) {
  Frame* frame = Handle(value);
  return frame != nullptr ? &frame->Written() : nullptr;
}

Picture* Frame::ToSwap(const Napi::Value& value) {
  Frame* frame = Handle(value);
  return frame != nullptr ? &frame->picture_ : nullptr;
}

const Picture* Frame::Source(const Napi::Value& value) const {
  return backdrop_ ? ReadBackdrop(value) : Read(value);
}

Frame::Frame(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Frame>(info) {
  const int width = info[0].IsNumber() ? info[0].As<Napi::Number>().Int32Value() : 0;
  const int height = info[1].IsNumber() ? info[1].As<Napi::Number>().Int32Value() : 0;
  if (width < 2 || height < 2 || width > kMaxSize || height > kMaxSize || width % 2 != 0 || height % 2 != 0) {
    ThrowType(info.Env(), "a frame's width and height are even numbers from 2 to 8192");
    return;
  }
  picture_ = Picture(width, height);
  const Napi::FunctionReference& backdrop = info.Env().GetInstanceData<AddonData>()->backdrop_constructor;
  backdrop_ = !backdrop.IsEmpty() && info.This().As<Napi::Object>().InstanceOf(backdrop.Value());
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), MemoryOf(picture_));
}

Napi::Value Frame::Width(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), picture_.width());
}
Napi::Value Frame::Height(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), picture_.height());
}

Napi::Value Frame::Fill(const Napi::CallbackInfo& info) {
  uint8_t value[3] = {16, 128, 128};
  for (size_t i = 0; i < 3; i++) {
    if (!info[i].IsNumber()) {
      ThrowType(info.Env(), "fill needs three numbers: Y, Cb, Cr");
      return info.Env().Undefined();
    }
    value[i] = static_cast<uint8_t>(info[i].As<Napi::Number>().Uint32Value());
  }
  Written();
  picture_.y.fill(value[0]);
  picture_.u.fill(value[1]);
  picture_.v.fill(value[2]);
  return info.Env().Undefined();
}

Napi::Value Frame::LoadI420(const Napi::CallbackInfo& info) {
  const int w = picture_.width(), h = picture_.height();
  const uint8_t* in = Bytes(info[0], static_cast<size_t>(w) * h * 3 / 2);
  if (in == nullptr) return info.Env().Undefined();
  Written();
  const uint8_t* u = in + static_cast<size_t>(w) * h;
  const uint8_t* v = u + static_cast<size_t>(w / 2) * (h / 2);
  libyuv::I420Copy(in, w, u, w / 2, v, w / 2, picture_.y.data(), picture_.y.stride(), picture_.u.data(),
                   picture_.u.stride(), picture_.v.data(), picture_.v.stride(), w, h);
  return info.Env().Undefined();
}

Napi::Value Frame::StoreI420(const Napi::CallbackInfo& info) {
  const int w = picture_.width(), h = picture_.height();
  uint8_t* out = Bytes(info[0], static_cast<size_t>(w) * h * 3 / 2);
  if (out == nullptr) return info.Env().Undefined();
  uint8_t* u = out + static_cast<size_t>(w) * h;
  uint8_t* v = u + static_cast<size_t>(w / 2) * (h / 2);
  libyuv::I420Copy(picture_.y.data(), picture_.y.stride(), picture_.u.data(), picture_.u.stride(),
                   picture_.v.data(), picture_.v.stride(), out, w, u, w / 2, v, w / 2, w, h);
  return info.Env().Undefined();
}

Napi::Value Frame::LoadYuyv(const Napi::CallbackInfo& info) {
  const int w = picture_.width(), h = picture_.height();
  const uint8_t* in = Bytes(info[0], static_cast<size_t>(w) * h * 2);
  if (in == nullptr) return info.Env().Undefined();
  Written();
  libyuv::YUY2ToI420(in, w * 2, picture_.y.data(), picture_.y.stride(), picture_.u.data(),
                     picture_.u.stride(), picture_.v.data(), picture_.v.stride(), w, h);
  return info.Env().Undefined();
}

Napi::Value Frame::StoreYuyv(const Napi::CallbackInfo& info) {
  const int w = picture_.width(), h = picture_.height();
  uint8_t* out = Bytes(info[0], static_cast<size_t>(w) * h * 2);
  if (out == nullptr) return info.Env().Undefined();
  libyuv::I420ToYUY2(picture_.y.data(), picture_.y.stride(), picture_.u.data(), picture_.u.stride(),
                     picture_.v.data(), picture_.v.stride(), out, w * 2, w, h);
  return info.Env().Undefined();
}

Napi::Value Frame::LoadRgb(const Napi::CallbackInfo& info) {
  const int w = picture_.width(), h = picture_.height();
  const uint8_t* in = Bytes(info[0], static_cast<size_t>(w) * h * 3);
  if (in == nullptr) return info.Env().Undefined();
  Written();
  // libyuv names formats by little-endian words: RAW is R, G, B in memory.
  libyuv::RAWToI420(in, w * 3, picture_.y.data(), picture_.y.stride(), picture_.u.data(), picture_.u.stride(),
                    picture_.v.data(), picture_.v.stride(), w, h);
  return info.Env().Undefined();
}

Napi::Value Frame::StoreRgb(const Napi::CallbackInfo& info) {
  const int w = picture_.width(), h = picture_.height();
  uint8_t* out = Bytes(info[0], static_cast<size_t>(w) * h * 3);
  if (out == nullptr) return info.Env().Undefined();
  for (int y = 0; y < h; y++)
    ToRgb(picture_.y.row(y), picture_.u.row(y / 2), picture_.v.row(y / 2), w,
          out + static_cast<size_t>(y) * w * 3);
  return info.Env().Undefined();
}

Napi::Value Frame::CopyFrom(const Napi::CallbackInfo& info) {
  const Picture* other = Source(info[0]);
  if (other == nullptr) return info.Env().Undefined();
  Written();
  const int w = picture_.width(), h = picture_.height();
  if (other->width() != w || other->height() != h) {
    ThrowType(info.Env(), "copyFrom needs a frame of the same size");
    return info.Env().Undefined();
  }
  libyuv::I420Copy(other->y.data(), other->y.stride(), other->u.data(), other->u.stride(), other->v.data(),
                   other->v.stride(), picture_.y.data(), picture_.y.stride(), picture_.u.data(),
                   picture_.u.stride(), picture_.v.data(), picture_.v.stride(), w, h);
  return info.Env().Undefined();
}

Napi::Value Frame::MixFrom(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Picture* from = Source(info[0]);
  if (from == nullptr) return env.Undefined();
  const Picture* to = Source(info[1]);
  if (to == nullptr) return env.Undefined();
  const int w = picture_.width(), h = picture_.height();
  if (from->width() != w || from->height() != h || to->width() != w || to->height() != h ||
      !info[2].IsNumber()) {
    ThrowType(env, "mixFrom needs two frames of the same size and a weight");
    return env.Undefined();
  }
  Written();
  const double weight = std::clamp(info[2].As<Napi::Number>().DoubleValue(), 0.0, 1.0);
  const auto part = static_cast<int>(std::lround(weight * 256));
  if (part >= 256) from = to;  // libyuv's weights end at 255 / 256
  libyuv::I420Interpolate(from->y.data(), from->y.stride(), from->u.data(), from->u.stride(), from->v.data(),
                          from->v.stride(), to->y.data(), to->y.stride(), to->u.data(), to->u.stride(),
                          to->v.data(), to->v.stride(), picture_.y.data(), picture_.y.stride(),
                          picture_.u.data(), picture_.u.stride(), picture_.v.data(), picture_.v.stride(), w,
                          h, part & 255);
  return env.Undefined();
}

Napi::Value Frame::AddGrain(const Napi::CallbackInfo& info) {
  backscrub::AddGrain(Written());
  return info.Env().Undefined();
}

Napi::Value Frame::Release(const Napi::CallbackInfo& info) {
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), -MemoryOf(picture_));
  picture_ = Picture();
  return info.Env().Undefined();
}

Napi::Value Frame::CoverFrom(const Napi::CallbackInfo& info) {
  const Picture* other = Source(info[0]);
  const auto focus = [](const Napi::Value& value) {
    return value.IsNumber() ? std::clamp(value.As<Napi::Number>().DoubleValue(), 0.0, 1.0) : 0.5;
  };
  if (other != nullptr) Cover(*other, Written(), focus(info[1]), focus(info[2]));
  return info.Env().Undefined();
}

}  // namespace backscrub
