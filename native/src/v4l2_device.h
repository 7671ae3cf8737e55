// What every use of a video node shares: the descriptor, ioctl() that survives signals, and faults.
#pragma once
#include <linux/videodev2.h>
#include <napi.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

namespace backscrub {

// A failed step; `error` is an errno. Converts to true when there is a fault.
struct Fault {
  int error = 0;
  const char* step = "";
  explicit operator bool() const { return error != 0; }
};

// Whether an ENODEV means that there is no such device or that it went away.
enum class Phase : uint8_t { kOpening, kStreaming };

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { Reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void Reset();

 private:
  int fd_ = -1;
};

// 0 or an errno.
int Ioctl(int fd, unsigned long request, void* argument);

// Opens read-write, non-blocking, close-on-exec and asks for the capabilities. ENOTTY when it is no video
// node.
Fault OpenDevice(const std::string& path, FileDescriptor& fd, v4l2_capability& capability);

// The capabilities of this node, not those of the whole device (kernel doc: VIDIOC_QUERYCAP, device_caps).
uint32_t NodeCapabilities(const v4l2_capability& capability);

// A string from a fixed field of the kernel that may lack its terminator.
template <size_t size>
std::string Text(const uint8_t (&field)[size]) {
  const char* text = reinterpret_cast<const char*>(field);
  return std::string(text, strnlen(text, size));
}

// "YUYV" for the number, and back; 0 unless the text has four characters.
std::string FourccText(uint32_t fourcc);
uint32_t FourccNumber(const std::string& text);

// An instance of DeviceError (native/lib/device-error.ts).
Napi::Value MakeDeviceError(Napi::Env env, Fault fault, Phase phase, const std::string& path);
void ThrowDeviceError(Napi::Env env, Fault fault, Phase phase, const std::string& path);

}  // namespace backscrub
