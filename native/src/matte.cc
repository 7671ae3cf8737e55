#include "matte.h"

#include <libyuv.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "simd.h"

namespace backscrub {

namespace {

constexpr float kByte = 1.0f / 255.0f;
// The filter's state keeps eight bits below those of the map, or small steps would be rounded away.
constexpr float kStep = kByte / 256.0f;
// Elements of a row or column of the map that have to be set before it counts as part of the person.
constexpr float kSpeckle = 0.015f;
constexpr int kMotionRadius = 3;

BACKSCRUB_SIMD
void UnpackArgb(const uint8_t* __restrict argb, int count, float* __restrict r, float* __restrict g,
                float* __restrict b) {
  for (int i = 0; i < count; i++) {
    b[i] = static_cast<float>(argb[4 * i]) * kByte;
    g[i] = static_cast<float>(argb[4 * i + 1]) * kByte;
    r[i] = static_cast<float>(argb[4 * i + 2]) * kByte;
  }
}

BACKSCRUB_SIMD
void ToBytes(const float* __restrict in, uint8_t* __restrict out, int count) {
  for (int i = 0; i < count; i++) {
    const float v = in[i] * 255.0f + 0.5f;
    out[i] = static_cast<uint8_t>(static_cast<int>(v < 0.0f ? 0.0f : v > 255.0f ? 255.0f : v));
  }
}

BACKSCRUB_SIMD
void AbsoluteDifference(const uint8_t* __restrict a, const uint8_t* __restrict b, uint8_t* __restrict out,
                        int count) {
  for (int i = 0; i < count; i++) out[i] = static_cast<uint8_t>(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]);
}

// Counts what is above one half in a row, and adds it to the counts of the columns.
BACKSCRUB_SIMD
int CountAbove(const float* __restrict in, int* __restrict columns, int count) {
  int set = 0;
  for (int i = 0; i < count; i++) {
    const int on = in[i] > 0.5f ? 1 : 0;
    columns[i] += on;
    set += on;
  }
  return set;
}

// Running column sums: sums += add - drop.
BACKSCRUB_SIMD
void SlideColumns(const uint8_t* __restrict add, const uint8_t* __restrict drop, uint16_t* __restrict sums,
                  int count) {
  for (int i = 0; i < count; i++) sums[i] = static_cast<uint16_t>(sums[i] + add[i] - drop[i]);
}

// Sums of 7 neighbouring columns, divided by 49; `sums` has 3 valid elements before and after.
BACKSCRUB_SIMD
void Sum7(const uint16_t* __restrict sums, uint8_t* __restrict out, int count) {
  for (int i = 0; i < count; i++) {
    const uint32_t total = static_cast<uint32_t>(sums[i - 3]) + sums[i - 2] + sums[i - 1] + sums[i] +
                           sums[i + 1] + sums[i + 2] + sums[i + 3];
    out[i] = static_cast<uint8_t>((total * 1338u) >> 16);  // 1338 / 65536 = 1 / 48.98
  }
}

BACKSCRUB_SIMD
void FilterRow(const uint8_t* __restrict fresh, const uint8_t* __restrict motion, uint16_t* __restrict state,
               uint8_t* __restrict soft, int count, const MatteTuning& t) {
  const float motion_gain = t.motion_gain * kByte, motion_floor = t.motion_floor * 255.0f;
  const float scale = 255.0f / (t.curve_high - t.curve_low), low = t.curve_low;
  const float still = t.still_weight, change = t.change_gain;
  for (int i = 0; i < count; i++) {
    const float last = static_cast<float>(state[i]) * kStep;
    const float d = static_cast<float>(fresh[i]) * kByte - last;
    const float moved = static_cast<float>(motion[i]) - motion_floor;
    float w = still + change * d * d + motion_gain * (moved > 0.0f ? moved : 0.0f);
    w = w > 1.0f ? 1.0f : w;
    const float s = last + w * d;
    state[i] = static_cast<uint16_t>(static_cast<int>(s * (1.0f / kStep) + 0.5f));
    const float v = (s - low) * scale + 0.5f;
    soft[i] = static_cast<uint8_t>(static_cast<int>(v < 0.0f ? 0.0f : v > 255.0f ? 255.0f : v));
  }
}

}  // namespace

Matte::Matte(int width, int height, int map_width, int map_height, int input_width, int input_height)
    : map_width_(map_width),
      map_height_(map_height),
      input_width_(input_width),
      input_height_(input_height),
      half_width_(width / 2),
      half_height_(height / 2),
      map8_(map_width, map_height),
      scaled_(half_width_, half_height_),
      luma_{Plane(half_width_, half_height_), Plane(half_width_, half_height_)},
      motion_(half_width_, half_height_),
      state_(static_cast<size_t>(half_width_) * half_height_, 0),
      soft_(half_width_, half_height_),
      guided_(half_width_, half_height_),
      alpha_(width, height),
      small_{Plane(input_width, input_height), Plane((input_width + 1) / 2, (input_height + 1) / 2),
             Plane((input_width + 1) / 2, (input_height + 1) / 2)},
      argb_(static_cast<size_t>(input_width) * input_height * 4) {}

void Matte::Begin(const Picture& picture) {
  now_ ^= 1;
  Plane& luma = luma_[now_];
  libyuv::ScalePlane(picture.y.data(), picture.y.stride(), picture.width(), picture.height(), luma.data(),
                     luma.stride(), half_width_, half_height_, libyuv::kFilterBox);
}

void Matte::FillInput(const Picture& picture, const Box& box, float* rgb) {
  const Box half{box.x / 2, box.y / 2, box.width / 2, box.height / 2};
  const auto scale = [&](const Plane& in, const Box& part, Plane& out) {
    libyuv::ScalePlane(in.row(part.y) + part.x, in.stride(), part.width, part.height, out.data(),
                       out.stride(), out.width(), out.height(), libyuv::kFilterBilinear);
  };
  // Luma at half size is there already, and enough where the input is not larger than it.
  const bool enough = half.width * 8 >= input_width_ * 7 && half.height * 8 >= input_height_ * 7;
  if (enough) {
    scale(luma_[now_], half, small_[0]);
  } else {
    scale(picture.y, box, small_[0]);
  }
  scale(picture.u, half, small_[1]);
  scale(picture.v, half, small_[2]);
  libyuv::I420ToARGB(small_[0].data(), small_[0].stride(), small_[1].data(), small_[1].stride(),
                     small_[2].data(), small_[2].stride(), argb_.data(), input_width_ * 4, input_width_,
                     input_height_);
  const int count = input_width_ * input_height_;
  UnpackArgb(argb_.data(), count, rgb, rgb + count, rgb + 2 * count);
}

void Matte::Quantise(const float* map) {
  for (int y = 0; y < map_height_; y++)
    ToBytes(map + static_cast<size_t>(y) * map_width_, map8_.row(y), map_width_);
}

void Matte::Update(const Picture& picture, const float* map, const Box& box) {
  Quantise(map);
  const Box half{box.x / 2, box.y / 2, box.width / 2, box.height / 2};
  libyuv::ScalePlane(map8_.data(), map8_.stride(), map_width_, map_height_, scaled_.row(half.y) + half.x,
                     scaled_.stride(), half.width, half.height, libyuv::kFilterBilinear);
  Motion(half);
  Filter(half);
  Refine(picture);
  fresh_ = false;
}

void Matte::Motion(const Box& half) {
  if (fresh_) {
    motion_.fill(255);
    return;
  }
  const Plane& now = luma_[now_];
  const Plane& last = luma_[now_ ^ 1];
  // |difference| of the box's rows with the radius around them, in place of the first row above: clamped at
  // the edges.
  std::vector<uint8_t>& d = difference_;
  const int w = half.width;
  const int stride = w;
  d.resize(static_cast<size_t>(stride) * half.height);
  for (int y = 0; y < half.height; y++) {
    AbsoluteDifference(now.row(half.y + y) + half.x, last.row(half.y + y) + half.x,
                       d.data() + static_cast<size_t>(y) * stride, w);
  }
  const auto row = [&](int y) {
    return d.data() + static_cast<size_t>(std::clamp(y, 0, half.height - 1)) * stride;
  };
  columns_.assign(static_cast<size_t>(w) + 2 * kMotionRadius, 0);
  uint16_t* sums = columns_.data() + kMotionRadius;
  for (int k = -kMotionRadius; k <= kMotionRadius; k++) {
    const uint8_t* in = row(k);
    for (int x = 0; x < w; x++) sums[x] = static_cast<uint16_t>(sums[x] + in[x]);
  }
  for (int y = 0; y < half.height; y++) {
    for (int k = 1; k <= kMotionRadius; k++) {
      sums[-k] = sums[0];
      sums[w - 1 + k] = sums[w - 1];
    }
    Sum7(sums, motion_.row(half.y + y) + half.x, w);
    SlideColumns(row(y + kMotionRadius + 1), row(y - kMotionRadius), sums, w);
  }
}

void Matte::Filter(const Box& half) {
  const auto clear = [&](int y, int from, int to) {
    if (to <= from) return;
    std::memset(soft_.row(y) + from, 0, static_cast<size_t>(to - from));
    std::fill(state_.begin() + static_cast<ptrdiff_t>(y) * half_width_ + from,
              state_.begin() + static_cast<ptrdiff_t>(y) * half_width_ + to, uint16_t{0});
  };
  for (int y = 0; y < half_height_; y++) {
    if (y < half.y || y >= half.y + half.height) {
      clear(y, 0, half_width_);
      continue;
    }
    clear(y, 0, half.x);
    clear(y, half.x + half.width, half_width_);
    FilterRow(scaled_.row(y) + half.x, motion_.row(y) + half.x,
              state_.data() + static_cast<size_t>(y) * half_width_ + half.x, soft_.row(y) + half.x,
              half.width, tuning);
  }
}

void Matte::Refine(const Picture& picture) {
  guided_.Apply(luma_[now_], soft_, picture.y, {tuning.guide_epsilon, tuning.edge_low, tuning.edge_high},
                alpha_);
}

void Matte::Load(const uint8_t* alpha) {
  libyuv::CopyPlane(alpha, alpha_.width(), alpha_.data(), alpha_.stride(), alpha_.width(), alpha_.height());
  guided_.Adopt(alpha_);
}

Bounds Matte::Measure(const float* map) const {
  std::vector<int>& columns = histogram_;
  columns.assign(static_cast<size_t>(map_width_), 0);
  Bounds bounds;
  int top = -1, bottom = -1;
  for (int y = 0; y < map_height_; y++) {
    const float* in = map + static_cast<size_t>(y) * map_width_;
    const int set = CountAbove(in, columns.data(), map_width_);
    bounds.area += set;
    if (static_cast<float>(set) > kSpeckle * static_cast<float>(map_width_)) {
      if (top < 0) top = y;
      bottom = y + 1;
    }
  }
  int left = -1, right = -1;
  for (int x = 0; x < map_width_; x++) {
    if (static_cast<float>(columns[static_cast<size_t>(x)]) > kSpeckle * static_cast<float>(map_height_)) {
      if (left < 0) left = x;
      right = x + 1;
    }
  }
  if (top < 0 || left < 0) return Bounds{};
  bounds.left = left;
  bounds.top = top;
  bounds.right = right;
  bounds.bottom = bottom;
  return bounds;
}

}  // namespace backscrub
