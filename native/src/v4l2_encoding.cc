#include "v4l2_encoding.h"

namespace backscrub {

Encoding EncodingOf(const v4l2_pix_format& format) {
  const bool jpeg = format.pixelformat == V4L2_PIX_FMT_MJPEG || format.pixelformat == V4L2_PIX_FMT_JPEG;
  uint32_t space = format.colorspace;
  if (space == V4L2_COLORSPACE_DEFAULT) space = jpeg ? V4L2_COLORSPACE_JPEG : V4L2_COLORSPACE_SRGB;

  uint32_t matrix = format.ycbcr_enc;
  // JFIF fixes the matrix; only an explicit word of the driver overrides it.
  if (matrix == V4L2_YCBCR_ENC_DEFAULT)
    matrix = jpeg ? V4L2_YCBCR_ENC_601 : V4L2_MAP_YCBCR_ENC_DEFAULT(space);

  uint32_t range = format.quantization;
  if (range == V4L2_QUANTIZATION_DEFAULT) {
    range = jpeg ? V4L2_QUANTIZATION_FULL_RANGE : V4L2_MAP_QUANTIZATION_DEFAULT(false, space, matrix);
  }

  Encoding encoding;
  // SMPTE 240M and BT.2020 are far closer to 709 than to 601.
  const bool like_709 = matrix == V4L2_YCBCR_ENC_709 || matrix == V4L2_YCBCR_ENC_XV709 ||
                        matrix == V4L2_YCBCR_ENC_SMPTE240M || matrix == V4L2_YCBCR_ENC_BT2020 ||
                        matrix == V4L2_YCBCR_ENC_BT2020_CONST_LUM;
  encoding.matrix = like_709 ? Matrix::k709 : Matrix::k601;
  // xvYCC is limited range by definition: it keeps its wider gamut in the head-room.
  const bool wide_gamut = matrix == V4L2_YCBCR_ENC_XV601 || matrix == V4L2_YCBCR_ENC_XV709;
  if (wide_gamut) range = V4L2_QUANTIZATION_LIM_RANGE;
  encoding.range = range == V4L2_QUANTIZATION_FULL_RANGE ? Range::kFull : Range::kLimited;
  return encoding;
}

}  // namespace backscrub
