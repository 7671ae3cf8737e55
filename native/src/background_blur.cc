#include "background_blur.h"

#include <libyuv.h>

#include <algorithm>
#include <cmath>

#include "simd.h"

namespace backscrub {

namespace {

// Radius of the disc as a part of the picture's height, at strength 0 and what 100 adds.
constexpr double kLeastRadius = 0.016, kMoreRadius = 0.1;
// Reduced pixels a radius has at most while the picture is reduced less: the cost grows with it.
constexpr double kMostFineRadius = 5;
// The picture's height is divided by these, for each 720 rows.
constexpr int kFine = 4, kCoarse = 8;
// The border of the prefix sums: no chord is longer.
constexpr int kBorder = 16;
// Added weight of white at strength 100, where black has 1 and mere light 4.
constexpr float kHighlights = 10.0f;
// The weight of what was filled in where the person is, and the unit of weights: 14 of them times 255 times
// the longest chord fit into 31 bits.
constexpr float kFilled = 0.1f, kUnit = 255.0f;

// Weights of pixels: what was filled in counts a little, so that something is known everywhere.
BACKSCRUB_SIMD
void Weigh(const uint8_t* __restrict luma, const uint8_t* __restrict known, float highlights,
           uint32_t* __restrict weight, int count) {
  for (int i = 0; i < count; i++) {
    const float level = (static_cast<float>(luma[i]) - 16.0f) * (1.0f / 219.0f);
    const float light = level < 0.0f ? 0.0f : level > 1.0f ? 1.0f : level;
    const float square = light * light, fourth = square * square;
    const float room = kFilled + (1.0f - kFilled) * (1.0f / 255.0f) * static_cast<float>(known[i]);
    const float shine = 1.0f + 3.0f * light + highlights * fourth * fourth;
    weight[i] = static_cast<uint32_t>(static_cast<int>(kUnit * room * shine));
  }
}

// 255 away from the person, 0 in their surroundings: these hold some of their colour where alpha does not say
// so.
BACKSCRUB_SIMD
void Know(const uint8_t* person, uint8_t* known, int count) {
  for (int i = 0; i < count; i++) {
    const int open = 255 - 3 * person[i];
    known[i] = static_cast<uint8_t>(open < 0 ? 0 : open);
  }
}

BACKSCRUB_SIMD
void Times(const uint32_t* __restrict weight, const uint8_t* __restrict value, uint32_t* __restrict out,
           int count) {
  for (int i = 0; i < count; i++) out[i] = weight[i] * value[i];
}

// In place: each element becomes the sum up to it. Overflow does no harm: only differences are used. Four
// rows at once, since each sum waits for the one before.
void Accumulate(uint32_t* const rows[4], int count) {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  for (int i = 0; i < count; i++) {
    rows[0][i] = a += rows[0][i];
    rows[1][i] = b += rows[1][i];
    rows[2][i] = c += rows[2][i];
    rows[3][i] = d += rows[3][i];
  }
}

// Adds the sums of 2 reach + 1 pixels times `whole`, and of 2 pixels more times `more`. `row` has the sums up
// to each pixel.
BACKSCRUB_SIMD
void AddChord(const uint32_t* __restrict row, int reach, float whole, float more, float* __restrict sums,
              int count) {
  const uint32_t *to = row + reach, *from = row - reach - 1;
  for (int i = 0; i < count; i++)
    sums[i] += whole * static_cast<float>(static_cast<int>(to[i] - from[i])) +
               more * static_cast<float>(static_cast<int>(to[i + 1] - from[i - 1]));
}

BACKSCRUB_SIMD
void Divide(const float* __restrict sum, const float* __restrict weight, uint8_t* __restrict out, int count) {
  for (int i = 0; i < count; i++) out[i] = static_cast<uint8_t>(static_cast<int>(sum[i] / weight[i] + 0.5f));
}

BACKSCRUB_SIMD
void Most(const uint8_t* __restrict a, const uint8_t* __restrict b, const uint8_t* __restrict c,
          uint8_t* __restrict out, int count) {
  for (int i = 0; i < count; i++) out[i] = std::max(a[i], std::max(b[i], c[i]));
}

BACKSCRUB_SIMD
void Smooth(const uint8_t* __restrict a, const uint8_t* __restrict b, const uint8_t* __restrict c,
            uint8_t* __restrict out, int count) {
  for (int i = 0; i < count; i++) out[i] = static_cast<uint8_t>((a[i] + 2 * b[i] + c[i] + 2) >> 2);
}

// Applies a function of three neighbours down columns and along rows.
template <typename Function>
void Separable(Plane& plane, Plane& spare, Function function) {
  const int width = plane.width(), last = plane.height() - 1;
  for (int y = 0; y <= last; y++)
    function(plane.row(std::max(y - 1, 0)), plane.row(y), plane.row(std::min(y + 1, last)), spare.row(y),
             width);
  for (int y = 0; y <= last; y++) {
    const uint8_t* in = spare.row(y);
    uint8_t* out = plane.row(y);
    function(in, in + 1, in + 2, out + 1, width - 2);
    function(in, in, in + 1, out, 1);
    function(in + width - 2, in + width - 1, in + width - 1, out + width - 1, 1);
  }
}

void Scale(const Plane& in, int width, int height, Plane& out, libyuv::FilterMode filter) {
  libyuv::ScalePlane(in.data(), in.stride(), width, height, out.data(), out.stride(), out.width(),
                     out.height(), filter);
}

void Scale(const Plane& in, Plane& out, libyuv::FilterMode filter) {
  Scale(in, in.width(), in.height(), out, filter);
}

}  // namespace

BackgroundBlur::BackgroundBlur(int width, int height) : width_(width), height_(height) {}

void BackgroundBlur::Choose(int strength) {
  strength = std::clamp(strength, 0, 100);
  if (strength == strength_) return;
  strength_ = strength;
  const double s = strength / 100.0;
  const double radius = height_ * (kLeastRadius + kMoreRadius * s * std::sqrt(s));
  const double scale = std::max(1.0, std::round(height_ / 720.0));
  coarse_ = radius / (kFine * scale) > kMostFineRadius;
  const int factor = static_cast<int>(scale) * (coarse_ ? kCoarse : kFine);
  dilation_ = coarse_ ? 1 : 2;
  highlights_ = static_cast<float>(s) * kHighlights;
  Draw(std::max(radius / factor, 0.5));
  const int width = std::max(width_ / factor, 4), height = std::max(height_ / factor, 4);
  if (width == small_width_ && height == small_height_) return;
  small_width_ = width;
  small_height_ = height;
  // Whole reduced pixels: libyuv's filter for others is slower and loses half a level. What is left over at
  // the right and at the bottom is less than one of them.
  whole_width_ = std::min(width * factor, width_);
  whole_height_ = std::min(height * factor, height_);
  half_ = Plane(std::max(whole_width_ / 2, 4), std::max(whole_height_ / 2, 4));
  for (Plane* plane : {&small_[0], &small_[1], &small_[2], &known_, &spare_}) *plane = Plane(width, height);
  filler_ = HoleFiller(width, height);
  for (Plane* plane : {&twice_, &twice_spare_}) *plane = Plane(2 * width, 2 * height);
  prefix_stride_ = static_cast<size_t>(width) + 2 * kBorder;
  prefix_.assign(kChannels * static_cast<size_t>(height) * prefix_stride_, 0);
  sums_.assign(kChannels * static_cast<size_t>(width), 0.0f);
}

// The chords of a disc, its outline taken into account to a part of a pixel: a little more strength is a
// little more blur.
void BackgroundBlur::Draw(double radius) {
  chords_.clear();
  for (int y = 0; y - 0.5 < radius; y++) {
    // Half the chord's length, a mean over the row's height.
    double half = 0;
    for (const double part : {-0.375, -0.125, 0.125, 0.375})
      half += std::sqrt(std::max(0.0, radius * radius - (y + part) * (y + part))) / 4;
    half = std::min(half, kBorder - 1.5);
    const double scale = std::min(1.0, 2 * half);
    const int reach = std::max(0, static_cast<int>(half - 0.5));
    const double more = std::max(0.0, half - 0.5 - reach);
    chords_.push_back({reach, static_cast<float>(scale * (1 - more)), static_cast<float>(scale * more)});
  }
}

void BackgroundBlur::Reduce(const Picture& picture) {
  // Two steps: libyuv halves and quarters fast.
  Scale(picture.y, whole_width_, whole_height_, half_, libyuv::kFilterBox);
  Scale(half_, small_[0], libyuv::kFilterBox);
  Scale(picture.u, whole_width_ / 2, whole_height_ / 2, small_[1], libyuv::kFilterBox);
  Scale(picture.v, whole_width_ / 2, whole_height_ / 2, small_[2], libyuv::kFilterBox);
}

void BackgroundBlur::LeaveOut(const Plane& alpha) {
  Scale(alpha, whole_width_, whole_height_, half_, libyuv::kFilterBox);
  Scale(half_, known_, libyuv::kFilterBox);
  for (int i = 0; i < dilation_; i++) Separable(known_, spare_, Most);
  for (int y = 0; y < small_height_; y++) Know(known_.row(y), known_.row(y), small_width_);
  filler_.Fill(known_, small_);
}

// The prefix sums of all rows.
void BackgroundBlur::Sum() {
  for (int y = 0; y < small_height_; y++) {
    uint32_t* weight = prefix(kWeight, y) + kBorder;
    Weigh(small_[0].row(y), known_.row(y), highlights_, weight, small_width_);
    uint32_t* rows[kChannels] = {weight};
    for (int channel = kY; channel <= kV; channel++) {
      rows[channel] = prefix(channel, y) + kBorder;
      Times(weight, small_[channel - kY].row(y), rows[channel], small_width_);
    }
    Accumulate(rows, small_width_);
    for (uint32_t* row : rows) std::fill_n(row + small_width_, kBorder, row[small_width_ - 1]);
  }
}

void BackgroundBlur::Disc(Picture& out) {
  const int reach = static_cast<int>(chords_.size()) - 1;
  const auto sums = [&](int channel) { return sums_.data() + static_cast<size_t>(channel) * small_width_; };
  for (int y = 0; y < small_height_; y++) {
    std::fill(sums_.begin(), sums_.end(), 0.0f);
    for (int other = std::max(y - reach, 0); other <= std::min(y + reach, small_height_ - 1); other++) {
      const Chord& chord = chords_[static_cast<size_t>(std::abs(other - y))];
      for (int channel = 0; channel < kChannels; channel++) {
        AddChord(prefix(channel, other) + kBorder, chord.reach, chord.whole, chord.more, sums(channel),
                 small_width_);
      }
    }
    for (int channel = kY; channel <= kV; channel++)
      Divide(sums(channel), sums(kWeight), small_[channel - kY].row(y), small_width_);
  }
  Plane* planes[] = {&out.y, &out.u, &out.v};
  for (int i = 0; i < 3; i++) {
    // The outlines of discs have steps.
    Separable(small_[i], spare_, Smooth);
    if (!coarse_) {
      Scale(small_[i], *planes[i], libyuv::kFilterBilinear);
      continue;
    }
    // Scaling that far would show the grid; in two steps and smoothed between it does not.
    Scale(small_[i], twice_, libyuv::kFilterBilinear);
    Separable(twice_, twice_spare_, Smooth);
    Scale(twice_, *planes[i], libyuv::kFilterBilinear);
  }
}

void BackgroundBlur::Apply(const Picture& picture, const Plane& alpha, int strength, Picture& out) {
  Choose(strength);
  Reduce(picture);
  LeaveOut(alpha);
  Sum();
  Disc(out);
}

void BackgroundBlur::Apply(const Picture& picture, int strength, Picture& out) {
  Choose(strength);
  Reduce(picture);
  known_.fill(255);
  Sum();
  Disc(out);
}

}  // namespace backscrub
