#include "edge_colours.h"

#include <algorithm>
#include <cstring>

#include "simd.h"

namespace backscrub {

namespace {

// All sizes below are in pixels of the half-size grid, where chroma lies, or in cells of kCell such pixels.
constexpr int kTileWidth = GuidedFilter::kTileWidth;
constexpr int kTileHeight = GuidedFilter::kTileHeight;
constexpr int kCell = 4;
constexpr int kCellsWide = kTileWidth / kCell, kCellsHigh = kTileHeight / kCell;
// The window of a mean is three cells, and interpolation needs one more.
constexpr int kBorder = 2;
constexpr int kMeansWide = kCellsWide + 2, kMeansHigh = kCellsHigh + 2;
// Loops over the cells of a tile run to whole vectors and read two further.
constexpr int kLoop = 16;
constexpr int kSlack = kLoop + 2;

// Where the light of the background on the rim begins: cells at a tile's border know only one side.
constexpr float kRimFloor = 0.1f;
constexpr float kByte = 1.0f / 255.0f;
// Against a division by zero where neither person nor room is near; below the weight of the softest pixel.
constexpr float kTrace = 1e-9f;

enum Channel {
  kFrontWeight,
  kFrontY,
  kFrontU,
  kFrontV,
  kBackWeight,
  kBackY,
  kBackU,
  kBackV,
  kChannels,
  // Only where light wraps around.
  kCount = kChannels,
  kCover,
  kLightY,
  kLightU,
  kLightV,
  kAllChannels
};

using Sums = float[kAllChannels][kTileWidth];
using Means = float[kMeansHigh][kLoop + 2];

BACKSCRUB_INLINE void LoadPairs(const uint8_t* row, uint16_t* pairs) {
  std::memcpy(pairs, row, kTileWidth * sizeof *pairs);
}

// The sum of the four full-size pixels under each half-size one.
BACKSCRUB_INLINE void SumFour(const uint8_t* upper, const uint8_t* lower, float* out) {
  uint16_t a[kTileWidth], b[kTileWidth];  // little endian: the even pixel is the low byte
  LoadPairs(upper, a);
  LoadPairs(lower, b);
  for (int x = 0; x < kTileWidth; x++)
    out[x] = static_cast<float>((a[x] & 255) + (a[x] >> 8) + (b[x] & 255) + (b[x] >> 8));
}

// Adds one row of half-size pixels to the sums of its cells' columns.
BACKSCRUB_INLINE void AddRow(const Plane& alpha, const Picture& foreground, int x0, int y, Sums& sums) {
  float a[kTileWidth], luma[kTileWidth];
  SumFour(alpha.row(2 * y) + 2 * x0, alpha.row(2 * y + 1) + 2 * x0, a);
  SumFour(foreground.y.row(2 * y) + 2 * x0, foreground.y.row(2 * y + 1) + 2 * x0, luma);
  const uint8_t* __restrict u = foreground.u.row(y) + x0;
  const uint8_t* __restrict v = foreground.v.row(y) + x0;
  for (int x = 0; x < kTileWidth; x++) {
    const float cover = a[x] * (0.25f * kByte), rest = 1.0f - cover;
    // Squares: the softer, the less. Higher powers do better with a perfect matte and worse with ours, whose
    // edges are wider than the true ones.
    const float front = cover * cover, back = rest * rest;
    const float cy = 0.25f * luma[x], cu = static_cast<float>(u[x]), cv = static_cast<float>(v[x]);
    sums[kFrontWeight][x] += front;
    sums[kFrontY][x] += front * cy;
    sums[kFrontU][x] += front * cu;
    sums[kFrontV][x] += front * cv;
    sums[kBackWeight][x] += back;
    sums[kBackY][x] += back * cy;
    sums[kBackU][x] += back * cu;
    sums[kBackV][x] += back * cv;
  }
}

// The same for what light wrap needs.
BACKSCRUB_INLINE void AddLight(const Plane& alpha, const Picture& background, int x0, int y, Sums& sums) {
  float a[kTileWidth], luma[kTileWidth];
  SumFour(alpha.row(2 * y) + 2 * x0, alpha.row(2 * y + 1) + 2 * x0, a);
  SumFour(background.y.row(2 * y) + 2 * x0, background.y.row(2 * y + 1) + 2 * x0, luma);
  const uint8_t* __restrict u = background.u.row(y) + x0;
  const uint8_t* __restrict v = background.v.row(y) + x0;
  for (int x = 0; x < kTileWidth; x++) {
    sums[kCount][x] += 1.0f;
    sums[kCover][x] += a[x] * (0.25f * kByte);
    sums[kLightY][x] += 0.25f * luma[x];
    sums[kLightU][x] += static_cast<float>(u[x]);
    sums[kLightV][x] += static_cast<float>(v[x]);
  }
}

BACKSCRUB_SIMD
void SumRows(const Plane& alpha, const Picture& foreground, const Picture& background, int x0, int y0,
             int rows, bool light, Sums& sums) {
  for (int y = y0; y < y0 + rows; y++) {
    AddRow(alpha, foreground, x0, y, sums);
    if (light) AddLight(alpha, background, x0, y, sums);
  }
}

BACKSCRUB_INLINE void SumColumns(const float* in, float* out) {
  for (int c = 0; c < kCellsWide; c++)
    out[c] = in[kCell * c] + in[kCell * c + 1] + in[kCell * c + 2] + in[kCell * c + 3];
}

// Sums over windows of three by three cells, with weights 1 2 1.
BACKSCRUB_INLINE void Window(const float* grid, int stride, Means& out) {
  float column[kSlack];
  for (int y = 0; y < kMeansHigh; y++) {
    const float* in = grid + static_cast<ptrdiff_t>(y) * stride;
    for (int x = 0; x < kSlack; x++) column[x] = in[x] + 2.0f * in[x + stride] + in[x + 2 * stride];
    for (int x = 0; x < kLoop; x++) out[y][x] = column[x] + 2.0f * column[x + 1] + column[x + 2];
  }
}

BACKSCRUB_INLINE void Divide(const Means& sum, const Means& weight, Means& out) {
  for (int y = 0; y < kMeansHigh; y++)
    for (int x = 0; x < kLoop; x++) out[y][x] = sum[y][x] / (weight[y][x] + kTrace);
}

using Wide = float[kMeansHigh][kTileWidth];

// Linear interpolation between the centres of cells, along rows.
BACKSCRUB_INLINE void Widen(const Means& in, Wide& out) {
  for (int y = 0; y < kMeansHigh; y++)
    for (int c = 0; c < kCellsWide; c++) {
      const float left = in[y][c], middle = in[y][c + 1], right = in[y][c + 2];
      out[y][kCell * c] = 0.375f * left + 0.625f * middle;
      out[y][kCell * c + 1] = 0.125f * left + 0.875f * middle;
      out[y][kCell * c + 2] = 0.875f * middle + 0.125f * right;
      out[y][kCell * c + 3] = 0.625f * middle + 0.375f * right;
    }
}

// ... and down columns, at `y` rows of half-size pixels below the middle of the first one.
BACKSCRUB_INLINE void Between(const Wide& in, float y, float* out) {
  const float place = (y + 0.5f) / kCell + 0.5f;  // the middle of the first cell is at 1
  const int above = static_cast<int>(place);
  const float next = place - static_cast<float>(above);
  for (int x = 0; x < kTileWidth; x++) out[x] = (1.0f - next) * in[above][x] + next * in[above + 1][x];
}

// What is known about one row of half-size pixels.
struct Light {
  // How much falls on a pixel: on the half-size one, and on the full-size ones of either line under it.
  float rim[kTileWidth], even[2][kTileWidth], odd[2][kTileWidth];
  float y[kTileWidth], u[kTileWidth], v[kTileWidth];
};
struct Row {
  float front_y[kTileWidth], front_u[kTileWidth], front_v[kTileWidth];
  float back_y[kTileWidth], back_u[kTileWidth], back_v[kTileWidth];
  Light light;
};

// The person's colour in C, shown over the background.
template <bool kWrap>
BACKSCRUB_INLINE float Show(float c, float a, float front, float back, float background, float rim,
                            float light) {
  float f = front + a * (c - back - a * (front - back));
  f = f < 0.0f ? 0.0f : f > 255.0f ? 255.0f : f;
  if (kWrap) f += rim * (light - f);
  return background + a * (f - background) + 0.5f;
}

template <bool kWrap>
BACKSCRUB_INLINE void ShowLuma(const uint8_t* alpha, const uint8_t* luma, const uint8_t* background,
                               const Row& row, int line, uint8_t* out) {
  uint16_t a[kTileWidth], c[kTileWidth], b[kTileWidth];
  LoadPairs(alpha, a);
  LoadPairs(luma, c);
  LoadPairs(background, b);
  for (int x = 0; x < kTileWidth; x++) {
    const auto pixel = [&](int shift) {
      return static_cast<int>(Show<kWrap>(
          static_cast<float>((c[x] >> shift) & 255), static_cast<float>((a[x] >> shift) & 255) * kByte,
          row.front_y[x], row.back_y[x], static_cast<float>((b[x] >> shift) & 255),
          kWrap ? (shift == 0 ? row.light.even : row.light.odd)[line][x] : 0.0f,
          kWrap ? row.light.y[x] : 0.0f));
    };
    a[x] = static_cast<uint16_t>(pixel(0) | (pixel(8) << 8));
  }
  std::memcpy(out, a, sizeof a);
}

template <bool kWrap>
BACKSCRUB_INLINE void ShowChroma(const float* a, const uint8_t* __restrict chroma,
                                 const uint8_t* __restrict background, const float* front, const float* back,
                                 const float* rim, const float* light, uint8_t* __restrict out) {
  for (int x = 0; x < kTileWidth; x++)
    out[x] = static_cast<uint8_t>(static_cast<int>(
        Show<kWrap>(static_cast<float>(chroma[x]), a[x], front[x], back[x], static_cast<float>(background[x]),
                    kWrap ? rim[x] : 0.0f, kWrap ? light[x] : 0.0f)));
}

// How much light falls where the person covers so much of the surroundings.
BACKSCRUB_INLINE float Rim(float cover, float gain) {
  const float part = gain * (1.0f - kRimFloor - cover);
  return part < 0.0f ? 0.0f : part > 1.0f ? 1.0f : part;
}

// The light that falls on the rim: brighter backgrounds wrap further, dark ones do not darken.
BACKSCRUB_INLINE void WrapLight(const Wide* wide, int y, float wrap, const float* front_y, Light& light) {
  float gain[kTileWidth], cover[kTileWidth + 2];
  Between(wide[1], static_cast<float>(y), light.y);
  Between(wide[2], static_cast<float>(y), light.u);
  Between(wide[3], static_cast<float>(y), light.v);
  for (int x = 0; x < kTileWidth; x++) {
    gain[x] = wrap * (light.y[x] - 16.0f) * (1.0f / 219.0f);
    light.y[x] = light.y[x] > front_y[x] ? light.y[x] : front_y[x];
  }
  Between(wide[0], static_cast<float>(y), cover + 1);
  for (int x = 0; x < kTileWidth; x++) light.rim[x] = Rim(cover[x + 1], gain[x]);
  for (int line = 0; line < 2; line++) {
    Between(wide[0], static_cast<float>(y) + (line == 0 ? -0.25f : 0.25f), cover + 1);
    // Cells do not change their slope at a tile's border.
    cover[0] = 2.0f * cover[1] - cover[2];
    cover[kTileWidth + 1] = 2.0f * cover[kTileWidth] - cover[kTileWidth - 1];
    for (int x = 0; x < kTileWidth; x++) {
      light.even[line][x] = Rim(0.25f * cover[x] + 0.75f * cover[x + 1], gain[x]);
      light.odd[line][x] = Rim(0.75f * cover[x + 1] + 0.25f * cover[x + 2], gain[x]);
    }
  }
}

template <bool kWrap>
BACKSCRUB_INLINE void BlendTile(const float* const* grid, int stride, float wrap, const Plane& alpha,
                                const Picture& foreground, const Picture& background, int x0, int y0,
                                int rows, Picture& out, int out_x, int out_y) {
  constexpr int kFields = kWrap ? 10 : 6;
  constexpr int kWeights[] = {kFrontWeight, kBackWeight, kCount};
  constexpr int kSums[] = {kFrontY, kFrontU, kFrontV, kBackY,  kBackU,
                           kBackV,  kCover,  kLightY, kLightU, kLightV};
  Means weight, sum, mean;
  Wide wide[kFields];
  for (int i = 0; i < kFields; i++) {
    if (i == 0 || i == 3 || i == 6) Window(grid[kWeights[i / 3]], stride, weight);
    Window(grid[kSums[i]], stride, sum);
    Divide(sum, weight, mean);
    Widen(mean, wide[i]);
  }
  Row row;
  float a[kTileWidth];
  for (int i = 0; i < rows; i++) {
    const int y = y0 + i;
    float* const fields[] = {row.front_y, row.front_u, row.front_v, row.back_y, row.back_u, row.back_v};
    for (int k = 0; k < 6; k++) Between(wide[k], static_cast<float>(i), fields[k]);
    if constexpr (kWrap) WrapLight(wide + 6, i, wrap, row.front_y, row.light);
    for (int line = 0; line < 2; line++)
      ShowLuma<kWrap>(alpha.row(2 * y + line) + 2 * x0, foreground.y.row(2 * y + line) + 2 * x0,
                      background.y.row(2 * y + line) + 2 * x0, row, line,
                      out.y.row(2 * (out_y + i) + line) + 2 * out_x);
    SumFour(alpha.row(2 * y) + 2 * x0, alpha.row(2 * y + 1) + 2 * x0, a);
    for (int x = 0; x < kTileWidth; x++) a[x] *= 0.25f * kByte;
    ShowChroma<kWrap>(a, foreground.u.row(y) + x0, background.u.row(y) + x0, row.front_u, row.back_u,
                      row.light.rim, row.light.u, out.u.row(out_y + i) + out_x);
    ShowChroma<kWrap>(a, foreground.v.row(y) + x0, background.v.row(y) + x0, row.front_v, row.back_v,
                      row.light.rim, row.light.v, out.v.row(out_y + i) + out_x);
  }
}

BACKSCRUB_SIMD
void BlendPlain(const float* const* grid, int stride, const Plane& alpha, const Picture& foreground,
                const Picture& background, int x0, int y0, int rows, Picture& out, int out_x, int out_y) {
  BlendTile<false>(grid, stride, 0, alpha, foreground, background, x0, y0, rows, out, out_x, out_y);
}

BACKSCRUB_SIMD
void BlendWrapped(const float* const* grid, int stride, float wrap, const Plane& alpha,
                  const Picture& foreground, const Picture& background, int x0, int y0, int rows,
                  Picture& out, int out_x, int out_y) {
  BlendTile<true>(grid, stride, wrap, alpha, foreground, background, x0, y0, rows, out, out_x, out_y);
}

}  // namespace

EdgeColours::EdgeColours(int width, int height)
    : half_width_(width / 2),
      half_height_(height / 2),
      columns_((half_width_ + kTileWidth - 1) / kTileWidth),
      grid_stride_(columns_ * kCellsWide + 2 * kBorder + kSlack),
      grid_rows_((half_height_ + kTileHeight - 1) / kTileHeight * kCellsHigh + 2 * kBorder),
      grid_(static_cast<size_t>(kAllChannels) * grid_rows_ * grid_stride_, 0.0f),
      filled_(static_cast<size_t>(columns_) * ((half_height_ + kTileHeight - 1) / kTileHeight), 0) {}

void EdgeColours::Clear(int tile_x, int tile_y) {
  for (int channel = 0; channel < kAllChannels; channel++)
    for (int y = 0; y < kCellsHigh; y++)
      std::fill_n(cells(channel, tile_y * kCellsHigh + kBorder + y) + tile_x * kCellsWide + kBorder,
                  kCellsWide, 0.0f);
}

void EdgeColours::Sum(const Plane& alpha, const Picture& foreground, const Picture& background, int tile_x,
                      int tile_y) {
  const int x0 = tile_x * kTileWidth;
  const int columns = std::min(kTileWidth, half_width_ - x0);
  const bool light = wrap_ > 0;
  for (int cell = 0; cell < kCellsHigh; cell++) {
    const int y0 = tile_y * kTileHeight + cell * kCell;
    const int rows = std::clamp(half_height_ - y0, 0, kCell);
    Sums sums = {};
    SumRows(alpha, foreground, background, x0, y0, rows, light, sums);
    for (int channel = 0; channel < (light ? kAllChannels : kChannels); channel++) {
      // What lies past the picture's right side was read, and does not count.
      std::fill(sums[channel] + columns, sums[channel] + kTileWidth, 0.0f);
      SumColumns(sums[channel],
                 cells(channel, tile_y * kCellsHigh + cell + kBorder) + tile_x * kCellsWide + kBorder);
    }
  }
}

void EdgeColours::Gather(const Matte& matte, const Picture& foreground, const Picture& background,
                         float wrap) {
  wrap_ = wrap;
  size_t tile = 0;
  for (const int16_t held : matte.tiles()) {
    const int tile_x = static_cast<int>(tile) % columns_, tile_y = static_cast<int>(tile) / columns_;
    if (held == GuidedFilter::kSoft) {
      Sum(matte.alpha(), foreground, background, tile_x, tile_y);
      filled_[tile] = 1;
    } else if (filled_[tile] != 0) {
      Clear(tile_x, tile_y);
      filled_[tile] = 0;
    }
    tile++;
  }
}

void EdgeColours::Blend(const Plane& alpha, const Picture& foreground, const Picture& background,
                        const Box& part, Picture& out, int x, int y) const {
  const int y0 = part.y / 2, rows = part.height / 2;
  for (int x0 = part.x / 2; x0 < (part.x + part.width) / 2; x0 += kTileWidth) {
    const float* grid[kAllChannels];
    for (int channel = 0; channel < kAllChannels; channel++)
      grid[channel] = cells(channel, y0 / kCell + kBorder - 2) + x0 / kCell + kBorder - 2;
    const int out_x = x / 2 + x0 - part.x / 2;
    if (wrap_ > 0) {
      BlendWrapped(grid, grid_stride_, wrap_, alpha, foreground, background, x0, y0, rows, out, out_x, y / 2);
    } else {
      BlendPlain(grid, grid_stride_, alpha, foreground, background, x0, y0, rows, out, out_x, y / 2);
    }
  }
}

}  // namespace backscrub
