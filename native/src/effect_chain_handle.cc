#include "effect_chain_handle.h"

#include <string>

#include "addon_data.h"
#include "arguments.h"
#include "effects/table.h"
#include "matte_handle.h"

namespace backscrub {

namespace {

const char* StageName(EffectStage stage) {
  switch (stage) {
    case EffectStage::kInput:
      return "input";
    case EffectStage::kForeground:
      return "foreground";
    case EffectStage::kBackground:
      return "background";
    case EffectStage::kBoth:
      return "both";
    case EffectStage::kCompose:
      return "compose";
  }
  return "";
}

std::string PlaneNames(uint8_t planes) {
  std::string names;
  if (planes & kPlaneY) names += 'y';
  if (planes & kPlaneU) names += 'u';
  if (planes & kPlaneV) names += 'v';
  return names;
}

}  // namespace

Napi::Function EffectChainHandle::Define(Napi::Env env) {
  Napi::Function constructor =
      DefineClass(env, "EffectChain",
                  {InstanceAccessor<&EffectChainHandle::OnInput>("onInput"),
                   InstanceAccessor<&EffectChainHandle::OnForeground>("onForeground"),
                   InstanceAccessor<&EffectChainHandle::OnBackground>("onBackground"),
                   InstanceMethod<&EffectChainHandle::Input>("applyToInput"),
                   InstanceMethod<&EffectChainHandle::Foreground>("applyToForeground"),
                   InstanceMethod<&EffectChainHandle::Background>("applyToBackground")});
  env.GetInstanceData<AddonData>()->effect_chain_constructor = Napi::Persistent(constructor);
  return constructor;
}

EffectChainHandle::EffectChainHandle(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<EffectChainHandle>(info) {
  const Napi::Env env = info.Env();
  const char* text = "an effect chain needs an even frame size (2 to 8192) and an array of names of effects";
  if (!ReadInt(info[0], 2, 8192, width_, text) || !ReadInt(info[1], 2, 8192, height_, text)) return;
  if (width_ % 2 != 0 || height_ % 2 != 0 || !info[2].IsArray()) {
    Refuse(env, text);
    return;
  }
  const Napi::Array names = info[2].As<Napi::Array>();
  std::vector<const EffectInfo*> effects;
  for (uint32_t i = 0; i < names.Length(); i++) {
    const Napi::Value name = names.Get(i);
    const EffectInfo* effect = name.IsString() ? FindEffect(name.As<Napi::String>().Utf8Value()) : nullptr;
    if (effect == nullptr) {
      Refuse(env, text);
      return;
    }
    effects.push_back(effect);
  }
  const EffectChain* before = nullptr;
  if (!info[3].IsUndefined()) {
    if (!info[3].IsObject() || !info[3].As<Napi::Object>().InstanceOf(
                                   env.GetInstanceData<AddonData>()->effect_chain_constructor.Value())) {
      Refuse(env, "an EffectChain is needed");
      return;
    }
    before = Napi::ObjectWrap<EffectChainHandle>::Unwrap(info[3].As<Napi::Object>())->chain_.get();
  }
  chain_ = std::make_unique<EffectChain>(width_, height_, effects, before);
}

Napi::Value EffectChainHandle::OnInput(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), chain_->on_input());
}
Napi::Value EffectChainHandle::OnForeground(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), chain_->on_foreground());
}
Napi::Value EffectChainHandle::OnBackground(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), chain_->on_background());
}

Napi::Value EffectChainHandle::Input(const Napi::CallbackInfo& info) {
  const Picture* in;
  Picture* out;
  if (!ReadFrame(info[0], width_, height_, in) || !ReadFrame(info[1], width_, height_, out))
    return info.Env().Undefined();
  if (in == out) {
    Refuse(info.Env(), "input effects need two frames");
  } else {
    chain_->Input(*in, *out);
  }
  return info.Env().Undefined();
}

Napi::Value EffectChainHandle::Foreground(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Picture* in;
  Picture* out;
  const Matte* matte = nullptr;
  if (!ReadFrame(info[0], width_, height_, in) || !ReadFrame(info[2], width_, height_, out))
    return env.Undefined();
  if (!info[1].IsUndefined() && (matte = MatteHandle::Read(info[1])) == nullptr) return env.Undefined();
  if (matte != nullptr && (matte->alpha().width() != width_ || matte->alpha().height() != height_)) {
    Refuse(env, "the matte has another size");
  } else if (in == out) {
    Refuse(env, "foreground effects need two frames");
  } else {
    chain_->Foreground(*in, matte, *out);
  }
  return env.Undefined();
}

Napi::Value EffectChainHandle::Background(const Napi::CallbackInfo& info) {
  const Picture *in, *kept;
  const bool good = Frame::IsBackdrop(info[1]) ? ReadBackdrop(info[0], width_, height_, in)
                                               : ReadFrame(info[0], width_, height_, in);
  if (good && ReadFrame(info[1], width_, height_, kept)) {
    // The chain renews its content only when it has changed it.
    chain_->Background(*in, *const_cast<Picture*>(kept));
  }
  return info.Env().Undefined();
}

Napi::Value DescribeEffects(Napi::Env env) {
  Napi::Array list = Napi::Array::New(env);
  uint32_t at = 0;
  for (const EffectInfo* info : kEffects) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", info->name);
    entry.Set("title", info->title);
    entry.Set("stage", StageName(info->stage));
    entry.Set("reads", PlaneNames(info->reads));
    entry.Set("writes", PlaneNames(info->writes));
    list.Set(at++, entry);
  }
  return list;
}

}  // namespace backscrub
