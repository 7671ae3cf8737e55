// The writing side of a v4l2loopback node, without JavaScript.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "picture.h"
#include "v4l2_device.h"

namespace backscrub {

class Output {
 public:
  struct Mode {
    uint32_t width = 0, height = 0;
    uint32_t rate_numerator = 30, rate_denominator = 1;
  };

  // S_FMT (YUYV, progressive, sRGB, so BT.601 limited range by V4L2's rules) and S_PARM. Nothing is written
  // yet.
  Fault Open(const std::string& path, const Mode& mode);
  // Takes over a descriptor that an earlier life of this service has set up, and reads its mode. Closes it
  // when it is not a loopback node's (ENOTTY, EOPNOTSUPP), or that of a node that is gone (ENODEV).
  Fault Resume(int fd);
  // Takes over a descriptor that another process has set up; makes no call on it.
  void Adopt(int fd, const Mode& mode);
  void Close() { fd_.Reset(); }

  // Converts and writes one picture of the node's size. EAGAIN: the node took nothing, try the next frame.
  Fault Write(const Picture& picture);
  // Writes a packed picture of the node's size.
  Fault WritePacked(const std::vector<uint8_t>& bytes) { return WriteBytes(bytes); }
  // How many pictures the node keeps: after so many writes nothing older can be read from it. The most that a
  // node can have where it does not tell.
  int buffers() const;
  // Converts now, writes later: WriteKept() does nothing but one system call.
  void Keep(const Picture& picture);
  bool has_kept() const { return !kept_.empty(); }
  Fault WriteKept() { return WriteBytes(kept_); }

  // Subscribes to "somebody watches" events (v4l2loopback 0.13 and later; Ubuntu's 0.12.7). False: not in
  // this module.
  bool SubscribeConsumers();
  // Takes one event. 0, EAGAIN/ENOENT when there is none, or another errno.
  int TakeConsumers(uint32_t& count);

  int fd() const { return fd_.get(); }
  const Mode& mode() const { return mode_; }

 private:
  Fault ReadMode();
  Fault WriteBytes(const std::vector<uint8_t>& bytes);
  void Convert(const Picture& picture, std::vector<uint8_t>& bytes) const;

  FileDescriptor fd_;
  Mode mode_;
  std::vector<uint8_t> packed_;
  std::vector<uint8_t> kept_;
  uint32_t event_ = 0;
};

}  // namespace backscrub
