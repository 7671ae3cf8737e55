// Colours at soft edges. What the camera sees there is a mix of person and room, C = a F + (1 - a) B; put
// over another background as it is, the room's part stays behind as a halo. Here F and B are estimated as
// weighted means around the pixel, corrected so that they explain C (blur fusion: Forte, "Approximate Fast
// Foreground Colour Estimation", ICIP 2021, on a grid of cells in place of blurs at full size), and only F is
// shown.
#pragma once
#include <cstdint>
#include <vector>

#include "matte.h"
#include "picture.h"

namespace backscrub {

class EdgeColours {
 public:
  // Size of the pictures.
  EdgeColours(int width, int height);

  // Sums up the cells of the matte's soft tiles; the calls of Blend that follow are about these pictures.
  // wrap: 0 to 1, how much light of the background falls on the person's rim.
  void Gather(const Matte& matte, const Picture& foreground, const Picture& background, float wrap);

  // The foreground's own colours over the background, inside `part`: soft tiles of one row. The result goes
  // to `out` with its corner at (x, y). Writes whole tiles: up to 63 columns past the part's right side,
  // where a row's padding is.
  void Blend(const Plane& alpha, const Picture& foreground, const Picture& background, const Box& part,
             Picture& out, int x, int y) const;

 private:
  float* cells(int channel, int row) {
    return grid_.data() + (static_cast<ptrdiff_t>(channel) * grid_rows_ + row) * grid_stride_;
  }
  const float* cells(int channel, int row) const {
    return const_cast<EdgeColours*>(this)->cells(channel, row);
  }
  void Sum(const Plane& alpha, const Picture& foreground, const Picture& background, int tile_x, int tile_y);
  void Clear(int tile_x, int tile_y);

  int half_width_, half_height_, columns_;
  int grid_stride_, grid_rows_;
  float wrap_ = 0;
  // Sums by channel, row and column of cells, with a border; zero in all tiles that are not soft.
  std::vector<float> grid_;
  std::vector<uint8_t> filled_;  // by tile
};

}  // namespace backscrub
