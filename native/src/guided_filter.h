// Fast guided filter (He and Sun, "Fast Guided Filter", arXiv:1505.00996): the linear coefficients are found
// on a half-size grid and applied to full-size luma. Only tiles that hold a soft edge are computed; in all
// others the filter's result is the constant that it would have been.
#pragma once
#include <vector>

#include "picture.h"

namespace backscrub {

struct GuidedFilterSettings {
  float epsilon;  // regularisation for luma 0..1
  float low;      // the result that becomes alpha 0
  float high;     // ... and 255
};

class GuidedFilter {
 public:
  // Of the half-size grid.
  static constexpr int kTileWidth = 32;
  static constexpr int kTileHeight = 16;
  // What a tile of alpha holds, if not 0 or 255 all over.
  static constexpr int16_t kSoft = -1;

  // Size of the half-size grid.
  GuidedFilter(int width, int height);

  // guide, soft: half size, 8 bit; luma, alpha: full size. The window's radius is 2 pixels of the half-size
  // grid. `alpha` has to be the same plane each time: tiles that have not changed are left as they are.
  void Apply(const Plane& guide, const Plane& soft, const Plane& luma, const GuidedFilterSettings& settings,
             Plane& alpha);

  // Finds what the tiles of an alpha plane hold that was made elsewhere, with the same margin around edges.
  void Adopt(const Plane& alpha);

  // What each tile of alpha holds, row by row: 0, 255 or kSoft.
  const std::vector<int16_t>& tiles() const { return tiles_; }
  int columns() const { return columns_; }

 private:
  int columns_;
  std::vector<uint8_t> least_, most_;
  std::vector<int16_t> tiles_;
};

}  // namespace backscrub
