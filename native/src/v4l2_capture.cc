#include "v4l2_capture.h"

#include <libyuv.h>
#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

#include "v4l2_encoding.h"

namespace backscrub {

namespace {

constexpr uint32_t kBuffers = 4;
constexpr uint32_t kMaxSize = 8192;

bool Mjpg(uint32_t fourcc) { return fourcc == V4L2_PIX_FMT_MJPEG || fourcc == V4L2_PIX_FMT_JPEG; }

bool Known(uint32_t fourcc) {
  return Mjpg(fourcc) || fourcc == V4L2_PIX_FMT_YUYV || fourcc == V4L2_PIX_FMT_UYVY ||
         fourcc == V4L2_PIX_FMT_NV12 || fourcc == V4L2_PIX_FMT_YUV420;
}

uint32_t SmallestPitch(uint32_t fourcc, uint32_t width) {
  return fourcc == V4L2_PIX_FMT_YUYV || fourcc == V4L2_PIX_FMT_UYVY ? 2 * width : width;
}

// The bytes of a whole uncompressed picture.
size_t PictureSize(const CaptureMode& mode, uint32_t pitch) {
  const size_t plane = static_cast<size_t>(pitch) * mode.height;
  return mode.fourcc == V4L2_PIX_FMT_YUYV || mode.fourcc == V4L2_PIX_FMT_UYVY ? plane : plane + plane / 2;
}

double Milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

}  // namespace

Fault Capture::Open(const std::string& path, const CaptureMode& wanted) {
  v4l2_capability capability;
  if (const Fault fault = OpenDevice(path, fd_, capability)) return fault;
  const uint32_t node = NodeCapabilities(capability);
  if ((node & V4L2_CAP_VIDEO_CAPTURE) == 0 || (node & V4L2_CAP_STREAMING) == 0) {
    Close();
    return {EOPNOTSUPP, "VIDIOC_QUERYCAP"};
  }
  Fault fault = SetMode(wanted);
  if (!fault) fault = StartStream();
  if (fault) Close();
  return fault;
}

Fault Capture::SetMode(const CaptureMode& wanted) {
  v4l2_format format = {};
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  v4l2_pix_format& pixels = format.fmt.pix;
  pixels.width = wanted.width;
  pixels.height = wanted.height;
  pixels.pixelformat = wanted.fourcc;
  pixels.field = V4L2_FIELD_NONE;
  pixels.priv = V4L2_PIX_FMT_PRIV_MAGIC;  // says that the colour fields are meant
  if (const int error = Ioctl(fd_.get(), VIDIOC_S_FMT, &format)) return {error, "VIDIOC_S_FMT"};
  if (!Known(pixels.pixelformat) || pixels.width < 2 || pixels.height < 2 || pixels.width > kMaxSize ||
      pixels.height > kMaxSize || pixels.width % 2 != 0 || pixels.height % 2 != 0) {
    return {EOPNOTSUPP, "VIDIOC_S_FMT"};
  }
  mode_.fourcc = pixels.pixelformat;
  mode_.width = pixels.width;
  mode_.height = pixels.height;
  pitch_ = std::max(pixels.bytesperline, SmallestPitch(mode_.fourcc, mode_.width));
  encoding_ = EncodingOf(pixels);

  // Drivers without a settable rate fail here, which is no fault.
  v4l2_streamparm parameters = {};
  parameters.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  v4l2_fract& period = parameters.parm.capture.timeperframe;
  if (wanted.rate_numerator != 0) {
    period = {wanted.rate_denominator, wanted.rate_numerator};
    if (Ioctl(fd_.get(), VIDIOC_S_PARM, &parameters) != 0) period = {0, 0};
  }
  if (period.numerator == 0 && Ioctl(fd_.get(), VIDIOC_G_PARM, &parameters) != 0) period = {0, 0};
  mode_.rate_numerator = period.denominator;
  mode_.rate_denominator = period.numerator;
  return {};
}

Fault Capture::StartStream() {
  v4l2_requestbuffers request = {};
  request.count = kBuffers;
  request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  request.memory = V4L2_MEMORY_MMAP;
  if (const int error = Ioctl(fd_.get(), VIDIOC_REQBUFS, &request)) return {error, "VIDIOC_REQBUFS"};
  if (request.count < 2) return {ENOMEM, "VIDIOC_REQBUFS"};
  for (uint32_t index = 0; index < request.count; index++) {
    v4l2_buffer buffer = {};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    buffer.index = index;
    if (const int error = Ioctl(fd_.get(), VIDIOC_QUERYBUF, &buffer)) return {error, "VIDIOC_QUERYBUF"};
    void* address =
        mmap(nullptr, buffer.length, PROT_READ, MAP_SHARED, fd_.get(), static_cast<off_t>(buffer.m.offset));
    if (address == MAP_FAILED) return {errno, "mmap"};
    mappings_.push_back({address, buffer.length});
    if (const int error = Queue(index)) return {error, "VIDIOC_QBUF"};
  }
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (const int error = Ioctl(fd_.get(), VIDIOC_STREAMON, &type)) return {error, "VIDIOC_STREAMON"};
  return {};
}

int Capture::Queue(uint32_t index) {
  v4l2_buffer buffer = {};
  buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffer.memory = V4L2_MEMORY_MMAP;
  buffer.index = index;
  return Ioctl(fd_.get(), VIDIOC_QBUF, &buffer);
}

void Capture::Close() {
  if (!fd_) return;
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  Ioctl(fd_.get(), VIDIOC_STREAMOFF, &type);
  for (const Mapping& mapping : mappings_) munmap(mapping.address, mapping.size);
  mappings_.clear();
  v4l2_requestbuffers request = {};
  request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  request.memory = V4L2_MEMORY_MMAP;
  Ioctl(fd_.get(), VIDIOC_REQBUFS, &request);
  fd_.Reset();
}

double Capture::period() const {
  if (mode_.rate_numerator == 0) return 0;
  return 1e3 * mode_.rate_denominator / mode_.rate_numerator;
}

// When every buffer was full, the driver had nowhere to put newer frames: the newest of ours may show the
// past.
bool Capture::Stale(const v4l2_buffer& buffer, size_t taken) const {
  if (taken < mappings_.size() || period() == 0) return false;
  if ((buffer.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) return false;
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const double age = static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6 -
                     Milliseconds(buffer.timestamp);
  return age > 2 * period();
}

Capture::Outcome Capture::TakeLatest(Picture& into, Shot& shot, Fault& fault) {
  if (!fd_) {
    fault = {ENODEV, "VIDIOC_DQBUF"};
    return Outcome::kFault;
  }
  v4l2_buffer newest = {};
  bool have = false;
  size_t taken = 0;
  // A driver that hands buffers back faster than we drain them must not keep us here.
  while (taken < 2 * mappings_.size()) {
    v4l2_buffer buffer = {};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    const int error = Ioctl(fd_.get(), VIDIOC_DQBUF, &buffer);
    if (error == EAGAIN) break;
    if (error == 0 && buffer.index >= mappings_.size()) fault = {EIO, "VIDIOC_DQBUF"};
    if (error != 0) fault = {error, "VIDIOC_DQBUF"};
    if (fault) return Outcome::kFault;
    taken++;
    uint32_t back = buffer.index;
    const bool bad = (buffer.flags & V4L2_BUF_FLAG_ERROR) != 0;
    if (bad) damaged_++;
    if (!bad) {
      if (have) dropped_++;
      back = newest.index;
      newest = buffer;
    }
    if (bad || have) {
      if (const int failed = Queue(back)) {
        fault = {failed, "VIDIOC_QBUF"};
        return Outcome::kFault;
      }
    }
    have = have || !bad;
  }
  if (!have) return Outcome::kNothing;
  Outcome outcome = Outcome::kPast;
  if (Stale(newest, taken)) {
    dropped_++;
  } else if (Convert(newest, into)) {
    outcome = Outcome::kFrame;
  } else {
    outcome = Outcome::kNothing;
    damaged_++;
  }
  if (const int error = Queue(newest.index)) {
    fault = {error, "VIDIOC_QBUF"};
    return Outcome::kFault;
  }
  shot.sequence = newest.sequence;
  shot.milliseconds = Milliseconds(newest.timestamp);
  return outcome;
}

bool Capture::Convert(const v4l2_buffer& buffer, Picture& into) {
  const Mapping& mapping = mappings_[buffer.index];
  const auto* data = static_cast<const uint8_t*>(mapping.address);
  const size_t size = std::min<size_t>(buffer.bytesused, mapping.size);
  if (Mjpg(mode_.fourcc)) return mjpg_.Decode(data, size, encoding_, into);
  if (size < PictureSize(mode_, pitch_)) return false;
  const int w = into.width(), h = into.height(), pitch = static_cast<int>(pitch_);
  Plane &y = into.y, &u = into.u, &v = into.v;
  const uint8_t* chroma = data + static_cast<size_t>(pitch_) * mode_.height;
  int result = -1;
  switch (mode_.fourcc) {
    case V4L2_PIX_FMT_YUYV:
      result = libyuv::YUY2ToI420(data, pitch, y.data(), y.stride(), u.data(), u.stride(), v.data(),
                                  v.stride(), w, h);
      break;
    case V4L2_PIX_FMT_UYVY:
      result = libyuv::UYVYToI420(data, pitch, y.data(), y.stride(), u.data(), u.stride(), v.data(),
                                  v.stride(), w, h);
      break;
    case V4L2_PIX_FMT_NV12:
      result = libyuv::NV12ToI420(data, pitch, chroma, pitch, y.data(), y.stride(), u.data(), u.stride(),
                                  v.data(), v.stride(), w, h);
      break;
    case V4L2_PIX_FMT_YUV420:
      result = libyuv::I420Copy(data, pitch, chroma, pitch / 2,
                                chroma + static_cast<size_t>(pitch_ / 2) * (mode_.height / 2), pitch / 2,
                                y.data(), y.stride(), u.data(), u.stride(), v.data(), v.stride(), w, h);
      break;
    default:
      break;
  }
  if (result != 0) return false;
  ToPipeline(encoding_, into);
  return true;
}

}  // namespace backscrub
