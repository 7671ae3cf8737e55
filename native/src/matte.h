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
  // While the matte settles, after it has started over: only what the network is sure of is shown.
  float settling_low = 0.85f;   // in place of curve_low
  float settling_high = 0.98f;  // ... and of curve_high
  // The same at a start, for a frame that the network has looked at three times: the mean of the looks. What
  // the one without colours does not see at all (.67) is shown only beside what they are sure of.
  float agreed_low = 0.37f;
  float agreed_high = 0.63f;
  // ... and of it only what is near a place where they are this sure together: within so many of the map's
  // elements.
  float agreed_core = 0.73f;
  float agreed_reach = 2.0f;
  // The same after a change, of the lesser of two looks.
  float settling_core = 0.95f;
  float settling_reach = 8.0f;
  float settling_rise = 0.3f;  // part of the weight where the probability rises above the past's
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
  // The map of the next update is what several looks agree on: a matte that settles is less strict with it.
  void Agree() { is_agreed_ = true; }
  // Frames that were made since the matte started over, at most kSettled.
  int age() const { return frames_; }
  // Whether the scene had changed in mid-call when the matte started over.
  bool is_changed() const { return is_strict_; }
  // Frames in which the matte is strict, and those with the ones after them in which it becomes as generous
  // as ever.
  static constexpr int kSettling = 15;
  static constexpr int kSettled = kSettling + 3;
  // Forgets the past, and settles: the next map is taken as it is. Where the scene `changed` in mid-call, as
  // after a turn and another model, what several looks agree on is as little trusted as what one sees: the
  // room that was hidden so far stays so.
  void Reset(bool changed);
  // The pictures are turned from now on: so is the past. Settles: where the next map and the past differ, the
  // room is shown.
  void Turn(bool mirror, bool flip);
  // Goes on where the matte of another model was, for frames of the same size. Settles as after a turn.
  void Follow(const Matte& before);

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
  void Quantise(const float* map, float core);
  void Scale(const float* map, const Box& half, float core, Plane& out);
  void Merge(const float* map, const Box& first, const Box& second, int border, float core);
  void KeepNearCore(float core);
  float Strictness() const;
  void Motion(const Box& half);
  void Filter(const Box& first, const Box* second, const MatteTuning& curve);
  MatteTuning Curve() const;
  void Refine(const Picture& picture);

  int map_width_, map_height_;
  int half_width_, half_height_;
  bool has_past_ = false;   // whether there is a map before the next one
  bool is_bound_ = false;   // whether what follows can only slowly show more than the past did
  bool is_over_ = true;     // whether the next map is the first one after a start, a turn or another model
  bool is_strict_ = false;  // whether the scene has changed in mid-call
  bool is_agreed_ = false;  // whether the next map is what several looks agree on
  int frames_ = 0;          // that have been made since
  Plane map8_;              // the map, 8 bit
  Plane core_;              // 255 where the network is sure, in the map's size
  Plane scaled_;            // the map on the half-size grid
  Plane other_;             // that of a second part; empty until there is one
  Plane luma_[2];           // half-size luma of this frame and the last
  int now_ = 0;             // which of the two is this frame's
  Plane motion_;            // blurred |difference of luma|
  std::vector<uint16_t> state_;  // filtered probability, half size, 0..65280 = 0..1
  Plane soft_;                   // the curve applied, half size
  GuidedFilter guided_;
  Plane alpha_;
  std::vector<uint8_t> difference_;
  std::vector<uint16_t> columns_;
  std::vector<uint16_t> weights_;
  std::vector<uint8_t> columns8_;
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
