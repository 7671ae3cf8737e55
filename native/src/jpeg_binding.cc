#include "jpeg_binding.h"

#include <vector>

#include "arguments.h"
#include "canvas_handle.h"
#include "jpeg_picture.h"

namespace backscrub {

namespace {

// encodeJpeg(canvas or room canvas, width, height, quality) -> Buffer
Napi::Value EncodeJpegBinding(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::shared_ptr<const Canvas> canvas;
  const PackedPicture* packed = nullptr;
  if (RoomCanvasHandle::Is(info[0])) {
    packed = RoomCanvasHandle::Read(info[0]);
  } else if ((canvas = CanvasHandle::Share(info[0])) != nullptr) {
    packed = &canvas->packed();
  }
  if (packed == nullptr) return env.Undefined();
  const char* sizes = "a JPEG picture's sides are even numbers from 2 to the canvas's";
  int width, height, quality;
  if (!ReadInt(info[1], 2, packed->width(), width, sizes) ||
      !ReadInt(info[2], 2, packed->height(), height, sizes) ||
      !ReadInt(info[3], 1, 100, quality, "a JPEG picture's quality is a number from 1 to 100")) {
    return env.Undefined();
  }
  if (width % 2 != 0 || height % 2 != 0) {
    Refuse(env, sizes);
    return env.Undefined();
  }
  std::vector<uint8_t> bytes;
  if (!EncodeJpeg(*packed, width, height, quality, bytes)) {
    Napi::Error::New(env, "the picture could not be encoded").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  return Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size());
}

}  // namespace

void DefineJpeg(Napi::Env env, Napi::Object exports) {
  exports.Set("encodeJpeg", Napi::Function::New<EncodeJpegBinding>(env, "encodeJpeg"));
}

}  // namespace backscrub
