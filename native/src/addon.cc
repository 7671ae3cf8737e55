// What the addon exports; everything else is in the file named after its noun.
#include <napi.h>

#include "addon_data.h"
#include "canvas_handle.h"
#include "effect_chain_handle.h"
#include "folder_watch.h"
#include "frame.h"
#include "frame_stream_handle.h"
#include "jpeg_binding.h"
#include "matte_handle.h"
#include "stopwatch_handle.h"
#include "v4l2_bindings.h"

namespace backscrub {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new AddonData);  // owned and deleted by the environment
  exports.Set("Frame", Frame::Define(env));
  exports.Set("setBackdrop", Napi::Function::New<Frame::SetBackdrop>(env, "setBackdrop"));
  exports.Set("FrameStream", DefineFrameStream(env));
  exports.Set("Matte", MatteHandle::Define(env));
  exports.Set("Canvas", CanvasHandle::Define(env));
  exports.Set("RoomCanvas", RoomCanvasHandle::Define(env));
  exports.Set("EffectChain", EffectChainHandle::Define(env));
  exports.Set("effects", DescribeEffects(env));
  exports.Set("Stopwatch", DefineStopwatch(env));
  exports.Set("FolderWatch", FolderWatchHandle::Define(env));
  DefineJpeg(env, exports);
  DefineV4l2(env, exports);
  return exports;
}

}  // namespace backscrub

static Napi::Object InitModule(Napi::Env env, Napi::Object exports) { return backscrub::Init(env, exports); }
NODE_API_MODULE(backscrub_native, InitModule)
