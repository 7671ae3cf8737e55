#include "canvas_handle.h"

#include <cstring>

#include "addon_data.h"
#include "arguments.h"
#include "compose_options.h"
#include "matte_handle.h"

namespace backscrub {

Napi::Function CanvasHandle::Define(Napi::Env env) {
  Napi::Function constructor = DefineClass(
      env, "Canvas",
      {InstanceMethod<&CanvasHandle::Compose>("compose"), InstanceMethod<&CanvasHandle::Draw>("draw"),
       InstanceMethod<&CanvasHandle::Store>("store")});
  env.GetInstanceData<AddonData>()->canvas_constructor = Napi::Persistent(constructor);
  return constructor;
}

const Canvas* CanvasHandle::Read(const Napi::Value& value) { return Share(value).get(); }

std::shared_ptr<const Canvas> CanvasHandle::Share(const Napi::Value& value) {
  const Napi::Env env = value.Env();
  if (!value.IsObject() ||
      !value.As<Napi::Object>().InstanceOf(env.GetInstanceData<AddonData>()->canvas_constructor.Value())) {
    Refuse(env, "a Canvas is needed");
    return nullptr;
  }
  return Napi::ObjectWrap<CanvasHandle>::Unwrap(value.As<Napi::Object>())->canvas_;
}

CanvasHandle::CanvasHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<CanvasHandle>(info) {
  const char* text = "a canvas's width and height are even numbers from 2 to 8192";
  int width, height;
  if (!ReadInt(info[0], 2, 8192, width, text) || !ReadInt(info[1], 2, 8192, height, text)) return;
  if (width % 2 != 0 || height % 2 != 0) {
    Refuse(info.Env(), text);
    return;
  }
  canvas_ = std::make_shared<Canvas>(width, height);
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
  if (ReadFrame(info[1], width, height, foreground) && ReadFrame(info[2], width, height, background))
    canvas_->Compose(*matte, *foreground, *background, ReadComposeOptions(info, 3));
  return env.Undefined();
}

Napi::Value CanvasHandle::Draw(const Napi::CallbackInfo& info) {
  const Picture* picture;
  if (ReadFrame(info[0], canvas_->width(), canvas_->height(), picture)) canvas_->Draw(*picture);
  return info.Env().Undefined();
}

Napi::Value CanvasHandle::Store(const Napi::CallbackInfo& info) {
  const std::vector<uint8_t>& packed = canvas_->packed();
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array ||
      info[0].As<Napi::Uint8Array>().ByteLength() < packed.size()) {
    Refuse(info.Env(), "a Uint8Array of width * height * 2 bytes is needed");
  } else {
    std::memcpy(info[0].As<Napi::Uint8Array>().Data(), packed.data(), packed.size());
  }
  return info.Env().Undefined();
}

}  // namespace backscrub
