// A streaming camera, without JavaScript: memory-mapped buffers, newest frame first.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "mjpg.h"
#include "picture.h"
#include "v4l2_device.h"

namespace backscrub {

// What a camera delivers. The rate is frames per second as a fraction; 0/0 when the driver does not know.
struct CaptureMode {
  uint32_t fourcc = 0;
  uint32_t width = 0, height = 0;
  uint32_t rate_numerator = 0, rate_denominator = 0;
};

struct Shot {
  uint32_t sequence = 0;
  double milliseconds = 0;  // CLOCK_MONOTONIC for every usual driver
};

class Capture {
 public:
  // kPast: the camera has sent pictures, all of them before we had time to look.
  enum class Outcome : uint8_t { kFrame, kPast, kNothing, kFault };

  ~Capture() { Close(); }
  // S_FMT, S_PARM, REQBUFS, mmap, STREAMON. The driver may change the mode: see mode().
  Fault Open(const std::string& path, const CaptureMode& wanted);
  // Takes every finished buffer, converts the newest into a picture of the camera's size and gives all of
  // them back.
  Outcome TakeLatest(Picture& into, Shot& shot, Fault& fault);
  // Ends the stream and frees everything; the counters stay.
  void Close();

  int fd() const { return fd_.get(); }
  const CaptureMode& mode() const { return mode_; }
  // Milliseconds, 0 when unknown.
  double period() const;
  uint32_t dropped() const { return dropped_; }
  uint32_t damaged() const { return damaged_; }

 private:
  struct Mapping {
    void* address;
    size_t size;
  };

  Fault SetMode(const CaptureMode& wanted);
  Fault StartStream();
  int Queue(uint32_t index);
  bool Convert(const v4l2_buffer& buffer, Picture& into);
  bool Stale(const v4l2_buffer& buffer, size_t taken) const;

  FileDescriptor fd_;
  std::vector<Mapping> mappings_;
  CaptureMode mode_;
  uint32_t pitch_ = 0;
  Encoding encoding_;
  MjpgDecoder mjpg_;
  uint32_t dropped_ = 0;
  uint32_t damaged_ = 0;
};

}  // namespace backscrub
