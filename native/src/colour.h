// Brings pictures to what the pipeline works with: BT.601, limited range (Y 16-235, Cb and Cr 16-240).
// Coefficients: ITU-R BT.601-7, BT.709-6, JFIF 1.02 (full range).
#pragma once
#include <cstdint>

#include "picture.h"

namespace backscrub {

enum class Matrix : uint8_t { k601, k709 };
enum class Range : uint8_t { kLimited, kFull };

struct Encoding {
  Matrix matrix = Matrix::k601;
  Range range = Range::kLimited;
};

// Full range to limited range, one row; `from` and `to` may be the same.
void CompressLuma(const uint8_t* from, uint8_t* to, int count);
void CompressChroma(const uint8_t* from, uint8_t* to, int count);

// One row of BT.601 limited range, 4:2:0, to packed full-range R, G, B; each pair of pixels has one cb and
// cr.
void ToRgb(const uint8_t* luma, const uint8_t* cb, const uint8_t* cr, int count, uint8_t* rgb);

// Converts in place; costs nothing when the picture is BT.601 limited already.
void ToPipeline(Encoding encoding, Picture& picture);

}  // namespace backscrub
