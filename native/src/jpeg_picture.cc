#include "jpeg_picture.h"

// clang-format off
#include <cstdio>  // jpeglib.h needs FILE before it
#include <jpeglib.h>
// clang-format on
#include <libyuv.h>

#include <csetjmp>
#include <cstdlib>
#include <utility>

namespace backscrub {

namespace {

struct ErrorManager {
  jpeg_error_mgr base;  // first: libjpeg hands out a pointer to it
  jmp_buf escape;
};

[[noreturn]] void OnError(j_common_ptr jpeg) {
  longjmp(reinterpret_cast<ErrorManager*>(jpeg->err)->escape, 1);
}

void Silent(j_common_ptr) {}

// `rgb`: packed R, G, B of full range. `bytes` is malloc()ed by libjpeg, also when it fails half way.
// No object with a destructor may live here: libjpeg leaves by longjmp.
bool Compress(const uint8_t* rgb, int width, int height, int quality, unsigned char** bytes,
              unsigned long* size) {
  jpeg_compress_struct jpeg;
  ErrorManager error;
  jpeg.err = jpeg_std_error(&error.base);
  error.base.error_exit = OnError;
  error.base.output_message = Silent;
  if (setjmp(error.escape) != 0) {
    jpeg_destroy_compress(&jpeg);
    return false;
  }
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, bytes, size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    auto* row = const_cast<JSAMPROW>(rgb + static_cast<size_t>(jpeg.next_scanline) * width * 3);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return true;
}

}  // namespace

bool EncodeJpeg(const PackedPicture& packed, int width, int height, int quality, std::vector<uint8_t>& out) {
  Picture whole(packed.width(), packed.height());
  libyuv::YUY2ToI420(packed.bytes().data(), packed.width() * 2, whole.y.data(), whole.y.stride(),
                     whole.u.data(), whole.u.stride(), whole.v.data(), whole.v.stride(), packed.width(),
                     packed.height());
  Picture scaled;
  if (width != packed.width() || height != packed.height()) {
    scaled = Picture(width, height);
    libyuv::I420Scale(whole.y.data(), whole.y.stride(), whole.u.data(), whole.u.stride(), whole.v.data(),
                      whole.v.stride(), whole.width(), whole.height(), scaled.y.data(), scaled.y.stride(),
                      scaled.u.data(), scaled.u.stride(), scaled.v.data(), scaled.v.stride(), width, height,
                      libyuv::kFilterBox);
  } else {
    scaled = std::move(whole);
  }
  std::vector<uint8_t> rgb(static_cast<size_t>(width) * height * 3);
  libyuv::I420ToRAW(scaled.y.data(), scaled.y.stride(), scaled.u.data(), scaled.u.stride(), scaled.v.data(),
                    scaled.v.stride(), rgb.data(), width * 3, width, height);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const bool good = Compress(rgb.data(), width, height, quality, &bytes, &size);
  if (good) out.assign(bytes, bytes + size);
  std::free(bytes);
  return good;
}

}  // namespace backscrub
