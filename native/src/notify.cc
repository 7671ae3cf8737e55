#include "notify.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "v4l2_device.h"

namespace backscrub {

namespace {

// A manager that is busy may let a message wait; one that hangs must not make the service hang, too.
constexpr timeval kPatience = {0, 500'000};

int Send(const std::string& where, const std::string& state, int passed) {
  if (where.empty() || (where[0] != '/' && where[0] != '@')) return EAFNOSUPPORT;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (where.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, where.data(), where.size());
  if (where[0] == '@') address.sun_path[0] = '\0';  // an abstract socket has no terminator and no file
  FileDescriptor socket_fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket_fd) return errno;
  setsockopt(socket_fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);

  iovec part = {const_cast<char*>(state.data()), state.size()};
  msghdr message = {};
  message.msg_name = &address;
  message.msg_namelen = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + where.size());
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
  ssize_t sent;
  do {
    sent = sendmsg(socket_fd.get(), &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? errno : 0;
}

// The manager closes the end of a pipe that it is sent, in its turn (sd_notify_barrier(3)).
int Await(const std::string& where, int milliseconds) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  FileDescriptor reader(ends[0]), writer(ends[1]);
  if (const int error = Send(where, "BARRIER=1", writer.get())) return error;
  writer.Reset();
  pollfd wait = {reader.get(), 0, 0};  // a hang-up is always told
  int ready;
  do {
    ready = poll(&wait, 1, milliseconds);
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return errno;
  return ready == 0 ? ETIMEDOUT : 0;
}

}  // namespace

Napi::Value AwaitSystemd(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !info[1].IsNumber()) {
    Napi::TypeError::New(env, "an address and a number of milliseconds are needed")
        .ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const std::string where = info[0].As<Napi::String>();
  return Napi::Number::New(env, Await(where, info[1].As<Napi::Number>()));
}

Napi::Value NotifySystemd(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !info[1].IsString()) {
    Napi::TypeError::New(env, "an address and a state are needed, such as READY=1")
        .ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const int passed = info[2].IsNumber() ? info[2].As<Napi::Number>().Int32Value() : -1;
  const std::string where = info[0].As<Napi::String>(), state = info[1].As<Napi::String>();
  return Napi::Number::New(env, Send(where, state, passed));
}

}  // namespace backscrub
