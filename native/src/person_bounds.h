// Where somebody is in a network's probability map.
#pragma once
#include <vector>

namespace backscrub {

// Where the person is in a probability map, in map pixels; width 0 when nobody is there.
struct Bounds {
  int left = 0, top = 0, right = 0, bottom = 0;  // right and bottom are exclusive
  int area = 0;                                  // pixels above one half
  // The column between left and right in which least is set, compared with the lower one of the two sides:
  // where two people meet. Of what that side has, so much is left there; 1 without a valley.
  int valley = 0;
  float left_in_valley = 1.0f;
};

// A column of a map, and how many of its elements are above one half.
struct Column {
  int x, set;
};

class PersonBounds {
 public:
  PersonBounds(int map_width, int map_height) : width_(map_width), height_(map_height) {}

  // The extent of what is above one half in the columns `from` to `to` (exclusive) of a map (0..1, row
  // major): rows and columns of which at least 1.5 % are set.
  Bounds Measure(const float* map, int from, int to);
  // The column from `from` to `to` (inclusive; the map's width is beyond it and empty) in which least is set;
  // of several the one nearest to `middle`.
  Column Emptiest(const float* map, int from, int to, int middle);

 private:
  void FindValley(Bounds& bounds);

  int width_, height_;
  std::vector<int> columns_;  // how much of each is set
  std::vector<int> highest_;  // the most that is set to the right of each column, that one included
};

}  // namespace backscrub
