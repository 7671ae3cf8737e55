// Reading arguments of the bindings: each reader returns false after a TypeError was thrown.
#pragma once
#include <napi.h>

#include <type_traits>

#include "frame.h"

namespace backscrub {

inline bool Refuse(Napi::Env env, const char* text) {
  Napi::TypeError::New(env, text).ThrowAsJavaScriptException();
  return false;
}

inline bool ReadInt(const Napi::Value& value, int low, int high, int& out, const char* text) {
  if (!value.IsNumber()) return Refuse(value.Env(), text);
  // As an integer, NaN and the infinities are 0; as doubles, -ffinite-math-only would let them through.
  const int64_t number = value.As<Napi::Number>().Int64Value();
  if (number < low || number > high) return Refuse(value.Env(), text);
  out = static_cast<int>(number);
  return true;
}

// A frame of the given size, to read or (a pointer that is not const) to write.
template <typename P>
inline bool ReadFrame(const Napi::Value& value, int width, int height, P*& out) {
  if constexpr (std::is_const_v<P>) {
    out = Frame::Read(value);
  } else {
    out = Frame::Of(value);
  }
  if (out == nullptr) return false;
  if (out->width() != width || out->height() != height)
    return Refuse(value.Env(), "the frame has another size");
  return true;
}

// A backdrop of the given size, to read.
inline bool ReadBackdrop(const Napi::Value& value, int width, int height, const Picture*& out) {
  out = Frame::ReadBackdrop(value);
  if (out == nullptr) return false;
  if (out->width() != width || out->height() != height)
    return Refuse(value.Env(), "the backdrop has another size");
  return true;
}

// A Float32Array of at least `count` elements.
inline bool ReadFloats(const Napi::Value& value, size_t count, float*& out) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array)
    return Refuse(value.Env(), "a Float32Array is needed");
  auto array = value.As<Napi::Float32Array>();
  if (array.ElementLength() < count) return Refuse(value.Env(), "the Float32Array is too short");
  out = array.Data();
  return true;
}

}  // namespace backscrub
