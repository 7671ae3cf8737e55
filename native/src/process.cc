#include "process.h"

#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "landlock.h"
#include "notify.h"

namespace backscrub {

namespace {

// dieWithParent(parent) -> whether that process is still the parent
Napi::Value DieWithParent(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber()) {
    Napi::TypeError::New(env, "the parent's process id is needed").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const bool set = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
  // The parent may have died before the call: then no signal comes, and somebody else is the parent now.
  return Napi::Boolean::New(env, set && getppid() == info[0].As<Napi::Number>().Int32Value());
}

// releaseBuffer(buffer): its memory goes back now, not with the next collection; no bytes are left in it
Napi::Value ReleaseBuffer(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsArrayBuffer()) {
    Napi::TypeError::New(env, "an ArrayBuffer is needed").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  napi_detach_arraybuffer(env, info[0]);
  return env.Undefined();
}

// trimMemory(): what the C library keeps of freed memory goes back
Napi::Value TrimMemory(const Napi::CallbackInfo& info) {
  malloc_trim(0);
  return info.Env().Undefined();
}

// hideMemory() -> whether nobody but root may look into this process from now on
Napi::Value HideMemory(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
}

// landlockVersion() -> that of the kernel, 0 without
Napi::Value KernelLandlock(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), LandlockVersion());
}

}  // namespace

void DefineProcess(Napi::Env env, Napi::Object exports) {
  exports.Set("dieWithParent", Napi::Function::New<DieWithParent>(env, "dieWithParent"));
  exports.Set("notifySystemd", Napi::Function::New<NotifySystemd>(env, "notifySystemd"));
  exports.Set("awaitSystemd", Napi::Function::New<AwaitSystemd>(env, "awaitSystemd"));
  exports.Set("releaseBuffer", Napi::Function::New<ReleaseBuffer>(env, "releaseBuffer"));
  exports.Set("trimMemory", Napi::Function::New<TrimMemory>(env, "trimMemory"));
  exports.Set("hideMemory", Napi::Function::New<HideMemory>(env, "hideMemory"));
  exports.Set("landlockVersion", Napi::Function::New<KernelLandlock>(env, "landlockVersion"));
}

}  // namespace backscrub
