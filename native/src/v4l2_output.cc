#include "v4l2_output.h"

#include <fcntl.h>
#include <libyuv.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace backscrub {

namespace {

// v4l2loopback's driver name; its client usage events are in no installed header (v4l2loopback 0.13 to 0.15).
constexpr char kDriver[] = "v4l2 loopback";
constexpr uint32_t kClientUsage = V4L2_EVENT_PRIVATE_START + 0x08E00000 + 1;
constexpr uint32_t kUbuntuClientUsage = V4L2_EVENT_PRIVATE_START;
// MAX_BUFFERS of v4l2loopback.
constexpr int kMostBuffers = 32;

}  // namespace

Fault Output::Open(const std::string& path, const Mode& mode) {
  v4l2_capability capability;
  if (const Fault fault = OpenDevice(path, fd_, capability)) return fault;
  Fault fault;
  v4l2_format format = {};
  v4l2_streamparm parameters = {};
  if (Text(capability.driver) != kDriver || (capability.capabilities & V4L2_CAP_DEVICE_CAPS) == 0) {
    fault = {EOPNOTSUPP, "VIDIOC_QUERYCAP"};
  } else {
    format.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    v4l2_pix_format& pixels = format.fmt.pix;
    pixels.width = mode.width;
    pixels.height = mode.height;
    pixels.pixelformat = V4L2_PIX_FMT_YUYV;
    pixels.field = V4L2_FIELD_NONE;
    pixels.bytesperline = mode.width * 2;
    pixels.sizeimage = mode.width * mode.height * 2;
    pixels.colorspace = V4L2_COLORSPACE_SRGB;
    pixels.priv = V4L2_PIX_FMT_PRIV_MAGIC;
    const int error = Ioctl(fd_.get(), VIDIOC_S_FMT, &format);
    // The node may be locked to another format (keep_format) and answer with that.
    if (error == EINVAL && (capability.device_caps & V4L2_CAP_VIDEO_OUTPUT) == 0) {
      fault = {EBUSY, "VIDIOC_S_FMT"};  // exclusive_caps: somebody writes, so the node is a camera only
    } else if (error != 0) {
      fault = {error, "VIDIOC_S_FMT"};
    } else if (pixels.width != mode.width || pixels.height != mode.height ||
               pixels.pixelformat != V4L2_PIX_FMT_YUYV || pixels.bytesperline != mode.width * 2) {
      fault = {EOPNOTSUPP, "VIDIOC_S_FMT"};
    }
  }
  if (fault) {
    Close();
    return fault;
  }
  parameters.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
  parameters.parm.output.timeperframe = {mode.rate_denominator, mode.rate_numerator};
  // A node that refuses announces some other rate; frames flow all the same.
  Ioctl(fd_.get(), VIDIOC_S_PARM, &parameters);
  mode_ = mode;
  return {};
}

Fault Output::Resume(int fd) {
  fd_ = FileDescriptor(fd);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  v4l2_capability capability = {};
  Fault fault;
  if (const int error = Ioctl(fd, VIDIOC_QUERYCAP, &capability)) {
    // ENODEV: the node that this belonged to has been removed. Other errors: it is no video node.
    fault = {error == ENODEV ? ENODEV : ENOTTY, "VIDIOC_QUERYCAP"};
  } else if (Text(capability.driver) != kDriver) {
    fault = {EOPNOTSUPP, "VIDIOC_QUERYCAP"};
  } else {
    fault = ReadMode();
  }
  if (fault) Close();
  return fault;
}

Fault Output::ReadMode() {
  // Whether the writer may ask for the one or the other differs between the module's versions.
  for (const uint32_t type : {V4L2_BUF_TYPE_VIDEO_OUTPUT, V4L2_BUF_TYPE_VIDEO_CAPTURE}) {
    v4l2_format format = {};
    format.type = type;
    if (Ioctl(fd_.get(), VIDIOC_G_FMT, &format) != 0) continue;
    const v4l2_pix_format& pixels = format.fmt.pix;
    if (pixels.pixelformat != V4L2_PIX_FMT_YUYV || pixels.width < 2 || pixels.height < 2 ||
        pixels.width % 2 != 0 || pixels.height % 2 != 0 || pixels.bytesperline != pixels.width * 2) {
      return {EOPNOTSUPP, "VIDIOC_G_FMT"};
    }
    mode_ = {pixels.width, pixels.height};
    v4l2_streamparm parameters = {};
    parameters.type = type;
    // The module answers in the fields of a capture; both have the interval at the same place.
    if (Ioctl(fd_.get(), VIDIOC_G_PARM, &parameters) == 0 &&
        parameters.parm.output.timeperframe.numerator > 0 &&
        parameters.parm.output.timeperframe.denominator > 0) {
      mode_.rate_numerator = parameters.parm.output.timeperframe.denominator;
      mode_.rate_denominator = parameters.parm.output.timeperframe.numerator;
    }
    return {};
  }
  return {EOPNOTSUPP, "VIDIOC_G_FMT"};
}

void Output::Adopt(int fd, const Mode& mode) {
  fd_ = FileDescriptor(fd);
  mode_ = mode;
}

void Output::Convert(const Picture& picture, std::vector<uint8_t>& bytes) const {
  bytes.resize(static_cast<size_t>(mode_.width) * mode_.height * 2);
  libyuv::I420ToYUY2(picture.y.data(), picture.y.stride(), picture.u.data(), picture.u.stride(),
                     picture.v.data(), picture.v.stride(), bytes.data(), picture.width() * 2, picture.width(),
                     picture.height());
}

Fault Output::WriteBytes(const std::vector<uint8_t>& bytes) {
  if (!fd_) return {ENODEV, "write"};
  ssize_t written;
  do {
    written = write(fd_.get(), bytes.data(), bytes.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) return {errno, "write"};
  // The node's format is not ours any more.
  if (static_cast<size_t>(written) != bytes.size()) return {EIO, "write"};
  return {};
}

Fault Output::Write(const Picture& picture) {
  Convert(picture, packed_);
  return WriteBytes(packed_);
}

void Output::Keep(const Picture& picture) { Convert(picture, kept_); }

int Output::buffers() const {
  struct stat node;
  if (fstat(fd_.get(), &node) != 0 || !S_ISCHR(node.st_mode)) return kMostBuffers;
  char path[64];
  std::snprintf(path, sizeof path, "/sys/dev/char/%u:%u/buffers", major(node.st_rdev), minor(node.st_rdev));
  const FileDescriptor file(open(path, O_RDONLY | O_CLOEXEC));
  char text[16] = {};
  if (!file || read(file.get(), text, sizeof text - 1) <= 0) return kMostBuffers;
  const long count = std::strtol(text, nullptr, 10);
  return count >= 1 && count <= kMostBuffers ? static_cast<int>(count) : kMostBuffers;
}

bool Output::SubscribeConsumers() {
  for (const uint32_t type : {kClientUsage, kUbuntuClientUsage}) {
    v4l2_event_subscription subscription = {};
    subscription.type = type;
    subscription.flags = V4L2_EVENT_SUB_FL_SEND_INITIAL;
    // A descriptor from an earlier process may be subscribed already; a second subscription would send no
    // first event.
    Ioctl(fd_.get(), VIDIOC_UNSUBSCRIBE_EVENT, &subscription);
    if (Ioctl(fd_.get(), VIDIOC_SUBSCRIBE_EVENT, &subscription) != 0) continue;
    event_ = type;
    return true;
  }
  return false;
}

int Output::TakeConsumers(uint32_t& count) {
  for (;;) {
    v4l2_event event = {};
    if (const int error = Ioctl(fd_.get(), VIDIOC_DQEVENT, &event)) return error;
    if (event.type != event_) continue;
    std::memcpy(&count, &event.u, sizeof count);
    return 0;
  }
}

}  // namespace backscrub
