// Putting pictures together. All planes are BT.601 limited range, 4:2:0; alpha is full range, at luma size.
#pragma once
#include "edge_colours.h"
#include "matte.h"
#include "picture.h"

namespace backscrub {

struct ComposeOptions {
  bool edge_colours = true;  // show the person's own colours at soft edges; without: what the camera saw
  float light_wrap = 0;      // 0 to 1: light of the background on the person's rim; needs edge_colours
};

// Puts a person over a background, into a picture.
class Compositor {
 public:
  Compositor(int width, int height) : edges_(width, height) {}
  // out = foreground over background by the matte's alpha plane; all have the compositor's size.
  void Compose(const Matte& matte, const Picture& foreground, const Picture& background,
               const ComposeOptions& options, Picture& out);

 private:
  EdgeColours edges_;
};

// Inside `part`: foreground where alpha is 255, background where it is 0, a mix between. The result goes to
// `out` with its corner at (x, y), both even.
void Blend(const Picture& foreground, const Picture& background, const Plane& alpha, const Box& part,
           Picture& out, int x, int y);

// Copies `part`.
void Copy(const Picture& in, const Box& part, Picture& out);

// The alpha plane as a grey picture: 0 -> black (16), 255 -> white (235).
void StoreMatte(const Plane& alpha, Picture& out);

// Scales `in` to cover `out` and cuts off what lies beyond ("cover" of CSS object-fit). The point (focus_x,
// focus_y) of `in`, in parts of its size, comes as near to the middle as can be.
void Cover(const Picture& in, Picture& out, double focus_x = 0.5, double focus_y = 0.5);

}  // namespace backscrub
