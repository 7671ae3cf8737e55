#include "process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "v4l2_device.h"

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

bool Send(const std::string& state, int passed) {
  const char* where = std::getenv("NOTIFY_SOCKET");
  if (where == nullptr || (where[0] != '/' && where[0] != '@')) return false;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const size_t length = std::strlen(where);
  if (length >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, where, length);
  if (where[0] == '@') address.sun_path[0] = '\0';  // an abstract socket has no terminator and no file
  FileDescriptor socket_fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket_fd) return false;

  iovec part = {const_cast<char*>(state.data()), state.size()};
  msghdr message = {};
  message.msg_name = &address;
  message.msg_namelen = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (passed >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &passed, sizeof passed);
  }
  return sendmsg(socket_fd.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) ==
         static_cast<ssize_t>(state.size());
}

// notifySystemd(state, descriptor to pass or -1) -> whether systemd was told (sd_notify(3))
Napi::Value NotifySystemd(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString()) {
    Napi::TypeError::New(env, "a state is needed, such as READY=1").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const int passed = info[1].IsNumber() ? info[1].As<Napi::Number>().Int32Value() : -1;
  return Napi::Boolean::New(env, Send(info[0].As<Napi::String>(), passed));
}

}  // namespace

void DefineProcess(Napi::Env env, Napi::Object exports) {
  exports.Set("dieWithParent", Napi::Function::New<DieWithParent>(env, "dieWithParent"));
  exports.Set("notifySystemd", Napi::Function::New<NotifySystemd>(env, "notifySystemd"));
}

}  // namespace backscrub
