#include "v4l2_device.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "addon_data.h"

namespace backscrub {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    Reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileDescriptor::Reset() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

int Ioctl(int fd, unsigned long request, void* argument) {
  int result;
  do {
    result = ioctl(fd, request, argument);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

Fault OpenDevice(const std::string& path, FileDescriptor& fd, v4l2_capability& capability) {
  fd = FileDescriptor(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return {errno, "open"};
  capability = {};
  if (const int error = Ioctl(fd.get(), VIDIOC_QUERYCAP, &capability)) {
    fd.Reset();
    // A file or pipe answers with different errors; all of them mean the same here.
    return {error == ENODEV ? ENODEV : ENOTTY, "VIDIOC_QUERYCAP"};
  }
  return {};
}

uint32_t NodeCapabilities(const v4l2_capability& capability) {
  return (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? capability.device_caps
                                                               : capability.capabilities;
}

std::string FourccText(uint32_t fourcc) {
  std::string text(4, ' ');
  // The top bit says big endian; without it the text is printable.
  for (size_t i = 0; i < 4; i++) text[i] = static_cast<char>((fourcc >> (8 * i)) & 0x7f);
  return text;
}

uint32_t FourccNumber(const std::string& text) {
  if (text.size() != 4) return 0;
  uint32_t fourcc = 0;
  for (size_t i = 0; i < 4; i++) fourcc |= static_cast<uint32_t>(static_cast<uint8_t>(text[i])) << (8 * i);
  return fourcc;
}

static const char* KindOf(int error, Phase phase) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "permission";
    case EBUSY:
    case ENOSPC:  // USB: no bandwidth left beside the other cameras on this bus
      return "busy";
    case ENODEV:
    case ENXIO:
    case ENOENT:
    case ESHUTDOWN:
      return phase == Phase::kOpening ? "missing" : "unplugged";
    case ENOTDIR:
    case ENAMETOOLONG:
      return "missing";
    case ENOTTY:
    case EISDIR:
    case EOPNOTSUPP:
      return "unsupported";
    case EINVAL:
      return phase == Phase::kOpening ? "unsupported" : "io";
    case ETIMEDOUT:
      return phase == Phase::kOpening ? "io" : "timeout";
    default:
      return "io";
  }
}

Napi::Value MakeDeviceError(Napi::Env env, Fault fault, Phase phase, const std::string& path) {
  Napi::FunctionReference& constructor = env.GetInstanceData<AddonData>()->device_error;
  if (constructor.IsEmpty()) return Napi::Error::New(env, fault.step).Value();
  return constructor.New({Napi::String::New(env, KindOf(fault.error, phase)), Napi::String::New(env, path),
                          Napi::Number::New(env, fault.error), Napi::String::New(env, fault.step)});
}

void ThrowDeviceError(Napi::Env env, Fault fault, Phase phase, const std::string& path) {
  napi_throw(env, MakeDeviceError(env, fault, phase, path));
}

}  // namespace backscrub
