#include "jpeg_bounds.h"

#include <algorithm>

namespace backscrub {

namespace {

// YUYV.
constexpr size_t kBytesPerPixel = 2;
// Tables, and what some cameras put into their own segments.
constexpr size_t kHeader = 512 * 1024;
// 4096x2304 in 4:4:4, which takes 40 ms on a processor of 2023. What is larger takes longer than a frame
// may, however empty it is.
constexpr size_t kMaxSamples = 4096 * 2304 * 3;
// Several scans go through memory as a whole, which takes twice as long.
constexpr size_t kMaxSamplesOfScans = kMaxSamples / 2;

}  // namespace

void JpegBounds::Attach(jpeg_decompress_struct& jpeg) {
  monitor_.base.progress_monitor = OnProgress;
  monitor_.bounds = this;
  jpeg.progress = &monitor_.base;
}

void JpegBounds::Start() {
  scan_ = 0;
  components_ = 0;
  rounds_ = 0;
}

size_t JpegBounds::MaxBytes(int width, int height) {
  const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
  return pixels > kMaxSamples ? 0 : pixels * kBytesPerPixel + kHeader;
}

bool JpegBounds::Affordable(jpeg_decompress_struct& jpeg) {
  const size_t pixels = static_cast<size_t>(jpeg.image_width) * jpeg.image_height;
  size_t most = 1, all = 0;
  for (int c = 0; c < jpeg.num_components; c++) {
    const jpeg_component_info& component = jpeg.comp_info[c];
    const auto factor = static_cast<size_t>(component.h_samp_factor) * component.v_samp_factor;
    most = std::max(most, factor);
    all += factor;
  }
  const bool several = jpeg_has_multiple_scans(&jpeg) != FALSE;
  return pixels * all / most <= (several ? kMaxSamplesOfScans : kMaxSamples);
}

void JpegBounds::OnProgress(j_common_ptr jpeg) {
  JpegBounds& bounds = *reinterpret_cast<Monitor*>(jpeg->progress)->bounds;
  if (!bounds.Book(*reinterpret_cast<jpeg_decompress_struct*>(jpeg))) jpeg->err->error_exit(jpeg);
}

bool JpegBounds::Book(const jpeg_decompress_struct& jpeg) {
  rounds_++;
  if (jpeg.input_scan_number != scan_) {
    scan_ = jpeg.input_scan_number;
    components_ += jpeg.comps_in_scan;
  }
  // A sequential file has each component in one scan (T.81, 4.5 and B.2.3). libjpeg takes any number of
  // scans, and an empty one costs as much as a whole picture.
  return components_ <= jpeg.num_components;
}

bool JpegBounds::Complete(const jpeg_decompress_struct& jpeg) const {
  for (int c = 0; c < jpeg.num_components; c++) {
    // Taken from the file when a component's first scan begins.
    if (jpeg.comp_info[c].quant_table == nullptr) return false;
  }
  return true;
}

}  // namespace backscrub
