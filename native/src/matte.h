// From a network's probability map to the alpha plane of a frame: temporal filter at half size, then a guided
// filter on luma, evaluated at half size and applied at full size.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "guided_filter.h"
#include "picture.h"

namespace backscrub {

// The knobs of the matte; the defaults were found on clips with exact mattes (bench/quality).
struct MatteTuning {
  float still_weight = 0.2f;    // weight of the new probability where nothing moves
  float change_gain = 1.5f;     // how much a changed probability opens the filter
  float motion_gain = 10.0f;    // how much moving luma opens it
  float motion_floor = 0.01f;   // luma change (0..1) that counts as noise
  float curve_low = 0.25f;      // probability that maps to alpha 0
  float curve_high = 0.85f;     // ... and to alpha 1
  float guide_epsilon = 1e-3f;  // the guided filter's regularisation, for luma 0..1
  float edge_low = 0.1f;        // the curve after the guided filter
  float edge_high = 0.9f;
};

class Matte {
 public:
  // Sizes of the frame and of the network's probability map.
  Matte(int width, int height, int map_width, int map_height);

  // Takes the next picture; the calls that follow are about it.
  void Begin(const Picture& picture);
  // A probability map (0..1, row major) of the part `box` of the picture.
  struct Part {
    const float* map;
    Box box;
  };
  // Takes the map of one part, or those of two, and makes the alpha plane. Where two have looked the first
  // counts left of the column `border`, the second right of it. Outside of both alpha is 0.
  void Update(const Picture& picture, const Part* parts, int count, int border);
  // Forgets the past: the next map is taken as it is.
  void Reset() { fresh_ = true; }

  const Plane& alpha() const { return alpha_; }
  // This picture's luma at half size.
  const Plane& luma() const { return luma_[now_]; }
  // Calls visit(part, value) for parts that cover the frame: alpha is `value` (0 or 255) all over the part,
  // or has an edge in it (GuidedFilter::kSoft). A part is as high as a tile and one or more tiles wide.
  template <typename Visit>
  void ForEachPart(Visit visit) const;
  // What each tile of the alpha plane holds, row by row: 0, 255 or GuidedFilter::kSoft.
  const std::vector<int16_t>& tiles() const { return guided_.tiles(); }
  // Takes an alpha plane that was made elsewhere: width * height bytes without padding.
  void Load(const uint8_t* alpha);
  int map_width() const { return map_width_; }
  int map_height() const { return map_height_; }
  MatteTuning tuning;

 private:
  void Quantise(const float* map);
  void Scale(const float* map, const Box& half, Plane& out);
  void Merge(const float* map, const Box& first, const Box& second, int border);
  void Motion(const Box& half);
  void Filter(const Box& first, const Box* second = nullptr);
  void Refine(const Picture& picture);

  int map_width_, map_height_;
  int half_width_, half_height_;
  bool fresh_ = true;
  Plane map8_;                   // the map, 8 bit
  Plane scaled_;                 // the map on the half-size grid
  Plane other_;                  // that of a second part; empty until there is one
  Plane luma_[2];                // half-size luma of this frame and the last
  int now_ = 0;                  // which of the two is this frame's
  Plane motion_;                 // blurred |difference of luma|
  std::vector<uint16_t> state_;  // filtered probability, half size, 0..65280 = 0..1
  Plane soft_;                   // the curve applied, half size
  GuidedFilter guided_;
  Plane alpha_;
  std::vector<uint8_t> difference_;
  std::vector<uint16_t> columns_;
  std::vector<uint16_t> weights_;
};

template <typename Visit>
void Matte::ForEachPart(Visit visit) const {
  constexpr int kWidth = 2 * GuidedFilter::kTileWidth, kHeight = 2 * GuidedFilter::kTileHeight;
  const int16_t* tiles = guided_.tiles().data();
  for (int y = 0; y < alpha_.height(); y += kHeight, tiles += guided_.columns()) {
    const int height = std::min(kHeight, alpha_.height() - y);
    for (int first = 0, next; first < guided_.columns(); first = next) {
      for (next = first + 1; next < guided_.columns() && tiles[next] == tiles[first]; next++) {
      }
      const int x = first * kWidth;
      visit(Box{x, y, std::min(next * kWidth, alpha_.width()) - x, height}, tiles[first]);
    }
  }
}

}  // namespace backscrub
