// Decodes one camera JPEG (Motion JPEG: baseline, often without Huffman tables) straight to I420, without a
// detour through RGB. libjpeg is used directly and not through libyuv, since only its warnings tell a frame
// with missing data from a whole one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "colour.h"
#include "picture.h"

namespace backscrub {

class MjpgDecoder {
 public:
  MjpgDecoder();
  ~MjpgDecoder();
  MjpgDecoder(const MjpgDecoder&) = delete;
  MjpgDecoder& operator=(const MjpgDecoder&) = delete;

  // Decodes 4:2:0, 4:2:2, 4:4:0, 4:4:4 and grey of exactly the picture's size to BT.601 limited range.
  // On false (damaged, cut off, another size or kind) the picture is untouched.
  bool Decode(const uint8_t* data, size_t size, Encoding encoding, Picture& into);
  // What the last picture has cost, see JpegBounds.
  uint64_t rounds() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace backscrub
