#include "folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <string>

namespace backscrub {

namespace {
// udev sets a node's rights after it has come; before that it cannot be opened.
constexpr uint32_t kEvents =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR | IN_EXCL_UNLINK;
}  // namespace

Napi::Function FolderWatchHandle::Define(Napi::Env env) {
  return DefineClass(env, "FolderWatch", {InstanceMethod<&FolderWatchHandle::Close>("close")});
}

FolderWatchHandle::FolderWatchHandle(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<FolderWatchHandle>(info), context_(info.Env(), "backscrub.folder-watch") {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !info[1].IsFunction()) {
    Napi::TypeError::New(env, "a folder and a function are needed").ThrowAsJavaScriptException();
    return;
  }
  const std::string path = info[0].As<Napi::String>();
  const bool opening = info[2].IsBoolean() && info[2].As<Napi::Boolean>();
  fd_ = FileDescriptor(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  int error = fd_ && inotify_add_watch(fd_.get(), path.c_str(), opening ? IN_OPEN : kEvents) >= 0 ? 0 : errno;
  if (error == 0) error = watch_.Open(env, fd_.get(), this);
  if (error != 0) {
    fd_.Reset();
    ThrowDeviceError(env, {error, "inotify_add_watch"}, Phase::kOpening, path);
    return;
  }
  on_change_ = Napi::Persistent(info[1].As<Napi::Function>());
  Ref();
  watch_.Start(UV_READABLE, 0);
}

void FolderWatchHandle::End() {
  watch_.Close();
  fd_.Reset();
  if (on_change_.IsEmpty()) return;
  on_change_.Reset();
  Unref();
}

void FolderWatchHandle::OnReady(bool failed) {
  const Napi::Env env = Env();
  Napi::HandleScope scope(env);
  Napi::CallbackScope callback(env, context_);
  alignas(inotify_event) char buffer[4096];
  std::set<std::string> names;
  bool any = failed, lost = failed;
  for (;;) {
    const ssize_t size = read(fd_.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      any = true;
      if (event->len > 0) {
        names.insert(event->name);
      } else {
        lost = true;  // IN_Q_OVERFLOW, or something with the folder itself
      }
    }
  }
  if (!any) return;
  const Napi::Array list = Napi::Array::New(env);
  if (!lost) {
    for (const std::string& name : names) list.Set(list.Length(), name);
  }
  const Napi::Function on_change = on_change_.Value();
  if (failed) End();
  on_change.Call({list});
  if (!env.IsExceptionPending()) return;
  // The listener threw: let the process hear of it as from any other callback.
  const Napi::Error thrown = env.GetAndClearPendingException();
  napi_fatal_exception(env, thrown.Value());
}

Napi::Value FolderWatchHandle::Close(const Napi::CallbackInfo& info) {
  End();
  return info.Env().Undefined();
}

}  // namespace backscrub
