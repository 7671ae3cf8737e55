// Blurs what is behind the person as a lens does that is out of focus: each point becomes a disc, and bright
// points count for more, since light adds up before the camera's gamma. The person is left out: each pixel
// weighs 1 - alpha of its surroundings, the sum is normalised, and where they stand the room is continued
// from around them, so that no colour of theirs glows.
#pragma once
#include <cstdint>
#include <vector>

#include "hole_filler.h"
#include "picture.h"

namespace backscrub {

class BackgroundBlur {
 public:
  BackgroundBlur(int width, int height);
  // strength: 0 (the room's shapes remain, its details do not) to 100. `out` has the picture's size.
  void Apply(const Picture& picture, const Plane& alpha, int strength, Picture& out);
  // The same for a picture without anybody in it.
  void Apply(const Picture& picture, int strength, Picture& out);

 private:
  enum Channel { kWeight, kY, kU, kV, kChannels };

  // 2 reach + 1 pixels weigh `whole` + `more`, and the next one on both sides `more`.
  struct Chord {
    int reach;
    float whole, more;
  };

  void Choose(int strength);
  void Draw(double radius);
  void Reduce(const Picture& picture);
  void LeaveOut(const Plane& alpha);
  void Sum();
  void Disc(Picture& out);
  uint32_t* prefix(int channel, int y) {
    return prefix_.data() + (static_cast<size_t>(channel) * small_height_ + y) * prefix_stride_;
  }

  int width_, height_;
  int strength_ = -1;
  int small_width_ = 0, small_height_ = 0;
  int whole_width_ = 0, whole_height_ = 0;  // of the picture, a multiple of the reduced size
  bool coarse_ = false;
  int dilation_ = 0;           // of the person, in reduced pixels
  float highlights_ = 0;       // extra weight of white
  std::vector<Chord> chords_;  // of the disc, by row from its middle
  Plane half_;                 // on the way to the reduced luma
  Plane small_[3], known_, spare_;
  HoleFiller filler_;
  Plane twice_, twice_spare_;  // on the way to the picture's size
  size_t prefix_stride_ = 0;
  std::vector<uint32_t> prefix_;  // sums from the row's start, by channel, with a border on both sides
  std::vector<float> sums_;       // of one row of discs, by channel
};

}  // namespace backscrub
