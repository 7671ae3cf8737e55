#include "v4l2_bindings.h"

#include <memory>

#include "addon_data.h"
#include "frame.h"
#include "mjpg.h"
#include "process.h"
#include "v4l2_camera.h"
#include "v4l2_encoding.h"
#include "v4l2_query.h"
#include "v4l2_virtual_camera.h"

namespace backscrub {

namespace {

Encoding EncodingFrom(const Napi::Value& matrix, const Napi::Value& range) {
  Encoding encoding;
  if (matrix.IsNumber() && matrix.As<Napi::Number>().Int32Value() == 709) encoding.matrix = Matrix::k709;
  if (range.ToBoolean()) encoding.range = Range::kFull;
  return encoding;
}

Napi::Value SetDeviceError(const Napi::CallbackInfo& info) {
  if (info[0].IsFunction()) {
    info.Env().GetInstanceData<AddonData>()->device_error = Napi::Persistent(info[0].As<Napi::Function>());
  }
  return info.Env().Undefined();
}

// decodeMjpg(bytes, frame, matrix, full) -> whether the frame now holds the picture
Napi::Value DecodeMjpg(MjpgDecoder& decoder, const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    Napi::TypeError::New(env, "a Uint8Array is needed").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const auto bytes = info[0].As<Napi::Uint8Array>();
  Picture* picture = Frame::ToSwap(info[1]);
  if (picture == nullptr) return env.Undefined();
  const Encoding encoding = EncodingFrom(info[2], info[3]);
  return Napi::Boolean::New(env, decoder.Decode(bytes.Data(), bytes.ByteLength(), encoding, *picture));
}

// toPipeline(frame, matrix, full): the frame's content was meant so and is BT.601 limited range afterwards
Napi::Value ToPipelineBinding(const Napi::CallbackInfo& info) {
  Picture* picture = Frame::OfAny(info[0]);
  if (picture != nullptr) ToPipeline(EncodingFrom(info[1], info[2]), *picture);
  return info.Env().Undefined();
}

// encodingOf(fourcc, colorspace, ycbcr_enc, quantization) -> {matrix: 601 | 709, full: boolean}
Napi::Value EncodingOfBinding(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  v4l2_pix_format format = {};
  format.pixelformat = FourccNumber(info[0].ToString());
  format.colorspace = info[1].ToNumber();
  format.ycbcr_enc = info[2].ToNumber();
  format.quantization = info[3].ToNumber();
  const Encoding encoding = EncodingOf(format);
  Napi::Object result = Napi::Object::New(env);
  result.Set("matrix", encoding.matrix == Matrix::k709 ? 709 : 601);
  result.Set("full", encoding.range == Range::kFull);
  return result;
}

}  // namespace

void DefineV4l2(Napi::Env env, Napi::Object exports) {
  exports.Set("setDeviceError", Napi::Function::New<SetDeviceError>(env, "setDeviceError"));
  exports.Set("queryDevice", Napi::Function::New<QueryDevice>(env, "queryDevice"));
  exports.Set("CameraHandle", CameraHandle::Define(env));
  exports.Set("OutputHandle", OutputHandle::Define(env));
  auto decoder = std::make_shared<MjpgDecoder>();
  exports.Set("decodeMjpg",
              Napi::Function::New(
                  env, [decoder](const Napi::CallbackInfo& info) { return DecodeMjpg(*decoder, info); },
                  "decodeMjpg"));
  // mjpgRounds() -> how often libjpeg was at work for the last decodeMjpg()
  exports.Set("mjpgRounds", Napi::Function::New(
                                env,
                                [decoder](const Napi::CallbackInfo& info) {
                                  return Napi::Number::New(info.Env(),
                                                           static_cast<double>(decoder->rounds()));
                                },
                                "mjpgRounds"));
  exports.Set("toPipeline", Napi::Function::New<ToPipelineBinding>(env, "toPipeline"));
  exports.Set("encodingOf", Napi::Function::New<EncodingOfBinding>(env, "encodingOf"));
  DefineProcess(env, exports);
}

}  // namespace backscrub
