#include "guided_filter.h"

#include <algorithm>
#include <cstring>

#include "simd.h"

namespace backscrub {

namespace {

constexpr int kTileWidth = GuidedFilter::kTileWidth;
constexpr int kTileHeight = GuidedFilter::kTileHeight;
constexpr int kRadius = 2;
// Two windows after another, and one neighbour for the interpolation.
constexpr int kHalo = 2 * kRadius + 1;
constexpr int kBlockWidth = kTileWidth + 2 * kHalo;    // 42
constexpr int kBlockHeight = kTileHeight + 2 * kHalo;  // 26
// Loops run to whole vectors past the block's end, and read a window's width further.
constexpr int kLoop = 48;
constexpr int kStride = 64;
constexpr int kMeanWidth = kTileWidth + 2;
constexpr int kMeanHeight = kTileHeight + 2;

using Row = float[kLoop];
// Sums of columns: zero beyond what is summed, so that the last windows can be read.
using Sums = float[kStride];

// Everything that one tile needs; lives on the stack and in the first-level cache.
struct Workspace {
  alignas(64) Row guide[kBlockHeight], soft[kBlockHeight];
  alignas(64) Row a[kBlockHeight - 4], b[kBlockHeight - 4];
  alignas(64) Row mean_a[kMeanHeight], mean_b[kMeanHeight];
};

constexpr float kWindow = 1.0f / 25.0f;

// The sum of the window's five columns, given the sums of each column.
BACKSCRUB_INLINE float Across(const float* columns, int x) {
  return columns[x] + columns[x + 1] + columns[x + 2] + columns[x + 3] + columns[x + 4];
}

// a and b of every window that lies in the block; element (y, x) belongs to the window that starts there.
BACKSCRUB_INLINE void Coefficients(Workspace& w, float epsilon) {
  // Sums over the five rows of the window, column by column: they slide down with y.
  alignas(64) Sums guide = {}, soft = {}, product = {}, square = {};
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < kLoop; x++) {
      const float g = w.guide[y][x], s = w.soft[y][x];
      guide[x] += g;
      soft[x] += s;
      product[x] += g * s;
      square[x] += g * g;
    }
  for (int y = 0; y < kBlockHeight - 4; y++) {
    const float* __restrict g_in = w.guide[y + 4];
    const float* __restrict s_in = w.soft[y + 4];
    for (int x = 0; x < kLoop; x++) {
      guide[x] += g_in[x];
      soft[x] += s_in[x];
      product[x] += g_in[x] * s_in[x];
      square[x] += g_in[x] * g_in[x];
    }
    float* __restrict a_out = w.a[y];
    float* __restrict b_out = w.b[y];
    for (int x = 0; x < kLoop; x++) {
      const float g = Across(guide, x) * kWindow, s = Across(soft, x) * kWindow;
      const float covariance = Across(product, x) * kWindow - g * s;
      const float variance = Across(square, x) * kWindow - g * g;
      a_out[x] = covariance / (variance + epsilon);
      b_out[x] = s - a_out[x] * g;
    }
    const float* __restrict g_old = w.guide[y];
    const float* __restrict s_old = w.soft[y];
    for (int x = 0; x < kLoop; x++) {
      guide[x] -= g_old[x];
      soft[x] -= s_old[x];
      product[x] -= g_old[x] * s_old[x];
      square[x] -= g_old[x] * g_old[x];
    }
  }
}

// Their means over the windows that a pixel lies in, for the tile and one pixel around it.
BACKSCRUB_INLINE void Average(const Row* in, Row* out) {
  alignas(64) Sums sums = {};
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < kLoop; x++) sums[x] += in[y][x];
  for (int y = 0; y < kMeanHeight; y++) {
    for (int x = 0; x < kLoop; x++) sums[x] += in[y + 4][x];
    for (int x = 0; x < kLoop; x++) out[y][x] = Across(sums, x) * kWindow;
    for (int x = 0; x < kLoop; x++) sums[x] -= in[y][x];
  }
}

// One row of full-size alpha from two rows of coefficients: weights 3/4 and 1/4, as centres of a half-size
// grid lie.
BACKSCRUB_INLINE void ApplyRow(const float* __restrict a_near, const float* __restrict a_far,
                               const float* __restrict b_near, const float* __restrict b_far,
                               const uint8_t* __restrict luma, uint8_t* __restrict alpha, float scale,
                               float offset) {
  float a[kLoop], b[kLoop];
  for (int x = 0; x < kLoop; x++) {
    a[x] = 0.75f * a_near[x] + 0.25f * a_far[x];
    b[x] = (0.75f * b_near[x] + 0.25f * b_far[x]) * scale + offset;
  }
  // Even and odd pixels apart, so that both loops run over whole vectors.
  float even[kTileWidth], odd[kTileWidth];
  uint16_t pairs[kTileWidth];  // little endian: the even pixel is the low byte
  std::memcpy(pairs, luma, sizeof pairs);
  for (int x = 0; x < kTileWidth; x++) {
    const float near_a = 0.75f * scale * a[x + 1], near_b = 0.75f * b[x + 1];
    even[x] = (near_a + 0.25f * scale * a[x]) * static_cast<float>(pairs[x] & 255) + near_b + 0.25f * b[x];
    odd[x] =
        (near_a + 0.25f * scale * a[x + 2]) * static_cast<float>(pairs[x] >> 8) + near_b + 0.25f * b[x + 2];
  }
  for (int x = 0; x < kTileWidth; x++) {
    const int e = static_cast<int>(std::clamp(even[x], 0.0f, 255.0f));
    const int o = static_cast<int>(std::clamp(odd[x], 0.0f, 255.0f));
    pairs[x] = static_cast<uint16_t>(e | (o << 8));
  }
  std::memcpy(alpha, pairs, sizeof pairs);
}

BACKSCRUB_INLINE void Load(const Plane& plane, int x0, int y0, Row* block) {
  const bool inside = x0 >= 0 && x0 + kLoop <= plane.width();
  for (int y = 0; y < kBlockHeight; y++) {
    const uint8_t* __restrict row = plane.row(std::clamp(y0 + y, 0, plane.height() - 1));
    float* __restrict out = block[y];
    if (inside) {
      for (int x = 0; x < kLoop; x++) out[x] = static_cast<float>(row[x0 + x]);
    } else {
      for (int x = 0; x < kLoop; x++)
        out[x] = static_cast<float>(row[std::clamp(x0 + x, 0, plane.width() - 1)]);
    }
  }
}

// The tile at (tx, ty) of the half-size grid, `rows` high, written to full-size `out` of kTileWidth * 2
// columns.
BACKSCRUB_SIMD
void RefineTile(const Plane& guide, const Plane& soft, const Plane& luma, int tx, int ty, int rows,
                float epsilon, float scale, float offset, uint8_t* out, int stride) {
  Workspace w;
  Load(guide, tx - kHalo, ty - kHalo, w.guide);
  Load(soft, tx - kHalo, ty - kHalo, w.soft);
  Coefficients(w, epsilon);
  Average(w.a, w.mean_a);
  Average(w.b, w.mean_b);
  for (int y = 0; y < 2 * rows; y++) {
    const int near = y / 2 + 1, far = y % 2 != 0 ? near + 1 : near - 1;
    ApplyRow(w.mean_a[near], w.mean_a[far], w.mean_b[near], w.mean_b[far], luma.row(2 * ty + y) + 2 * tx,
             out + static_cast<ptrdiff_t>(y) * stride, scale, offset);
  }
}

BACKSCRUB_SIMD
void Extremes(const uint8_t* __restrict least, const uint8_t* __restrict most, int count, uint8_t& lowest,
              uint8_t& highest) {
  uint8_t low = 255, high = 0;
  for (int i = 0; i < count; i++) {
    low = std::min(low, least[i]);
    high = std::max(high, most[i]);
  }
  lowest = low;
  highest = high;
}

// Least and most of the rows y0 to y1, column by column.
BACKSCRUB_SIMD
void ColumnExtremes(const Plane& plane, int y0, int y1, uint8_t* __restrict least, uint8_t* __restrict most) {
  const int width = plane.width();
  std::memset(least, 255, static_cast<size_t>(width));
  std::memset(most, 0, static_cast<size_t>(width));
  for (int y = y0; y < y1; y++) {
    const uint8_t* __restrict row = plane.row(y);
    for (int x = 0; x < width; x++) {
      least[x] = std::min(least[x], row[x]);
      most[x] = std::max(most[x], row[x]);
    }
  }
}

}  // namespace

GuidedFilter::GuidedFilter(int width, int height)
    : columns_((width + kTileWidth - 1) / kTileWidth),
      least_(static_cast<size_t>(width)),
      most_(static_cast<size_t>(width)),
      tiles_(static_cast<size_t>(columns_) * ((height + kTileHeight - 1) / kTileHeight), kSoft) {}

void GuidedFilter::Apply(const Plane& guide, const Plane& soft, const Plane& luma,
                         const GuidedFilterSettings& settings, Plane& alpha) {
  const float scale = 1.0f / (settings.high - settings.low), offset = 0.5f - settings.low * 255.0f * scale;
  const float epsilon = settings.epsilon * 255.0f * 255.0f;
  int16_t* held = tiles_.data();
  for (int ty = 0; ty < soft.height(); ty += kTileHeight) {
    const int rows = std::min(kTileHeight, soft.height() - ty);
    ColumnExtremes(soft, std::max(ty - kHalo, 0), std::min(ty + rows + kHalo, soft.height()), least_.data(),
                   most_.data());
    for (int tx = 0; tx < soft.width(); tx += kTileWidth, held++) {
      const int columns = std::min(kTileWidth, soft.width() - tx);
      const int from = std::max(tx - kHalo, 0), to = std::min(tx + columns + kHalo, soft.width());
      uint8_t lowest, highest;
      Extremes(least_.data() + from, most_.data() + from, to - from, lowest, highest);
      uint8_t* out = alpha.row(2 * ty) + 2 * tx;
      const bool constant = lowest == highest && (lowest == 0 || lowest == 255);
      if (constant && *held == lowest) continue;
      *held = constant ? lowest : kSoft;
      if (constant) {
        for (int y = 0; y < 2 * rows; y++)
          std::memset(out + y * alpha.stride(), lowest, static_cast<size_t>(2 * columns));
      } else if (columns == kTileWidth) {
        RefineTile(guide, soft, luma, tx, ty, rows, epsilon, scale, offset, out, alpha.stride());
      } else {
        // The last tile of a row may be narrower than what is computed.
        uint8_t tile[2 * kTileHeight][2 * kTileWidth];
        RefineTile(guide, soft, luma, tx, ty, rows, epsilon, scale, offset, tile[0], 2 * kTileWidth);
        for (int y = 0; y < 2 * rows; y++)
          std::memcpy(out + y * alpha.stride(), tile[y], static_cast<size_t>(2 * columns));
      }
    }
  }
}

void GuidedFilter::Adopt(const Plane& alpha) {
  constexpr int kWidth = 2 * kTileWidth, kHeight = 2 * kTileHeight, kMargin = 2 * kHalo;
  std::vector<uint8_t> least(static_cast<size_t>(alpha.width())), most(least.size());
  int16_t* held = tiles_.data();
  for (int y = 0; y < alpha.height(); y += kHeight) {
    ColumnExtremes(alpha, std::max(y - kMargin, 0), std::min(y + kHeight + kMargin, alpha.height()),
                   least.data(), most.data());
    for (int x = 0; x < alpha.width(); x += kWidth, held++) {
      const int from = std::max(x - kMargin, 0), to = std::min(x + kWidth + kMargin, alpha.width());
      uint8_t lowest, highest;
      Extremes(least.data() + from, most.data() + from, to - from, lowest, highest);
      *held = lowest == highest && (lowest == 0 || lowest == 255) ? lowest : kSoft;
    }
  }
}

}  // namespace backscrub
