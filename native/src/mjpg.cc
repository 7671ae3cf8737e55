#include "mjpg.h"

// clang-format off
#include <cstdio>  // jpeglib.h needs FILE before it
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <utility>
#include <vector>

#include "jpeg_bounds.h"

namespace backscrub {

namespace {

constexpr int kMaxRows = 4 * DCTSIZE;  // of one component in one row of MCUs: sampling factors go up to 4
// Many cameras leave a few bytes before a marker in every frame; more than these are lost data.
constexpr int kStrayBytes = 64;

struct ErrorManager {
  jpeg_error_mgr base;  // first: libjpeg hands out a pointer to it
  jmp_buf escape;
};

[[noreturn]] void OnError(j_common_ptr jpeg) {
  longjmp(reinterpret_cast<ErrorManager*>(jpeg->err)->escape, 1);
}

// Damage ends the picture at once: libjpeg would fill in what is missing, for as many scans as the file has.
void OnMessage(j_common_ptr jpeg, int level) {
  if (level >= 0) return;  // a trace, not a warning
  const jpeg_error_mgr& error = *jpeg->err;
  if (error.msg_code == JWRN_ADOBE_XFORM || error.msg_code == JWRN_JFIF_MAJOR) return;
  if (error.msg_code == JWRN_EXTRANEOUS_DATA && error.msg_parm.i[0] <= kStrayBytes) return;
  OnError(jpeg);
}

// Out of memory is an error like another; nothing is printed.
void Silent(j_common_ptr) {}

}  // namespace

struct MjpgDecoder::State {
  jpeg_decompress_struct jpeg;
  ErrorManager error;
  JpegBounds bounds;
  // One row of MCUs of each component; `pitch` bytes a line.
  std::vector<uint8_t> scratch;
  int pitch = 0;
  JSAMPROW lines[3][kMaxRows];
  JSAMPARRAY planes[3];
  Picture spare;

  bool Supported(const Picture& picture) const;
  bool Decode(const uint8_t* data, size_t size, Range range, Picture& out);
  void Emit(int top, Range range, Picture& out);
  void EmitChroma(int component, int first, int count, Range range, Plane& plane);
  void Prepare(int width);
};

MjpgDecoder::MjpgDecoder() : state_(std::make_unique<State>()) {
  State& s = *state_;
  std::memset(&s.jpeg, 0, sizeof s.jpeg);
  s.jpeg.err = jpeg_std_error(&s.error.base);
  s.error.base.error_exit = OnError;
  s.error.base.emit_message = OnMessage;
  s.error.base.output_message = Silent;
}

uint64_t MjpgDecoder::rounds() const { return state_->bounds.rounds(); }

MjpgDecoder::~MjpgDecoder() { jpeg_destroy_decompress(&state_->jpeg); }

bool MjpgDecoder::State::Supported(const Picture& picture) const {
  if (static_cast<int>(jpeg.image_width) != picture.width()) return false;
  if (static_cast<int>(jpeg.image_height) != picture.height()) return false;
  // Cameras send baseline; a progressive file may cost thousands of times its size.
  if (jpeg.progressive_mode || jpeg.arith_code || jpeg.data_precision != 8) return false;
  if (jpeg.num_components == 1) return jpeg.jpeg_color_space == JCS_GRAYSCALE;
  if (jpeg.num_components != 3 || jpeg.jpeg_color_space != JCS_YCbCr) return false;
  const jpeg_component_info& y = jpeg.comp_info[0];
  const jpeg_component_info& u = jpeg.comp_info[1];
  const jpeg_component_info& v = jpeg.comp_info[2];
  if (u.h_samp_factor != v.h_samp_factor || u.v_samp_factor != v.v_samp_factor) return false;
  const int across = y.h_samp_factor, down = y.v_samp_factor;
  return (across == u.h_samp_factor || across == 2 * u.h_samp_factor) &&
         (down == u.v_samp_factor || down == 2 * u.v_samp_factor);
}

void MjpgDecoder::State::Prepare(int width) {
  pitch = (width + 127) / 64 * 64;  // whole MCUs (at most 4 blocks wide) are written
  scratch.resize(static_cast<size_t>(pitch) * kMaxRows * 3);
  for (int c = 0; c < 3; c++) {
    for (int i = 0; i < kMaxRows; i++)
      lines[c][i] = scratch.data() + static_cast<ptrdiff_t>(pitch) * (c * kMaxRows + i);
    planes[c] = lines[c];
  }
}

// Plane rows `first` to `first + count` from the component's current MCU row.
void MjpgDecoder::State::EmitChroma(int component, int first, int count, Range range, Plane& plane) {
  const bool halve_across = jpeg.comp_info[component].h_samp_factor == jpeg.max_h_samp_factor;
  const bool halve_down = jpeg.comp_info[component].v_samp_factor == jpeg.max_v_samp_factor;
  const int width = plane.width();
  for (int i = 0; i < count; i++) {
    uint8_t* from = lines[component][halve_down ? 2 * i : i];
    if (halve_down) {
      const uint8_t* below = lines[component][2 * i + 1];
      const int columns = halve_across ? 2 * width : width;
      for (int x = 0; x < columns; x++) from[x] = static_cast<uint8_t>((from[x] + below[x] + 1) >> 1);
    }
    if (halve_across) {
      for (int x = 0; x < width; x++)
        from[x] = static_cast<uint8_t>((from[2 * x] + from[2 * x + 1] + 1) >> 1);
    }
    if (range == Range::kFull) {
      CompressChroma(from, plane.row(first + i), width);
    } else {
      std::memcpy(plane.row(first + i), from, static_cast<size_t>(width));
    }
  }
}

void MjpgDecoder::State::Emit(int top, Range range, Picture& out) {
  const int rows = std::min(jpeg.max_v_samp_factor * DCTSIZE, out.height() - top);
  for (int i = 0; i < rows; i++) {
    if (range == Range::kFull) {
      CompressLuma(lines[0][i], out.y.row(top + i), out.width());
    } else {
      std::memcpy(out.y.row(top + i), lines[0][i], static_cast<size_t>(out.width()));
    }
  }
  if (jpeg.num_components == 1) return;
  EmitChroma(1, top / 2, rows / 2, range, out.u);
  EmitChroma(2, top / 2, rows / 2, range, out.v);
}

// No object with a destructor may live here: libjpeg leaves by longjmp.
bool MjpgDecoder::State::Decode(const uint8_t* data, size_t size, Range range, Picture& out) {
  bounds.Start();
  if (setjmp(error.escape) != 0) {
    jpeg_abort_decompress(&jpeg);
    return false;
  }
  // libjpeg keeps a picture's tables for the next one, which may have lost its own. A new decompressor knows
  // none, and gives the standard ones to a picture without Huffman tables.
  jpeg_destroy_decompress(&jpeg);
  jpeg_create_decompress(&jpeg);
  bounds.Attach(jpeg);
  const size_t most = std::min(size, JpegBounds::MaxBytes(out.width(), out.height()));
  jpeg_mem_src(&jpeg, data, static_cast<unsigned long>(most));
  if (jpeg_read_header(&jpeg, TRUE) != JPEG_HEADER_OK || !Supported(out) || !JpegBounds::Affordable(jpeg)) {
    jpeg_abort_decompress(&jpeg);
    return false;
  }
  jpeg.raw_data_out = TRUE;
  jpeg.do_fancy_upsampling = FALSE;
  jpeg.out_color_space = jpeg.jpeg_color_space;
  jpeg.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&jpeg);  // of several scans it reads all
  if (!bounds.Complete(jpeg)) {
    jpeg_abort_decompress(&jpeg);
    return false;
  }
  const auto rows = static_cast<JDIMENSION>(jpeg.max_v_samp_factor * DCTSIZE);
  while (jpeg.output_scanline < jpeg.output_height) {
    const int top = static_cast<int>(jpeg.output_scanline);
    if (jpeg_read_raw_data(&jpeg, planes, rows) == 0) break;
    Emit(top, range, out);
  }
  if (jpeg.output_scanline < jpeg.output_height) {
    jpeg_abort_decompress(&jpeg);
    return false;
  }
  if (jpeg.num_components == 1) {
    out.u.fill(128);
    out.v.fill(128);
  }
  jpeg_finish_decompress(&jpeg);  // reads on to the end marker, and warns when there is none
  return true;
}

bool MjpgDecoder::Decode(const uint8_t* data, size_t size, Encoding encoding, Picture& into) {
  if (size < 4 || data[0] != 0xff || data[1] != 0xd8) return false;  // start of image
  State& s = *state_;
  if (s.spare.width() != into.width() || s.spare.height() != into.height()) {
    s.spare = Picture(into.width(), into.height());
    s.Prepare(into.width());
  }
  // The matrix conversion needs its input's own range; the plain range change happens while rows are in
  // cache.
  const Range now = encoding.matrix == Matrix::k601 ? encoding.range : Range::kLimited;
  if (!s.Decode(data, size, now, s.spare)) return false;
  if (encoding.matrix == Matrix::k709) ToPipeline(encoding, s.spare);
  std::swap(s.spare, into);
  return true;
}

}  // namespace backscrub
