// What comes, goes and changes its rights in a folder (inotify(7)), for device nodes that come and go.
#pragma once
#include <napi.h>

#include "v4l2_device.h"
#include "v4l2_watch.h"

namespace backscrub {

// new FolderWatch(path, onChange): onChange(names) with the names that something happened to; an empty list
// when the kernel lost count. Writing to a file of the folder is no change: in /dev that would be every
// frame. new FolderWatch(path, onChange, true): of a file, onChange([]) whenever somebody opens it.
class FolderWatchHandle : public Napi::ObjectWrap<FolderWatchHandle>, private FdWatch::Listener {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit FolderWatchHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value Close(const Napi::CallbackInfo& info);
  void OnReady(bool failed) override;
  void OnTimeout() override {}
  void End();

  FileDescriptor fd_;
  FdWatch watch_;
  Napi::AsyncContext context_;
  Napi::FunctionReference on_change_;
};

}  // namespace backscrub
