#include "colour.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "simd.h"

namespace backscrub {

namespace {

constexpr int kMaxWidth = 8192;
constexpr int kBits = 14;

struct Primaries {
  double red, blue;
  constexpr double green() const { return 1 - red - blue; }
};
constexpr Primaries k601 = {0.299, 0.114};
constexpr Primaries k709 = {0.2126, 0.0722};

// BT.709 Y'CbCr to BT.601 Y'CbCr of the same R'G'B', with Y' in 0..1 and Cb, Cr in -0.5..0.5. Y' keeps its
// weight of 1.
struct Rematrix {
  double y_cb, y_cr, cb_cb, cb_cr, cr_cb, cr_cr;
};

constexpr Rematrix From709() {
  // What one unit of Cb and Cr adds to each of R, G, B.
  const double r_cr = 2 * (1 - k709.red), b_cb = 2 * (1 - k709.blue);
  const double g_cb = -k709.blue * b_cb / k709.green(), g_cr = -k709.red * r_cr / k709.green();
  const double y_cb = k601.green() * g_cb + k601.blue * b_cb, y_cr = k601.red * r_cr + k601.green() * g_cr;
  const double cb = 2 * (1 - k601.blue), cr = 2 * (1 - k601.red);
  return {y_cb, y_cr, (b_cb - y_cb) / cb, -y_cr / cb, -y_cb / cr, (r_cr - y_cr) / cr};
}

constexpr int Fixed(double value) {
  return static_cast<int>(value * (1 << kBits) + (value < 0 ? -0.5 : 0.5));
}

BACKSCRUB_INLINE uint8_t Clamp(int value) { return static_cast<uint8_t>(std::clamp(value, 0, 255)); }

void From709(Range range, Picture& picture) {
  const bool full = range == Range::kFull;
  constexpr Rematrix m = From709();
  const double luma = full ? 219.0 / 255 : 1, chroma = full ? 224.0 / 255 : 1,
               to_luma = full ? luma : 219.0 / 224;
  const int y_gain = Fixed(luma), y_cb = Fixed(m.y_cb * to_luma), y_cr = Fixed(m.y_cr * to_luma);
  const int cb_cb = Fixed(m.cb_cb * chroma), cb_cr = Fixed(m.cb_cr * chroma);
  const int cr_cb = Fixed(m.cr_cb * chroma), cr_cr = Fixed(m.cr_cr * chroma);
  const int black = full ? 0 : 16, half = 1 << (kBits - 1);
  std::array<int, kMaxWidth> shift;
  const int columns = std::min(picture.u.width(), kMaxWidth / 2);
  for (int row = 0; row < picture.u.height(); row++) {
    uint8_t* u = picture.u.row(row);
    uint8_t* v = picture.v.row(row);
    for (int x = 0; x < columns; x++) {
      const int cb = u[x] - 128, cr = v[x] - 128;
      shift[static_cast<size_t>(2 * x)] = shift[static_cast<size_t>(2 * x + 1)] =
          y_cb * cb + y_cr * cr + (16 << kBits) + half;
      u[x] = Clamp((cb_cb * cb + cb_cr * cr + (128 << kBits) + half) >> kBits);
      v[x] = Clamp((cr_cb * cb + cr_cr * cr + (128 << kBits) + half) >> kBits);
    }
    for (int line = 2 * row; line < 2 * row + 2; line++) {
      uint8_t* y = picture.y.row(line);
      for (int x = 0; x < 2 * columns; x++) {
        y[x] = Clamp(((y[x] - black) * y_gain + shift[static_cast<size_t>(x)]) >> kBits);
      }
    }
  }
}

}  // namespace

// 220 / 256 and 225 / 256 stand for 219 / 255 and 224 / 255: at most 0.14 off, and 16 bits hold every step.
void CompressLuma(const uint8_t* from, uint8_t* to, int count) {
  for (int x = 0; x < count; x++) {
    const auto wide = static_cast<uint16_t>(from[x] * 220 + 16 * 256 + 128);
    to[x] = static_cast<uint8_t>(wide >> 8);
  }
}

void CompressChroma(const uint8_t* from, uint8_t* to, int count) {
  for (int x = 0; x < count; x++) {
    const auto wide = static_cast<uint16_t>(from[x] * 225 + 128 * (256 - 225) + 128);
    to[x] = static_cast<uint8_t>(wide >> 8);
  }
}

// libyuv's conversion has six bits for coefficients, and 2.017 for blue does not fit: up to 5 levels are
// missing. These have 16, and rounding is all that is lost.
BACKSCRUB_SIMD
void ToRgb(const uint8_t* luma, const uint8_t* cb, const uint8_t* cr, int count, uint8_t* rgb) {
  constexpr double kY = 255.0 / 219, kC = 255.0 / 224;
  constexpr auto fixed = [](double value) {
    return static_cast<int>(value * 65536 + (value < 0 ? -0.5 : 0.5));
  };
  constexpr int y_gain = fixed(kY), r_cr = fixed(kC * 2 * (1 - k601.red)),
                b_cb = fixed(kC * 2 * (1 - k601.blue));
  constexpr int g_cb = fixed(-kC * 2 * (1 - k601.blue) * k601.blue / k601.green());
  constexpr int g_cr = fixed(-kC * 2 * (1 - k601.red) * k601.red / k601.green());
  for (int x = 0; x < count; x++) {
    const int y = (luma[x] - 16) * y_gain + 32768, u = cb[x / 2] - 128, v = cr[x / 2] - 128;
    rgb[3 * x] = Clamp((y + r_cr * v) >> 16);
    rgb[3 * x + 1] = Clamp((y + g_cb * u + g_cr * v) >> 16);
    rgb[3 * x + 2] = Clamp((y + b_cb * u) >> 16);
  }
}

void ToPipeline(Encoding encoding, Picture& picture) {
  if (encoding.matrix == Matrix::k709) return From709(encoding.range, picture);
  if (encoding.range == Range::kLimited) return;
  for (int y = 0; y < picture.y.height(); y++) {
    CompressLuma(picture.y.row(y), picture.y.row(y), picture.y.width());
  }
  for (int y = 0; y < picture.u.height(); y++) {
    CompressChroma(picture.u.row(y), picture.u.row(y), picture.u.width());
    CompressChroma(picture.v.row(y), picture.v.row(y), picture.v.width());
  }
}

}  // namespace backscrub
