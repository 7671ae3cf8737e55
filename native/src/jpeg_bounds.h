// What decoding one JPEG may cost. The bounds sit where libjpeg itself counts: a second parser in front of it
// could be made to see another file.
#pragma once

// clang-format off
#include <cstdio>  // jpeglib.h needs FILE before it
#include <jpeglib.h>
// clang-format on

#include <cstddef>
#include <cstdint>

namespace backscrub {

class JpegBounds {
 public:
  // Hooks into libjpeg; must outlive `jpeg`, which has been created already.
  void Attach(jpeg_decompress_struct& jpeg);
  // Before each picture.
  void Start();
  // Whether a picture of so many samples may be decoded, once its header has been read.
  static bool Affordable(jpeg_decompress_struct& jpeg);
  // Whether each component is in a scan, once decompression has started.
  bool Complete(const jpeg_decompress_struct& jpeg) const;
  // How often libjpeg was at work since Start(): rows of MCUs, and markers between scans.
  uint64_t rounds() const { return rounds_; }

  // So many bytes of a file are read at most: no camera sends more than the picture takes uncompressed.
  // None of pictures that are too large.
  static size_t MaxBytes(int width, int height);

 private:
  struct Monitor {
    jpeg_progress_mgr base;  // first: libjpeg hands out a pointer to it
    JpegBounds* bounds;
  };
  static void OnProgress(j_common_ptr jpeg);
  // False when the file repeats itself.
  bool Book(const jpeg_decompress_struct& jpeg);

  Monitor monitor_ = {};
  int scan_ = 0;
  int components_ = 0;
  uint64_t rounds_ = 0;
};

}  // namespace backscrub
