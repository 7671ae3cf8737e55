// The JavaScript handle of a chain of effects, and the list of those that there are.
#pragma once
#include <napi.h>

#include <memory>

#include "effects/chain.h"

namespace backscrub {

// new EffectChain(width, height, names, before = undefined)
class EffectChainHandle : public Napi::ObjectWrap<EffectChainHandle> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit EffectChainHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value OnInput(const Napi::CallbackInfo& info);
  Napi::Value OnForeground(const Napi::CallbackInfo& info);
  Napi::Value OnBackground(const Napi::CallbackInfo& info);
  Napi::Value Input(const Napi::CallbackInfo& info);
  Napi::Value Foreground(const Napi::CallbackInfo& info);
  Napi::Value Background(const Napi::CallbackInfo& info);

  int width_ = 0, height_ = 0;
  std::unique_ptr<EffectChain> chain_;
};

// An array of { name, title, stage, reads, writes }.
Napi::Value DescribeEffects(Napi::Env env);

}  // namespace backscrub
