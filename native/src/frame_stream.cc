#include "frame_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace backscrub {

namespace {

using namespace std::chrono_literals;

// What an unprivileged process may have (pipe(7)): most of a picture is there when it is asked for, so that
// the two processes seldom wait for each other.
constexpr int kPipeBytes = 1 << 20;
// So little at a time is not worth waking up for: more is let come in first.
constexpr ssize_t kLittle = 256 * 1024;
// When nobody has taken a picture for so long, nobody looks.
constexpr auto kUnwatched = 500ms;

// The rows of a picture in the order of packed I420; planes without a gap between their rows are one part.
std::vector<iovec> Parts(Picture& picture) {
  std::vector<iovec> parts;
  for (Plane* plane : {&picture.y, &picture.u, &picture.v}) {
    const auto width = static_cast<size_t>(plane->width());
    if (plane->stride() == plane->width()) {
      parts.push_back({plane->data(), width * static_cast<size_t>(plane->height())});
      continue;
    }
    for (int y = 0; y < plane->height(); y++) parts.push_back({plane->row(y), width});
  }
  return parts;
}

}  // namespace

FrameStream::FrameStream(int width, int height, std::chrono::nanoseconds period)
    : period_(period), back_(width, height), ready_(width, height) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    ended_ = true;
    return;
  }
  reader_ = FileDescriptor(ends[0]);
  writer_ = FileDescriptor(ends[1]);
  fcntl(reader_.get(), F_SETFL, O_NONBLOCK);
  fcntl(reader_.get(), F_SETPIPE_SZ, kPipeBytes);  // when it may not be that large, it works as it is
  wake_ = FileDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_) {
    ended_ = true;
    return;
  }
  thread_ = std::thread([this] { Run(); });
}

FrameStream::~FrameStream() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (wake_) eventfd_write(wake_.get(), 1);
  if (thread_.joinable()) thread_.join();
}

bool FrameStream::Take(Picture& into, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  asked_ = Clock::now();
  if (patience > 0ms) changed_.wait_for(lock, patience, [this] { return fresh_ || ended_; });
  if (!fresh_) return false;
  std::swap(into, ready_);
  fresh_ = false;
  changed_.notify_all();
  return true;
}

bool FrameStream::ended() {
  const std::lock_guard lock(mutex_);
  return ended_;
}

uint64_t FrameStream::pictures() {
  const std::lock_guard lock(mutex_);
  return pictures_;
}

void FrameStream::Run() {
  auto due = Clock::now();
  while (ReadPicture() && Publish(due)) {
    // A decoder that is late delays what follows; it is not made up for in a burst.
    due = std::max(due + period_, Clock::now() - period_);
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

// @returns false when the stream is to stop
bool FrameStream::Publish(Clock::time_point due) {
  std::unique_lock lock(mutex_);
  const auto taken = [this] { return stopping_ || !fresh_; };
  if (period_ == 0ns) {
    changed_.wait(lock, taken);
  } else {
    changed_.wait_until(lock, due, [this] { return stopping_; });
    if (Clock::now() - asked_ > kUnwatched) changed_.wait(lock, taken);
  }
  if (stopping_) return false;
  std::swap(back_, ready_);
  fresh_ = true;
  pictures_++;
  changed_.notify_all();
  return true;
}

// Fills back_. @returns false at the end of the stream or when it is to stop
bool FrameStream::ReadPicture() {
  std::vector<iovec> parts = Parts(back_);
  size_t first = 0;
  while (first < parts.size()) {
    std::array<pollfd, 2> waiting = {{{reader_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
    if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return false;
    if (waiting[1].revents != 0) return false;
    const int count = static_cast<int>(std::min<size_t>(parts.size() - first, IOV_MAX));
    ssize_t length = readv(reader_.get(), parts.data() + first, count);
    if (length == 0) return false;
    if (length < 0) {
      if (errno == EAGAIN || errno == EINTR) continue;
      return false;
    }
    const bool little = length < kLittle;
    while (length > 0) {
      iovec& part = parts[first];
      const size_t used = std::min(part.iov_len, static_cast<size_t>(length));
      part.iov_base = static_cast<uint8_t*>(part.iov_base) + used;
      part.iov_len -= used;
      length -= static_cast<ssize_t>(used);
      if (part.iov_len == 0) first++;
    }
    if (little && first < parts.size()) std::this_thread::sleep_for(1ms);
  }
  return true;
}

}  // namespace backscrub
