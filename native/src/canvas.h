// The picture that is on its way to the virtual camera while the room is hidden: packed YUYV that stays from
// frame to frame, so that only what changes is written. Nothing but a person over a backdrop, or a backdrop
// alone, can be put on it: a mistake in what it believes to hold shows an older backdrop at worst.
#pragma once
#include <mutex>
#include <optional>
#include <vector>

#include "compose.h"
#include "matte.h"
#include "packed_picture.h"
#include "picture.h"

namespace backscrub {

class Canvas {
 public:
  Canvas(int width, int height);

  // Foreground over background by the matte's alpha plane; all have the canvas's size.
  void Compose(const Matte& matte, const Picture& foreground, const Backdrop& background,
               const ComposeOptions& options);
  // The background everywhere.
  void Cover(const Backdrop& background);

  int width() const { return packed_.width(); }
  int height() const { return packed_.height(); }
  const PackedPicture& packed() const { return packed_; }
  // To be held while `packed` is read on another thread than the one that composes.
  std::mutex& guard() const { return guard_; }

 private:
  // Nothing but background in `part`, a part of one row of tiles.
  void Uncover(const Picture& background, const Box& part);

  int columns_;
  mutable std::mutex guard_;
  PackedPicture packed_;
  // By tile: the background that fills it, nothing where something else is in it.
  std::vector<std::optional<ContentName>> holds_;
  EdgeColours edges_;
  Picture strip_;  // a row of tiles, mixed
};

}  // namespace backscrub
