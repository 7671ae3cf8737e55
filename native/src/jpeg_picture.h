// A packed picture as a JPEG file, for a look at what consumers see.
#pragma once
#include <cstdint>
#include <vector>

#include "packed_picture.h"

namespace backscrub {

// Scales to `width` x `height` (even, at most the picture's) and encodes as JFIF (full range, 4:2:0).
// `quality`: 1 to 100, as libjpeg means it. False when there is not enough memory.
bool EncodeJpeg(const PackedPicture& packed, int width, int height, int quality, std::vector<uint8_t>& out);

}  // namespace backscrub
