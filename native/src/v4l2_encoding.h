// Which colours a format of the kernel means.
#pragma once
#include <linux/videodev2.h>

#include "colour.h"

namespace backscrub {

// Fills what the driver left at "default" by the rules of the kernel documentation (Colorspaces; videodev2.h,
// V4L2_MAP_*_DEFAULT). Motion JPEG is full range (JFIF) unless the driver says limited: drivers report the
// sensor's colour space there, not JPEG's.
Encoding EncodingOf(const v4l2_pix_format& format);

}  // namespace backscrub
