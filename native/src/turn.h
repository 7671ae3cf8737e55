// How a picture is turned.
#pragma once

namespace backscrub {

struct Turn {
  bool mirror = false;  // left and right are exchanged
  bool flip = false;    // top and bottom are exchanged
};

}  // namespace backscrub
