#include "background_blur.h"

#include <libyuv.h>

#include <algorithm>
#include <cmath>

#include "simd.h"

namespace backscrub {

namespace {

// Standard deviation of the blur as a part of the picture's height, at strength 0 and what 100 adds.
constexpr double kLeastSigma = 0.008, kMoreSigma = 0.05;

BACKSCRUB_SIMD
void Weigh(const uint8_t* in, const uint8_t* alpha, float* value, float* weight, int count) {
  for (int i = 0; i < count; i++) {
    // A trace of weight stays everywhere, so that the middle of the person is defined.
    const float w = static_cast<float>(255 - alpha[i]) + 0.05f;
    weight[i] = w;
    value[i] = w * static_cast<float>(in[i]);
  }
}

BACKSCRUB_SIMD
void WeighOnly(const uint8_t* in, const uint8_t* alpha, float* value, int count) {
  for (int i = 0; i < count; i++)
    value[i] = (static_cast<float>(255 - alpha[i]) + 0.05f) * static_cast<float>(in[i]);
}

BACKSCRUB_SIMD
void Normalise(const float* value, const float* weight, uint8_t* out, int count) {
  for (int i = 0; i < count; i++)
    out[i] = static_cast<uint8_t>(static_cast<int>(value[i] / weight[i] + 0.5f));
}

// `out` gets the sums of 2 r + 1 neighbours; `in` is readable r elements before and after.
BACKSCRUB_SIMD
void SumAcross(const float* in, float* out, int count, int r) {
  if (r == 1) {
    for (int i = 0; i < count; i++) out[i] = in[i - 1] + in[i] + in[i + 1];
  } else if (r == 2) {
    for (int i = 0; i < count; i++) out[i] = in[i - 2] + in[i - 1] + in[i] + in[i + 1] + in[i + 2];
  } else {
    for (int i = 0; i < count; i++) {
      float sum = in[i];
      for (int k = 1; k <= r; k++) sum += in[i - k] + in[i + k];
      out[i] = sum;
    }
  }
}

BACKSCRUB_SIMD
void Add(const float* in, float* sum, int count) {
  for (int i = 0; i < count; i++) sum[i] += in[i];
}

BACKSCRUB_SIMD
void Slide(const float* add, const float* drop, float* sum, float* out, float scale, int count) {
  for (int i = 0; i < count; i++) {
    out[i] = sum[i] * scale;
    sum[i] += add[i] - drop[i];
  }
}

}  // namespace

BackgroundBlur::BackgroundBlur(int width, int height) : width_(width), height_(height) {}

void BackgroundBlur::Choose(int strength) {
  if (strength == strength_) return;
  strength_ = strength;
  const double s = strength / 100.0;
  const double sigma = height_ * (kLeastSigma + kMoreSigma * s * std::sqrt(s));
  factor_ = sigma < 5 ? 2 : sigma < 11 ? 4 : sigma < 28 ? 8 : 16;
  // Three box filters of radii r have the variance sum r (r + 1) / 3 (Wells, "Efficient Synthesis of Gaussian
  // Filters by Cascaded Uniform Filters", PAMI 1986): take the combination that comes nearest.
  const double wanted = (sigma / factor_) * (sigma / factor_);
  double best = 1e9;
  for (int a = 1; a <= 6; a++)
    for (int b = a; b <= a + 1; b++)
      for (int c = b; c <= a + 1; c++) {
        const double miss = std::abs((a * (a + 1) + b * (b + 1) + c * (c + 1)) / 3.0 - wanted);
        if (miss < best) {
          best = miss;
          radius_[0] = a;
          radius_[1] = b;
          radius_[2] = c;
        }
      }
  const auto reduce = [](Reduced& reduced, Plane& small, Plane& alpha, int width, int height) {
    reduced.width = std::max(width, 8);
    reduced.height = std::max(height, 8);
    const size_t size = static_cast<size_t>(reduced.width) * reduced.height;
    reduced.value.assign(size, 0);
    reduced.weight.assign(size, 0);
    reduced.spare.assign(size + 2 * static_cast<size_t>(reduced.width) + 64, 0);
    small = Plane(reduced.width, reduced.height);
    alpha = Plane(reduced.width, reduced.height);
  };
  reduce(luma_, small_luma_, small_luma_alpha_, width_ / factor_, height_ / factor_);
  reduce(chroma_, small_chroma_, small_chroma_alpha_, width_ / factor_ / 2, height_ / factor_ / 2);
}

void BackgroundBlur::Box(std::vector<float>& data, std::vector<float>& spare, int width, int height,
                         int radius) {
  constexpr int kPad = 8;
  float* padded = spare.data() + static_cast<size_t>(width) * height;  // one row with room on both sides
  for (int y = 0; y < height; y++) {
    const float* row = data.data() + static_cast<size_t>(y) * width;
    std::copy(row, row + width, padded + kPad);
    std::fill(padded, padded + kPad, row[0]);
    std::fill(padded + kPad + width, padded + kPad + width + kPad, row[width - 1]);
    SumAcross(padded + kPad, spare.data() + static_cast<size_t>(y) * width, width, radius);
  }
  const auto row = [&](int y) {
    return spare.data() + static_cast<size_t>(std::clamp(y, 0, height - 1)) * width;
  };
  float* sum = padded;
  std::fill(sum, sum + width, 0.0f);
  for (int k = -radius; k <= radius; k++) Add(row(k), sum, width);
  const float scale = 1.0f / static_cast<float>((2 * radius + 1) * (2 * radius + 1));
  for (int y = 0; y < height; y++)
    Slide(row(y + radius + 1), row(y - radius), sum, data.data() + static_cast<size_t>(y) * width, scale,
          width);
}

void BackgroundBlur::BlurPlane(const Plane& plane, const Plane& alpha, Reduced& r, Plane& small,
                               Plane& small_alpha, bool keep_weight, Plane& out) {
  libyuv::ScalePlane(plane.data(), plane.stride(), plane.width(), plane.height(), small.data(),
                     small.stride(), r.width, r.height, libyuv::kFilterBox);
  if (!keep_weight) {
    libyuv::ScalePlane(alpha.data(), alpha.stride(), alpha.width(), alpha.height(), small_alpha.data(),
                       small_alpha.stride(), r.width, r.height, libyuv::kFilterBox);
  }
  for (int y = 0; y < r.height; y++) {
    const size_t at = static_cast<size_t>(y) * r.width;
    if (keep_weight) {
      WeighOnly(small.row(y), small_alpha.row(y), r.value.data() + at, r.width);
    } else {
      Weigh(small.row(y), small_alpha.row(y), r.value.data() + at, r.weight.data() + at, r.width);
    }
  }
  for (const int radius : radius_) {
    Box(r.value, r.spare, r.width, r.height, radius);
    if (!keep_weight) Box(r.weight, r.spare, r.width, r.height, radius);
  }
  for (int y = 0; y < r.height; y++) {
    const size_t at = static_cast<size_t>(y) * r.width;
    Normalise(r.value.data() + at, r.weight.data() + at, small.row(y), r.width);
  }
  libyuv::ScalePlane(small.data(), small.stride(), r.width, r.height, out.data(), out.stride(), out.width(),
                     out.height(), libyuv::kFilterBilinear);
}

void BackgroundBlur::Apply(const Picture& picture, const Plane& alpha, int strength, Picture& out) {
  Choose(std::clamp(strength, 0, 100));
  BlurPlane(picture.y, alpha, luma_, small_luma_, small_luma_alpha_, false, out.y);
  BlurPlane(picture.u, alpha, chroma_, small_chroma_, small_chroma_alpha_, false, out.u);
  BlurPlane(picture.v, alpha, chroma_, small_chroma_, small_chroma_alpha_, true, out.v);
}

}  // namespace backscrub
