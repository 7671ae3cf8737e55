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
// Half the width of the seam between two people's maps, on the half-size grid.
constexpr int kSeam = 8;
constexpr int kMotionRadius = 3;

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

// out = out + (in - out) * weight / 256
BACKSCRUB_SIMD
void Mix(const uint8_t* __restrict in, const uint16_t* __restrict weight, uint8_t* __restrict out,
         int count) {
  for (int i = 0; i < count; i++) {
    const uint32_t w = weight[i];
    out[i] = static_cast<uint8_t>((in[i] * w + out[i] * (256u - w) + 128u) >> 8);
  }
}

// The smallest box that holds both.
Box Around(const Box& a, const Box& b) {
  const int x = std::min(a.x, b.x), y = std::min(a.y, b.y);
  return {x, y, std::max(a.x + a.width, b.x + b.width) - x, std::max(a.y + a.height, b.y + b.height) - y};
}

// 255 where an element or one up to `reach` beside it is at least `least`.
BACKSCRUB_SIMD
void SpreadAcross(const uint8_t* __restrict in, int least, int reach, uint8_t* __restrict out, int count) {
  std::memset(out, 0, static_cast<size_t>(count));
  for (int k = -reach; k <= reach; k++) {
    const int from = std::max(0, -k), to = std::min(count, count - k);
    for (int i = from; i < to; i++) out[i] |= in[i + k] >= least ? 255 : 0;
  }
}

BACKSCRUB_SIMD
void Union(const uint8_t* __restrict in, uint8_t* __restrict out, int count) {
  for (int i = 0; i < count; i++) out[i] |= in[i];
}

BACKSCRUB_SIMD
void Intersect(const uint8_t* __restrict in, uint8_t* __restrict out, int count) {
  for (int i = 0; i < count; i++) out[i] &= in[i];
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
  const float still = t.still_weight, change = t.change_gain, rise = t.settling_rise;
  for (int i = 0; i < count; i++) {
    const float last = static_cast<float>(state[i]) * kStep;
    const float d = static_cast<float>(fresh[i]) * kByte - last;
    const float moved = static_cast<float>(motion[i]) - motion_floor;
    float w = still + change * d * d + motion_gain * (moved > 0.0f ? moved : 0.0f);
    w = w > 1.0f ? 1.0f : w;
    const float risen = w * rise > still ? w * rise : still;
    w = d > 0.0f ? risen : w;
    const float s = last + w * d;
    state[i] = static_cast<uint16_t>(static_cast<int>(s * (1.0f / kStep) + 0.5f));
    const float v = (s - low) * scale + 0.5f;
    soft[i] = static_cast<uint8_t>(static_cast<int>(v < 0.0f ? 0.0f : v > 255.0f ? 255.0f : v));
  }
}

}  // namespace

Matte::Matte(int width, int height, int map_width, int map_height)
    : map_width_(map_width),
      map_height_(map_height),
      half_width_(width / 2),
      half_height_(height / 2),
      map8_(map_width, map_height),
      core_(map_width, map_height),
      scaled_(half_width_, half_height_),
      luma_{Plane(half_width_, half_height_), Plane(half_width_, half_height_)},
      motion_(half_width_, half_height_),
      state_(static_cast<size_t>(half_width_) * half_height_, 0),
      soft_(half_width_, half_height_),
      guided_(half_width_, half_height_),
      alpha_(width, height) {}

void Matte::Begin(const Picture& picture) {
  now_ ^= 1;
  Plane& luma = luma_[now_];
  libyuv::ScalePlane(picture.y.data(), picture.y.stride(), picture.width(), picture.height(), luma.data(),
                     luma.stride(), half_width_, half_height_, libyuv::kFilterBox);
}

void Matte::Quantise(const float* map, float core) {
  for (int y = 0; y < map_height_; y++)
    ToBytes(map + static_cast<size_t>(y) * map_width_, map8_.row(y), map_width_);
  if (core > 0.0f) KeepNearCore(core);
}

// What is unsure and wide is a thing of the room more often than a part of somebody: only soft edges stay.
void Matte::KeepNearCore(float core) {
  const int least = static_cast<int>(core * 255.0f + 0.5f),
            reach = static_cast<int>(is_strict_ ? tuning.settling_reach : tuning.agreed_reach);
  for (int y = 0; y < map_height_; y++) SpreadAcross(map8_.row(y), least, reach, core_.row(y), map_width_);
  for (int y = 0; y < map_height_; y++) {
    uint8_t* out = map8_.row(y);
    columns8_.assign(static_cast<size_t>(map_width_), 0);
    for (int k = std::max(0, y - reach); k <= std::min(map_height_ - 1, y + reach); k++)
      Union(core_.row(k), columns8_.data(), map_width_);
    Intersect(columns8_.data(), out, map_width_);
  }
}

void Matte::Update(const Picture& picture, const Part* parts, int count, int border) {
  const auto half = [](const Box& box) { return Box{box.x / 2, box.y / 2, box.width / 2, box.height / 2}; };
  const Box first = half(parts[0].box);
  const float sure = is_strict_ ? tuning.settling_core : tuning.agreed_core;
  const float core = is_agreed_ && frames_ < kSettling ? sure : 0.0f;
  Scale(parts[0].map, first, core, scaled_);
  const MatteTuning curve = Curve();
  if (count == 1) {
    Motion(first);
    Filter(first, nullptr, curve);
  } else {
    const Box second = half(parts[1].box);
    Merge(parts[1].map, first, second, border / 2, core);
    Motion(Around(first, second));
    Filter(first, &second, curve);
  }
  Refine(picture);
  is_over_ = false;
  has_past_ = true;
  is_agreed_ = false;
  frames_ = std::min(frames_ + 1, kSettled);
}

void Matte::Reset(bool changed) {
  is_strict_ = changed;
  has_past_ = false;
  is_bound_ = false;
  is_over_ = true;
  frames_ = 0;
}

void Matte::Turn(bool mirror, bool flip) {
  is_over_ = true;
  is_bound_ = has_past_;
  is_strict_ = true;
  frames_ = 0;
  if (!has_past_) return;
  const size_t width = static_cast<size_t>(half_width_);
  const auto row = [&](int y) { return state_.begin() + static_cast<std::ptrdiff_t>(y * width); };
  if (mirror) {
    for (int y = 0; y < half_height_; y++) std::reverse(row(y), row(y + 1));
  }
  if (flip) {
    for (int y = 0; y < half_height_ / 2; y++)
      std::swap_ranges(row(y), row(y + 1), row(half_height_ - 1 - y));
  }
}

void Matte::Follow(const Matte& before) {
  state_ = before.state_;
  has_past_ = before.has_past_;
  is_bound_ = has_past_;
  is_strict_ = true;
  is_over_ = true;
  frames_ = 0;
}

// 1 while the matte settles, 0 once it has.
float Matte::Strictness() const {
  return std::clamp(1.0f - static_cast<float>(frames_ - kSettling + 1) / (kSettled - kSettling + 1), 0.0f,
                    1.0f);
}

// The knobs for the frame at hand.
MatteTuning Matte::Curve() const {
  MatteTuning t = tuning;
  const float strict = Strictness();
  const bool agreed = !is_strict_ && !is_over_ && (is_agreed_ || frames_ >= kSettling);
  t.curve_low += ((agreed ? t.agreed_low : t.settling_low) - t.curve_low) * strict;
  t.curve_high += ((agreed ? t.agreed_high : t.settling_high) - t.curve_high) * strict;
  if (!is_bound_ || strict == 0.0f) t.settling_rise = 1.0f;
  return t;
}

void Matte::Scale(const float* map, const Box& half, float core, Plane& out) {
  Quantise(map, core);
  libyuv::ScalePlane(map8_.data(), map8_.stride(), map_width_, map_height_, out.row(half.y) + half.x,
                     out.stride(), half.width, half.height, libyuv::kFilterBilinear);
}

void Matte::Merge(const float* map, const Box& first, const Box& second, int border, float core) {
  if (other_.width() == 0) other_ = Plane(half_width_, half_height_);
  Scale(map, second, core, other_);
  const int last = second.x + second.width;
  // The columns that both have seen, and how much the second one counts there.
  const int from = std::clamp(first.x, second.x, last),
            to = std::clamp(first.x + first.width, second.x, last);
  weights_.resize(static_cast<size_t>(std::max(0, to - from)));
  for (int x = from; x < to; x++) {
    const int share = 128 + (x - border) * 128 / kSeam;
    weights_[static_cast<size_t>(x - from)] = static_cast<uint16_t>(std::clamp(share, 0, 256));
  }
  for (int y = second.y; y < second.y + second.height; y++) {
    const uint8_t* in = other_.row(y);
    uint8_t* out = scaled_.row(y);
    const bool both = from < to && y >= first.y && y < first.y + first.height;
    if (!both) {
      std::memcpy(out + second.x, in + second.x, static_cast<size_t>(second.width));
      continue;
    }
    std::memcpy(out + second.x, in + second.x, static_cast<size_t>(from - second.x));
    Mix(in + from, weights_.data(), out + from, to - from);
    std::memcpy(out + to, in + to, static_cast<size_t>(last - to));
  }
}

void Matte::Motion(const Box& half) {
  if (is_over_) {
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

void Matte::Filter(const Box& first, const Box* second, const MatteTuning& curve) {
  for (int y = 0; y < half_height_; y++) {
    int done = 0;
    const auto clear = [&](int to) {
      if (to <= done) return;
      std::memset(soft_.row(y) + done, 0, static_cast<size_t>(to - done));
      uint16_t* state = state_.data() + static_cast<size_t>(y) * half_width_;
      std::fill(state + done, state + to, uint16_t{0});
    };
    const auto filter = [&](const Box& box) {
      if (y < box.y || y >= box.y + box.height) return;
      clear(box.x);
      const int from = std::max(done, box.x), to = box.x + box.width;
      if (to <= from) return;
      FilterRow(scaled_.row(y) + from, motion_.row(y) + from,
                state_.data() + static_cast<size_t>(y) * half_width_ + from, soft_.row(y) + from, to - from,
                curve);
      done = to;
    };
    // From left to right, each column once.
    if (second != nullptr && second->x < first.x) filter(*second);
    filter(first);
    if (second != nullptr && second->x >= first.x) filter(*second);
    clear(half_width_);
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

}  // namespace backscrub
