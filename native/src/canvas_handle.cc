#include "canvas_handle.h"

#include <cstring>

#include "addon_data.h"
#include "arguments.h"
#include "compose_options.h"
#include "matte_handle.h"

namespace backscrub {

namespace {

bool ReadSize(const Napi::CallbackInfo& info, int& width, int& height) {
  const char* text = "a canvas's width and height are even numbers from 2 to 8192";
  if (!ReadInt(info[0], 2, 8192, width, text) || !ReadInt(info[1], 2, 8192, height, text)) return false;
  return (width % 2 == 0 && height % 2 == 0) || Refuse(info.Env(), text);
}

Napi::Value StoreBytes(const Napi::CallbackInfo& info, const PackedPicture& packed) {
  const std::vector<uint8_t>& bytes = packed.bytes();
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array ||
      info[0].As<Napi::Uint8Array>().ByteLength() < bytes.size()) {
    Refuse(info.Env(), "a Uint8Array of width * height * 2 bytes is needed");
  } else {
    std::memcpy(info[0].As<Napi::Uint8Array>().Data(), bytes.data(), bytes.size());
  }
  return info.Env().Undefined();
}

bool IsInstance(const Napi::Value& value, const Napi::FunctionReference& constructor) {
  return value.IsObject() && value.As<Napi::Object>().InstanceOf(constructor.Value());
}

}  // namespace

Napi::Function CanvasHandle::Define(Napi::Env env) {
  Napi::Function constructor = DefineClass(
      env, "Canvas",
      {InstanceMethod<&CanvasHandle::Compose>("compose"), InstanceMethod<&CanvasHandle::Cover>("cover"),
       InstanceMethod<&CanvasHandle::Store>("store")});
  env.GetInstanceData<AddonData>()->canvas_constructor = Napi::Persistent(constructor);
  return constructor;
}

std::shared_ptr<const Canvas> CanvasHandle::Share(const Napi::Value& value) {
  const Napi::Env env = value.Env();
  if (!IsInstance(value, env.GetInstanceData<AddonData>()->canvas_constructor)) {
    Refuse(env, "a Canvas is needed");
    return nullptr;
  }
  return Napi::ObjectWrap<CanvasHandle>::Unwrap(value.As<Napi::Object>())->canvas_;
}

CanvasHandle::CanvasHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<CanvasHandle>(info) {
  int width, height;
  if (ReadSize(info, width, height)) canvas_ = std::make_shared<Canvas>(width, height);
}

Napi::Value CanvasHandle::Compose(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int width = canvas_->width(), height = canvas_->height();
  const Matte* matte = MatteHandle::Read(info[0]);
  if (matte == nullptr) return env.Undefined();
  if (matte->alpha().width() != width || matte->alpha().height() != height) {
    Refuse(env, "the matte has another size");
    return env.Undefined();
  }
  const Picture *foreground, *background;
  if (ReadFrame(info[1], width, height, foreground) && ReadBackdrop(info[2], width, height, background))
    canvas_->Compose(*matte, *foreground, Backdrop(*background), ReadComposeOptions(info, 3));
  return env.Undefined();
}

Napi::Value CanvasHandle::Cover(const Napi::CallbackInfo& info) {
  const Picture* background;
  if (ReadBackdrop(info[0], canvas_->width(), canvas_->height(), background))
    canvas_->Cover(Backdrop(*background));
  return info.Env().Undefined();
}

Napi::Value CanvasHandle::Store(const Napi::CallbackInfo& info) {
  return StoreBytes(info, canvas_->packed());
}

Napi::Function RoomCanvasHandle::Define(Napi::Env env) {
  Napi::Function constructor = DefineClass(
      env, "RoomCanvas",
      {InstanceMethod<&RoomCanvasHandle::Draw>("draw"), InstanceMethod<&RoomCanvasHandle::Store>("store")});
  env.GetInstanceData<AddonData>()->room_canvas_constructor = Napi::Persistent(constructor);
  return constructor;
}

bool RoomCanvasHandle::Is(const Napi::Value& value) {
  return IsInstance(value, value.Env().GetInstanceData<AddonData>()->room_canvas_constructor);
}

const PackedPicture* RoomCanvasHandle::Read(const Napi::Value& value) {
  if (Is(value)) return Napi::ObjectWrap<RoomCanvasHandle>::Unwrap(value.As<Napi::Object>())->packed_.get();
  Refuse(value.Env(), "a RoomCanvas is needed");
  return nullptr;
}

RoomCanvasHandle::RoomCanvasHandle(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<RoomCanvasHandle>(info) {
  int width, height;
  if (ReadSize(info, width, height)) packed_ = std::make_unique<PackedPicture>(width, height);
}

Napi::Value RoomCanvasHandle::Draw(const Napi::CallbackInfo& info) {
  const int width = packed_->width(), height = packed_->height();
  const Picture* picture;
  if (ReadFrame(info[0], width, height, picture)) packed_->Pack(*picture, Box{0, 0, width, height}, 0, 0);
  return info.Env().Undefined();
}

Napi::Value RoomCanvasHandle::Store(const Napi::CallbackInfo& info) { return StoreBytes(info, *packed_); }

}  // namespace backscrub
