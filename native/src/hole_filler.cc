#include "hole_filler.h"

#include <algorithm>

#include "simd.h"

namespace backscrub {

namespace {

// Weight of what is not known: far below that of what is, and enough to divide by.
constexpr float kTrace = 1e-6f;

BACKSCRUB_SIMD
void Weights(const uint8_t* __restrict known, float* __restrict weight, int count) {
  for (int x = 0; x < count; x++) weight[x] = static_cast<float>(known[x]) * (1.0f / 255.0f) + kTrace;
}

BACKSCRUB_SIMD
void Times(const uint8_t* __restrict value, const float* __restrict weight, float* __restrict out,
           int count) {
  for (int x = 0; x < count; x++) out[x] = static_cast<float>(value[x]) * weight[x];
}

BACKSCRUB_SIMD
void SumFour(const float* __restrict upper, const float* __restrict lower, float* __restrict out, int count) {
  for (int x = 0; x < count; x++) out[x] = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];
}

// A weight above 1 says no more than 1 does.
BACKSCRUB_SIMD
void Saturate(float* __restrict weight, float* __restrict a, float* __restrict b, float* __restrict c,
              int count) {
  for (int x = 0; x < count; x++) {
    const float scale = weight[x] > 1.0f ? 1.0f / weight[x] : 1.0f;
    weight[x] *= scale;
    a[x] *= scale;
    b[x] *= scale;
    c[x] *= scale;
  }
}

// What the weight leaves open comes from the coarser level; `field` becomes the value itself.
BACKSCRUB_SIMD
void Push(const float* __restrict coarse, const float* __restrict weight, float* __restrict field,
          int count) {
  for (int x = 0; x < count; x++) {
    field[2 * x] += (1.0f - weight[2 * x]) * coarse[x];
    field[2 * x + 1] += (1.0f - weight[2 * x + 1]) * coarse[x];
  }
}

BACKSCRUB_SIMD
void ToBytes(const float* __restrict in, uint8_t* __restrict out, int count) {
  for (int x = 0; x < count; x++) {
    const float value = in[x] + 0.5f;
    out[x] = static_cast<uint8_t>(static_cast<int>(value < 255.0f ? value : 255.0f));
  }
}

}  // namespace

HoleFiller::HoleFiller(int width, int height) {
  for (;;) {
    Level& level = levels_.emplace_back();
    level.used_width = width;
    level.used_height = height;
    level.width = (width + 1) & ~1;
    level.height = (height + 1) & ~1;
    for (std::vector<float>& field : level.field)
      field.assign(static_cast<size_t>(level.width) * level.height, 0.0f);
    if (level.width <= 2 && level.height <= 2) break;
    width = level.width / 2;
    height = level.height / 2;
  }
}

void HoleFiller::ClearPadding(Level& level) {
  for (int i = 0; i < kFields; i++) {
    for (int y = 0; y < level.used_height; y++)
      std::fill(level.row(i, y) + level.used_width, level.row(i, y) + level.width, 0.0f);
    for (int y = level.used_height; y < level.height; y++) std::fill_n(level.row(i, y), level.width, 0.0f);
  }
}

void HoleFiller::Fill(const Plane& known, Plane (&planes)[3]) {
  Level& finest = levels_.front();
  for (int y = 0; y < known.height(); y++) {
    Weights(known.row(y), finest.row(0, y), known.width());
    for (int i = 1; i < kFields; i++)
      Times(planes[i - 1].row(y), finest.row(0, y), finest.row(i, y), known.width());
  }
  for (size_t k = 0; k + 1 < levels_.size(); k++) {
    Level& from = levels_[k];
    ClearPadding(from);
    Level& to = levels_[k + 1];
    for (int y = 0; y < from.height / 2; y++) {
      for (int i = 0; i < kFields; i++)
        SumFour(from.row(i, 2 * y), from.row(i, 2 * y + 1), to.row(i, y), from.width / 2);
      Saturate(to.row(0, y), to.row(1, y), to.row(2, y), to.row(3, y), from.width / 2);
    }
  }
  // The coarsest level is divided by its weight: all of it is known then.
  Level& top = levels_.back();
  ClearPadding(top);
  float sums[kFields] = {};
  for (int i = 0; i < kFields; i++)
    for (const float value : top.field[i]) sums[i] += value;
  for (int i = 1; i < kFields; i++) std::fill(top.field[i].begin(), top.field[i].end(), sums[i] / sums[0]);
  for (size_t k = levels_.size() - 1; k-- > 0;) {
    Level& coarse = levels_[k + 1];
    Level& fine = levels_[k];
    for (int y = 0; y < fine.height; y++)
      for (int i = 1; i < kFields; i++)
        Push(coarse.row(i, y / 2), fine.row(0, y), fine.row(i, y), fine.width / 2);
  }
  for (int y = 0; y < known.height(); y++)
    for (int i = 1; i < kFields; i++) ToBytes(finest.row(i, y), planes[i - 1].row(y), known.width());
}

}  // namespace backscrub
