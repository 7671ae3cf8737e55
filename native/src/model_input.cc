#include "model_input.h"

#include <libyuv.h>

#include <algorithm>

#include "simd.h"

namespace backscrub {

namespace {

constexpr float kByte = 1.0f / 255.0f;
// A picture of which 95 % is darker than this luma, half of 16..235, is shown brighter to the network, which
// was trained on pictures that use their range; but not so much that noise is all it sees.
constexpr int kDarkLuma = 125;
constexpr float kMostGain = 4.0f;
// Every fourth row and column is enough to tell how bright a picture is.
constexpr int kLumaStep = 4;

BACKSCRUB_SIMD
void UnpackArgb(const uint8_t* __restrict argb, int count, float scale, float* __restrict r,
                float* __restrict g, float* __restrict b) {
  const auto level = [scale](uint8_t v) {
    const float out = static_cast<float>(v) * scale;
    return out > 1.0f ? 1.0f : out;
  };
  for (int i = 0; i < count; i++) {
    b[i] = level(argb[4 * i]);
    g[i] = level(argb[4 * i + 1]);
    r[i] = level(argb[4 * i + 2]);
  }
}

// By how much a picture has to be brightened to use its range: 1 for all but dark ones.
float GainOf(const Plane& luma) {
  int histogram[256] = {};
  int count = 0;
  for (int y = 0; y < luma.height(); y += kLumaStep) {
    for (int x = 0; x < luma.width(); x += kLumaStep, count++) histogram[luma.row(y)[x]]++;
  }
  int bright = 255;
  for (int above = histogram[bright]; bright > 0 && above * 20 <= count; above += histogram[--bright]) {
  }
  if (bright >= kDarkLuma) return 1.0f;
  return std::min(kMostGain,
                  static_cast<float>(kDarkLuma - 16) / static_cast<float>(std::max(1, bright - 16)));
}

}  // namespace

ModelInput::ModelInput(int width, int height)
    : width_(width),
      height_(height),
      small_{Plane(width, height), Plane((width + 1) / 2, (height + 1) / 2),
             Plane((width + 1) / 2, (height + 1) / 2)},
      argb_(static_cast<size_t>(width) * height * 4) {}

void ModelInput::Fill(const Picture& picture, const Plane& half_luma, const Box& box, const Turn& turn,
                      bool grey, float* rgb) {
  const Box half{box.x / 2, box.y / 2, box.width / 2, box.height / 2};
  const auto scale = [&](const Plane& in, const Box& part, Plane& out) {
    libyuv::ScalePlane(in.row(part.y) + part.x, in.stride(), part.width, part.height, out.data(),
                       out.stride(), out.width(), out.height(), libyuv::kFilterBilinear);
  };
  // Luma at half size is there already, and enough where the input is not larger than it.
  const bool enough = half.width * 8 >= width_ * 7 && half.height * 8 >= height_ * 7;
  if (enough) {
    scale(half_luma, half, small_[0]);
  } else {
    scale(picture.y, box, small_[0]);
  }
  if (grey) {
    small_[1].fill(128);
    small_[2].fill(128);
  } else {
    scale(picture.u, half, small_[1]);
    scale(picture.v, half, small_[2]);
  }
  libyuv::I420ToARGB(small_[0].data(), small_[0].stride(), small_[1].data(), small_[1].stride(),
                     small_[2].data(), small_[2].stride(), argb_.data(), width_ * 4, width_,
                     turn.flip ? -height_ : height_);
  const int count = width_ * height_;
  UnpackArgb(argb_.data(), count, kByte * GainOf(small_[0]), rgb, rgb + count, rgb + 2 * count);
  if (turn.mirror) {
    for (int y = 0; y < 3 * height_; y++) {
      float* row = rgb + static_cast<size_t>(y) * width_;
      std::reverse(row, row + width_);
    }
  }
}

}  // namespace backscrub
