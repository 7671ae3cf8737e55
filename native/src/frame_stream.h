// Raw I420 pictures from a pipe, read by a thread of its own: nobody waits for a decoder, and one picture is
// read ahead.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "picture.h"
#include "v4l2_device.h"

namespace backscrub {

class FrameStream {
 public:
  using Clock = std::chrono::steady_clock;

  // Makes the pipe and begins to read. `period` is the time between two pictures: a newer one takes the place
  // of one that nobody has taken, and while nobody takes any, nothing is read. 0: each picture waits until it
  // is taken.
  FrameStream(int width, int height, std::chrono::nanoseconds period);
  ~FrameStream();
  FrameStream(const FrameStream&) = delete;
  FrameStream& operator=(const FrameStream&) = delete;

  // The end that the decoder writes to; -1 after CloseWriter, and when there could be no pipe.
  int writer() const { return writer_.get(); }
  // To be called when the decoder has its copy: the stream ends when the last writer is gone.
  void CloseWriter() { writer_ = FileDescriptor(); }
  // Swaps the newest picture into `into`, which has the stream's size. Waits at most so long for one.
  // @returns whether there was one
  bool Take(Picture& into, std::chrono::milliseconds patience);
  // No more pictures will come.
  bool ended();
  // How many have been read whole.
  uint64_t pictures();

 private:
  void Run();
  bool ReadPicture();
  bool Publish(Clock::time_point due);

  const std::chrono::nanoseconds period_;
  FileDescriptor reader_, writer_, wake_;
  Picture back_, ready_;  // being read; read whole
  std::mutex mutex_;
  std::condition_variable changed_;
  bool fresh_ = false;  // ready_ has not been taken
  bool ended_ = false, stopping_ = false;
  uint64_t pictures_ = 0;
  Clock::time_point asked_ = Clock::now();
  std::thread thread_;
};

}  // namespace backscrub
