// From a network's probability map to the alpha plane of a frame: temporal filter at half size, then a guided
// filter on luma, evaluated at half size and applied at full size.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "guided_filter.h"
#include "picture.h"

namespace backscrub {

// Where the person is in a probability map, in map pixels; width 0 when nobody is there.
struct Bounds {
  int left = 0, top = 0, right = 0, bottom = 0;  // right and bottom are exclusive
  int area = 0;                                  // pixels above one half
};

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
  // Sizes of the frame, of the network's probability map and of its input.
  Matte(int width, int height, int map_width, int map_height, int input_width, int input_height);

  // Takes the next picture; the calls that follow are about it.
  void Begin(const Picture& picture);
  // Scales the part `box` of the picture to the input's size as RGB 0..1, planar: three planes of input_width
  // x input_height.
  void FillInput(const Picture& picture, const Box& box, float* rgb);
  // Takes a probability map (0..1, row major) of the part `box` of the picture and makes the alpha plane.
  // Outside the box alpha is 0.
  void Update(const Picture& picture, const float* map, const Box& box);
  // The extent of what is above one half: rows and columns of which at least 1.5 % are set.
  Bounds Measure(const float* map) const;
  // Forgets the past: the next map is taken as it is.
  void Reset() { fresh_ = true; }

  const Plane& alpha() const { return alpha_; }
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
  size_t input_pixels() const { return static_cast<size_t>(input_width_) * input_height_; }
  MatteTuning tuning;

 private:
  void Quantise(const float* map);
  void Motion(const Box& half);
  void Filter(const Box& half);
  void Refine(const Picture& picture);

  int map_width_, map_height_;
  int input_width_, input_height_;
  int half_width_, half_height_;
  bool fresh_ = true;
  Plane map8_;                   // the map, 8 bit
  Plane scaled_;                 // the map on the half-size grid
  Plane luma_[2];                // half-size luma of this frame and the last
  int now_ = 0;                  // which of the two is this frame's
  Plane motion_;                 // blurred |difference of luma|
  std::vector<uint16_t> state_;  // filtered probability, half size, 0..65280 = 0..1
  Plane soft_;                   // the curve applied, half size
  GuidedFilter guided_;
  Plane alpha_;
  Plane small_[3];  // the input of the model, 4:2:0
  std::vector<uint8_t> argb_;
  std::vector<uint8_t> difference_;
  std::vector<uint16_t> columns_;
  mutable std::vector<int> histogram_;
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
