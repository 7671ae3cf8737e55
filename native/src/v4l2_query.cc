#include "v4l2_query.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include "v4l2_device.h"

namespace backscrub {

namespace {

// Bounds for drivers that never say "no more".
constexpr uint32_t kMostFormats = 128;
constexpr uint32_t kMostSizes = 128;
constexpr uint32_t kMostIntervals = 64;

struct Size {
  uint32_t width, height;
};

// What people use, for drivers that take any size in a range.
constexpr Size kUsualSizes[] = {{160, 120},   {176, 144},   {320, 180},   {320, 240},  {352, 288},
                                {424, 240},   {640, 360},   {640, 480},   {800, 448},  {800, 600},
                                {848, 480},   {960, 540},   {1024, 576},  {1024, 768}, {1280, 720},
                                {1280, 800},  {1280, 960},  {1600, 1200}, {1600, 900}, {1920, 1080},
                                {1920, 1200}, {2560, 1440}, {3840, 2160}};
constexpr uint32_t kUsualRates[] = {5, 10, 15, 20, 24, 25, 30, 50, 60};

bool Fits(uint32_t value, uint32_t least, uint32_t most, uint32_t step) {
  return value >= least && value <= most && (step <= 1 || (value - least) % step == 0);
}

std::vector<Size> SizesOf(int fd, uint32_t fourcc) {
  std::vector<Size> sizes;
  for (uint32_t index = 0; index < kMostSizes; index++) {
    v4l2_frmsizeenum entry = {};
    entry.index = index;
    entry.pixel_format = fourcc;
    if (Ioctl(fd, VIDIOC_ENUM_FRAMESIZES, &entry) != 0) break;
    if (entry.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
      sizes.push_back({entry.discrete.width, entry.discrete.height});
      continue;
    }
    // Stepwise or continuous: one entry describes everything.
    const v4l2_frmsize_stepwise& range = entry.stepwise;
    for (const Size& size : kUsualSizes) {
      if (Fits(size.width, range.min_width, range.max_width, range.step_width) &&
          Fits(size.height, range.min_height, range.max_height, range.step_height)) {
        sizes.push_back(size);
      }
    }
    sizes.push_back({range.max_width, range.max_height});
    break;
  }
  if (!sizes.empty()) return sizes;
  // No enumeration at all: the current size is known to work.
  v4l2_format format = {};
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (Ioctl(fd, VIDIOC_G_FMT, &format) == 0 && format.fmt.pix.pixelformat == fourcc) {
    sizes.push_back({format.fmt.pix.width, format.fmt.pix.height});
  }
  return sizes;
}

double Seconds(const v4l2_fract& interval) {
  return static_cast<double>(interval.numerator) / static_cast<double>(std::max(interval.denominator, 1u));
}

Napi::Object Rate(Napi::Env env, uint32_t numerator, uint32_t denominator) {
  Napi::Object rate = Napi::Object::New(env);
  rate.Set("numerator", numerator);
  rate.Set("denominator", denominator);
  return rate;
}

// Frames per second as fractions: the inverse of the kernel's intervals.
Napi::Array RatesOf(Napi::Env env, int fd, uint32_t fourcc, const Size& size) {
  Napi::Array rates = Napi::Array::New(env);
  for (uint32_t index = 0; index < kMostIntervals; index++) {
    v4l2_frmivalenum entry = {};
    entry.index = index;
    entry.pixel_format = fourcc;
    entry.width = size.width;
    entry.height = size.height;
    if (Ioctl(fd, VIDIOC_ENUM_FRAMEINTERVALS, &entry) != 0) break;
    if (entry.type == V4L2_FRMIVAL_TYPE_DISCRETE) {
      const v4l2_fract& interval = entry.discrete;
      if (interval.numerator == 0 || interval.denominator == 0) continue;
      rates.Set(rates.Length(), Rate(env, interval.denominator, interval.numerator));
      continue;
    }
    // The step is not looked at: S_PARM rounds to what the driver has.
    for (const uint32_t rate : kUsualRates) {
      const double seconds = 1.0 / rate;
      constexpr double kSlack = 1e-6;
      if (seconds < Seconds(entry.stepwise.min) - kSlack || seconds > Seconds(entry.stepwise.max) + kSlack)
        continue;
      rates.Set(rates.Length(), Rate(env, rate, 1));
    }
    break;
  }
  return rates;
}

Napi::Array FormatsOf(Napi::Env env, int fd) {
  Napi::Array formats = Napi::Array::New(env);
  for (uint32_t index = 0; index < kMostFormats; index++) {
    v4l2_fmtdesc description = {};
    description.index = index;
    description.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (Ioctl(fd, VIDIOC_ENUM_FMT, &description) != 0) break;
    for (const Size& size : SizesOf(fd, description.pixelformat)) {
      Napi::Object format = Napi::Object::New(env);
      format.Set("fourcc", FourccText(description.pixelformat));
      format.Set("width", size.width);
      format.Set("height", size.height);
      format.Set("frameRates", RatesOf(env, fd, description.pixelformat, size));
      formats.Set(formats.Length(), format);
    }
  }
  return formats;
}

}  // namespace

Napi::Value QueryDevice(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString()) {
    Napi::TypeError::New(env, "a path is needed").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const std::string path = info[0].As<Napi::String>();
  FileDescriptor fd;
  v4l2_capability capability;
  if (const Fault fault = OpenDevice(path, fd, capability)) {
    ThrowDeviceError(env, fault, Phase::kOpening, path);
    return env.Undefined();
  }
  const uint32_t node = NodeCapabilities(capability);
  const bool capture = (node & V4L2_CAP_VIDEO_CAPTURE) != 0 && (node & V4L2_CAP_STREAMING) != 0;
  Napi::Object result = Napi::Object::New(env);
  result.Set("name", Text(capability.card));
  result.Set("driver", Text(capability.driver));
  result.Set("busInfo", Text(capability.bus_info));
  result.Set("capture", capture);
  result.Set("output", (node & V4L2_CAP_VIDEO_OUTPUT) != 0);
  const bool wanted = capture && info[1].ToBoolean();
  result.Set("formats", wanted ? FormatsOf(env, fd.get()) : Napi::Array::New(env));
  return result;
}

}  // namespace backscrub
