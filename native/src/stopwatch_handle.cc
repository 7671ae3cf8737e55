#include "stopwatch_handle.h"

#include <memory>

#include "arguments.h"
#include "stopwatch.h"

namespace backscrub {

namespace {

// new Stopwatch(stages)
class StopwatchHandle : public Napi::ObjectWrap<StopwatchHandle> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "Stopwatch",
        {InstanceMethod<&StopwatchHandle::Start>("start"), InstanceMethod<&StopwatchHandle::Lap>("lap"),
         InstanceMethod<&StopwatchHandle::Finish>("finish"),
         InstanceMethod<&StopwatchHandle::Summarise>("summarise")});
  }

  explicit StopwatchHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<StopwatchHandle>(info) {
    int stages;
    if (ReadInt(info[0], 1, 64, stages, "a stopwatch has 1 to 64 stages"))
      stopwatch_ = std::make_unique<Stopwatch>(stages);
  }

 private:
  Napi::Value Start(const Napi::CallbackInfo& info) {
    stopwatch_->Start();
    return info.Env().Undefined();
  }

  Napi::Value Lap(const Napi::CallbackInfo& info) {
    int stage;
    if (ReadInt(info[0], 0, stopwatch_->stages() - 1, stage, "no such stage")) stopwatch_->Lap(stage);
    return info.Env().Undefined();
  }

  Napi::Value Finish(const Napi::CallbackInfo& info) {
    stopwatch_->Finish();
    return info.Env().Undefined();
  }

  Napi::Value Summarise(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    int stage;
    if (!ReadInt(info[0], 0, stopwatch_->stages(), stage, "no such stage")) return env.Undefined();
    const Stopwatch::Summary summary = stopwatch_->Summarise(stage);
    Napi::Object out = Napi::Object::New(env);
    out.Set("wallMedian", summary.wall_median);
    out.Set("wallP99", summary.wall_p99);
    out.Set("cpuMedian", summary.cpu_median);
    out.Set("cpuP99", summary.cpu_p99);
    return out;
  }

  std::unique_ptr<Stopwatch> stopwatch_;
};

}  // namespace

Napi::Function DefineStopwatch(Napi::Env env) { return StopwatchHandle::Define(env); }

}  // namespace backscrub
