// The picture that is on its way to the virtual camera: packed YUYV that stays from frame to frame, so that
// only what changes is written.
#pragma once
#include <cstdint>
#include <mutex>
#include <vector>

#include "compose.h"
#include "matte.h"
#include "picture.h"

namespace backscrub {

class Canvas {
 public:
  Canvas(int width, int height);

  // Foreground over background by the matte's alpha plane; all have the canvas's size.
  void Compose(const Matte& matte, const Picture& foreground, const Picture& background,
               const ComposeOptions& options);
  // The whole picture.
  void Draw(const Picture& picture);

  int width() const { return width_; }
  int height() const { return height_; }
  const std::vector<uint8_t>& packed() const { return packed_; }
  // To be held while `packed` is read on another thread than the one that composes.
  std::mutex& guard() const { return guard_; }

 private:
  void Pack(const Picture& picture, const Box& part, int x, int y);

  int width_, height_, columns_;
  mutable std::mutex guard_;
  std::vector<uint8_t> packed_;
  // By tile: the version of the background that fills it, 0 for anything else.
  std::vector<uint64_t> holds_;
  EdgeColours edges_;
  Picture strip_;  // a row of tiles, mixed
};

}  // namespace backscrub
