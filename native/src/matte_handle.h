// The JavaScript handle of a matte.
#pragma once
#include <napi.h>

#include <memory>

#include "background_blur.h"
#include "compose.h"
#include "matte.h"
#include "model_input.h"
#include "person_bounds.h"

namespace backscrub {

// new Matte(width, height, mapWidth, mapHeight, inputWidth = mapWidth, inputHeight = mapHeight)
class MatteHandle : public Napi::ObjectWrap<MatteHandle> {
 public:
  static Napi::Function Define(Napi::Env env);
  // The matte behind a handle, or nullptr after a TypeError has been thrown.
  static const Matte* Read(const Napi::Value& value);
  explicit MatteHandle(const Napi::CallbackInfo& info);

 private:
  // Arguments at, at + 1, at + 2, at + 3: x, y, width, height.
  bool ReadBox(const Napi::CallbackInfo& info, size_t at, Box& box) const;

  // width * height bytes, or nullptr after a TypeError.
  uint8_t* ReadAlpha(const Napi::Value& value) const;

  Napi::Value Begin(const Napi::CallbackInfo& info);
  Napi::Value FillInput(const Napi::CallbackInfo& info);
  Napi::Value Update(const Napi::CallbackInfo& info);
  Napi::Value Measure(const Napi::CallbackInfo& info);
  Napi::Value Emptiest(const Napi::CallbackInfo& info);
  Napi::Value TurnMap(const Napi::CallbackInfo& info);
  Napi::Value Agree(const Napi::CallbackInfo& info);
  Napi::Value MeasureDoubt(const Napi::CallbackInfo& info);
  Napi::Value Age(const Napi::CallbackInfo& info);
  Napi::Value IsChanged(const Napi::CallbackInfo& info);
  Napi::Value Reset(const Napi::CallbackInfo& info);
  Napi::Value Turn(const Napi::CallbackInfo& info);
  Napi::Value Follow(const Napi::CallbackInfo& info);
  Napi::Value Compose(const Napi::CallbackInfo& info);
  Napi::Value Store(const Napi::CallbackInfo& info);
  Napi::Value LoadAlpha(const Napi::CallbackInfo& info);
  Napi::Value StoreAlpha(const Napi::CallbackInfo& info);
  Napi::Value Blur(const Napi::CallbackInfo& info);
  Napi::Value Tune(const Napi::CallbackInfo& info);

  int width_ = 0, height_ = 0;
  size_t count_ = 0;
  std::unique_ptr<Matte> matte_;
  std::unique_ptr<Compositor> compositor_;
  std::unique_ptr<ModelInput> input_;
  std::unique_ptr<PersonBounds> bounds_;
  std::unique_ptr<BackgroundBlur> blur_;
};

}  // namespace backscrub
