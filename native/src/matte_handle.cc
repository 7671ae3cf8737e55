#include "matte_handle.h"

#include "addon_data.h"
#include "arguments.h"
#include "compose.h"
#include "compose_options.h"
#include "probability_map.h"

namespace backscrub {

namespace {
constexpr int kMaxSize = 8192;
constexpr int kMaxMap = 2048;
// A map and its box.
constexpr size_t kPartArguments = 5;
// Numbers that Measure writes.
constexpr size_t kMeasures = 7;
// ... and MeasureDoubt.
constexpr size_t kDoubts = 4;

// Two booleans.
bool ReadTurn(const Napi::CallbackInfo& info, size_t at, Turn& turn) {
  if (!info[at].IsBoolean() || !info[at + 1].IsBoolean())
    return Refuse(info.Env(), "a turn is two booleans: mirror, flip");
  turn = {info[at].As<Napi::Boolean>().Value(), info[at + 1].As<Napi::Boolean>().Value()};
  return true;
}

// A boolean that may be left out.
bool IsTrue(const Napi::Value& value) { return value.IsBoolean() && value.As<Napi::Boolean>().Value(); }
}  // namespace

Napi::Function MatteHandle::Define(Napi::Env env) {
  Napi::Function constructor = DefineClass(
      env, "Matte",
      {InstanceMethod<&MatteHandle::Begin>("begin"), InstanceMethod<&MatteHandle::FillInput>("fillInput"),
       InstanceMethod<&MatteHandle::Update>("update"), InstanceMethod<&MatteHandle::Measure>("measure"),
       InstanceMethod<&MatteHandle::Emptiest>("emptiest"), InstanceMethod<&MatteHandle::TurnMap>("turnMap"),
       InstanceMethod<&MatteHandle::Agree>("agree"),
       InstanceMethod<&MatteHandle::MeasureDoubt>("measureDoubt"), InstanceAccessor<&MatteHandle::Age>("age"),
       InstanceAccessor<&MatteHandle::IsChanged>("isChanged"), InstanceMethod<&MatteHandle::Reset>("reset"),
       InstanceMethod<&MatteHandle::Turn>("turn"), InstanceMethod<&MatteHandle::Follow>("follow"),
       InstanceMethod<&MatteHandle::Compose>("compose"), InstanceMethod<&MatteHandle::Store>("store"),
       InstanceMethod<&MatteHandle::StoreAlpha>("storeAlpha"),
       InstanceMethod<&MatteHandle::LoadAlpha>("loadAlpha"), InstanceMethod<&MatteHandle::Blur>("blur"),
       InstanceMethod<&MatteHandle::Tune>("tune")});
  env.GetInstanceData<AddonData>()->matte_constructor = Napi::Persistent(constructor);
  return constructor;
}

const Matte* MatteHandle::Read(const Napi::Value& value) {
  const Napi::Env env = value.Env();
  if (!value.IsObject() ||
      !value.As<Napi::Object>().InstanceOf(env.GetInstanceData<AddonData>()->matte_constructor.Value())) {
    Refuse(env, "a Matte is needed");
    return nullptr;
  }
  return Napi::ObjectWrap<MatteHandle>::Unwrap(value.As<Napi::Object>())->matte_.get();
}

MatteHandle::MatteHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<MatteHandle>(info) {
  int map_width, map_height;
  const char* text = "a matte needs an even frame size (2 to 8192), a map size and an input size (1 to 2048)";
  if (!ReadInt(info[0], 2, kMaxSize, width_, text) || !ReadInt(info[1], 2, kMaxSize, height_, text) ||
      !ReadInt(info[2], 1, kMaxMap, map_width, text) || !ReadInt(info[3], 1, kMaxMap, map_height, text))
    return;
  int input_width = map_width, input_height = map_height;
  if (info.Length() > 4 &&
      (!ReadInt(info[4], 1, kMaxMap, input_width, text) || !ReadInt(info[5], 1, kMaxMap, input_height, text)))
    return;
  if (width_ % 2 != 0 || height_ % 2 != 0) {
    Refuse(info.Env(), text);
    return;
  }
  compositor_ = std::make_unique<Compositor>(width_, height_);
  matte_ = std::make_unique<Matte>(width_, height_, map_width, map_height);
  input_ = std::make_unique<ModelInput>(input_width, input_height);
  bounds_ = std::make_unique<PersonBounds>(map_width, map_height);
  blur_ = std::make_unique<BackgroundBlur>(width_, height_);
  count_ = static_cast<size_t>(map_width) * static_cast<size_t>(map_height);
}

bool MatteHandle::ReadBox(const Napi::CallbackInfo& info, size_t at, Box& box) const {
  const char* text = "a box is four even numbers inside the frame: x, y, width, height";
  if (!ReadInt(info[at], 0, width_, box.x, text) || !ReadInt(info[at + 1], 0, height_, box.y, text) ||
      !ReadInt(info[at + 2], 16, width_, box.width, text) ||
      !ReadInt(info[at + 3], 16, height_, box.height, text))
    return false;
  if ((box.x | box.y | box.width | box.height) % 2 != 0 || box.x + box.width > width_ ||
      box.y + box.height > height_)
    return Refuse(info.Env(), text);
  return true;
}

Napi::Value MatteHandle::Begin(const Napi::CallbackInfo& info) {
  const Picture* picture;
  if (ReadFrame(info[0], width_, height_, picture)) matte_->Begin(*picture);
  return info.Env().Undefined();
}

Napi::Value MatteHandle::FillInput(const Napi::CallbackInfo& info) {
  const Picture* picture;
  float* rgb = nullptr;
  Box box;
  backscrub::Turn turn;
  if (ReadFrame(info[0], width_, height_, picture) && ReadFloats(info[1], input_->pixels() * 3, rgb) &&
      ReadBox(info, 2, box) && (info.Length() <= 6 || ReadTurn(info, 6, turn)))
    input_->Fill(*picture, matte_->luma(), box, turn, IsTrue(info[8]), rgb);
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Update(const Napi::CallbackInfo& info) {
  const Picture* picture;
  Matte::Part parts[2];
  const int count = info.Length() > kPartArguments + 1 && !info[kPartArguments + 1].IsUndefined() ? 2 : 1;
  if (!ReadFrame(info[0], width_, height_, picture)) return info.Env().Undefined();
  for (int i = 0; i < count; i++) {
    const size_t at = 1 + static_cast<size_t>(i) * kPartArguments;
    float* map = nullptr;
    if (!ReadFloats(info[at], count_, map) || !ReadBox(info, at + 1, parts[i].box))
      return info.Env().Undefined();
    parts[i].map = map;
  }
  int border = 0;
  if (count == 2 &&
      !ReadInt(info[1 + 2 * kPartArguments], 0, width_, border, "the border is a column of the frame"))
    return info.Env().Undefined();
  matte_->Update(*picture, parts, count, border);
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Measure(const Napi::CallbackInfo& info) {
  float* map = nullptr;
  float* out = nullptr;
  const int width = matte_->map_width();
  int from = 0, to = width;
  const char* text = "the columns to measure are two numbers inside the map";
  if (!ReadFloats(info[0], count_, map) || !ReadFloats(info[1], kMeasures, out))
    return info.Env().Undefined();
  if (info.Length() > 2 &&
      (!ReadInt(info[2], 0, width, from, text) || !ReadInt(info[3], from, width, to, text)))
    return info.Env().Undefined();
  const Bounds bounds = bounds_->Measure(map, from, to);
  const float x = 1.0f / static_cast<float>(width), y = 1.0f / static_cast<float>(matte_->map_height());
  out[0] = static_cast<float>(bounds.left) * x;
  out[1] = static_cast<float>(bounds.top) * y;
  out[2] = static_cast<float>(bounds.right) * x;
  out[3] = static_cast<float>(bounds.bottom) * y;
  out[4] = static_cast<float>(bounds.area) * x * y;
  out[5] = static_cast<float>(bounds.valley) * x;
  out[6] = bounds.left_in_valley;
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Emptiest(const Napi::CallbackInfo& info) {
  float* map = nullptr;
  float* out = nullptr;
  int from, to, middle;
  const int width = matte_->map_width();
  const char* text = "the columns to compare are three numbers inside the map";
  if (!ReadFloats(info[0], count_, map) || !ReadFloats(info[1], 2, out) ||
      !ReadInt(info[2], 0, width, from, text) || !ReadInt(info[3], from, width, to, text) ||
      !ReadInt(info[4], 0, width, middle, text))
    return info.Env().Undefined();
  const Column column = bounds_->Emptiest(map, from, to, middle);
  out[0] = static_cast<float>(column.x);
  out[1] = static_cast<float>(column.set) / static_cast<float>(matte_->map_height());
  return info.Env().Undefined();
}

Napi::Value MatteHandle::TurnMap(const Napi::CallbackInfo& info) {
  float* map = nullptr;
  backscrub::Turn turn;
  if (ReadFloats(info[0], count_, map) && ReadTurn(info, 1, turn))
    ProbabilityMap(map, matte_->map_width(), matte_->map_height()).Turn(turn);
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Agree(const Napi::CallbackInfo& info) {
  float *map = nullptr, *other = nullptr, *third = nullptr;
  if (!ReadFloats(info[0], count_, map) || !ReadFloats(info[1], count_, other) ||
      (info.Length() > 2 && !ReadFloats(info[2], count_, third)))
    return info.Env().Undefined();
  ProbabilityMap agreed(map, matte_->map_width(), matte_->map_height());
  if (third != nullptr) {
    agreed.Average(other, third);
  } else {
    agreed.Intersect(other);
  }
  matte_->Agree();
  return info.Env().Undefined();
}

Napi::Value MatteHandle::MeasureDoubt(const Napi::CallbackInfo& info) {
  float *map = nullptr, *out = nullptr;
  if (!ReadFloats(info[0], count_, map) || !ReadFloats(info[1], kDoubts, out)) return info.Env().Undefined();
  const Doubt doubt = ProbabilityMap(map, matte_->map_width(), matte_->map_height()).Measure();
  out[0] = doubt.person;
  out[1] = doubt.between;
  out[2] = doubt.top;
  out[3] = doubt.bottom;
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Age(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), matte_->age());
}

Napi::Value MatteHandle::IsChanged(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), matte_->is_changed());
}

Napi::Value MatteHandle::Reset(const Napi::CallbackInfo& info) {
  matte_->Reset(IsTrue(info[0]));
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Turn(const Napi::CallbackInfo& info) {
  backscrub::Turn turn;
  if (ReadTurn(info, 0, turn)) matte_->Turn(turn.mirror, turn.flip);
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Follow(const Napi::CallbackInfo& info) {
  const Matte* before = Read(info[0]);
  if (before == nullptr) return info.Env().Undefined();
  if (before->alpha().width() != width_ || before->alpha().height() != height_) {
    Refuse(info.Env(), "a matte follows one of the same frame size");
  } else {
    matte_->Follow(*before);
  }
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Compose(const Napi::CallbackInfo& info) {
  const Picture *foreground, *background;
  Picture* out;
  if (ReadFrame(info[0], width_, height_, foreground) && ReadFrame(info[1], width_, height_, background) &&
      ReadFrame(info[2], width_, height_, out))
    compositor_->Compose(*matte_, *foreground, *background, ReadComposeOptions(info, 3), *out);
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Store(const Napi::CallbackInfo& info) {
  Picture* out = Frame::OfAny(info[0]);
  if (out == nullptr) return info.Env().Undefined();
  if (out->width() != width_ || out->height() != height_) {
    Refuse(info.Env(), "the frame has another size");
  } else {
    StoreMatte(matte_->alpha(), *out);
  }
  return info.Env().Undefined();
}

uint8_t* MatteHandle::ReadAlpha(const Napi::Value& value) const {
  const size_t size = static_cast<size_t>(width_) * static_cast<size_t>(height_);
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array &&
      value.As<Napi::Uint8Array>().ByteLength() >= size)
    return value.As<Napi::Uint8Array>().Data();
  Refuse(value.Env(), "a Uint8Array of width * height bytes is needed");
  return nullptr;
}

Napi::Value MatteHandle::LoadAlpha(const Napi::CallbackInfo& info) {
  const uint8_t* in = ReadAlpha(info[0]);
  if (in != nullptr) matte_->Load(in);
  return info.Env().Undefined();
}

Napi::Value MatteHandle::StoreAlpha(const Napi::CallbackInfo& info) {
  uint8_t* out = ReadAlpha(info[0]);
  for (int y = 0; out != nullptr && y < height_; y++)
    std::copy_n(matte_->alpha().row(y), width_, out + static_cast<size_t>(y) * static_cast<size_t>(width_));
  return info.Env().Undefined();
}

Napi::Value MatteHandle::Blur(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Picture* picture;
  int strength = 0;
  if (!ReadFrame(info[0], width_, height_, picture) ||
      !ReadInt(info[1], 0, 100, strength, "a blur's strength is 0 to 100"))
    return env.Undefined();
  // Strength 0 leaves the room's shapes.
  Picture* out = strength > 0 ? Frame::OfAny(info[2]) : Frame::Of(info[2]);
  if (out == nullptr) return env.Undefined();
  if (out->width() != width_ || out->height() != height_) {
    Refuse(env, "the frame has another size");
  } else {
    blur_->Apply(*picture, matte_->alpha(), strength, *out);
  }
  return env.Undefined();
}

Napi::Value MatteHandle::Tune(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) {
    Refuse(info.Env(), "an object of numbers is needed");
    return info.Env().Undefined();
  }
  const Napi::Object values = info[0].As<Napi::Object>();
  MatteTuning& t = matte_->tuning;
  const struct {
    const char* name;
    float* field;
  } fields[] = {{"stillWeight", &t.still_weight},   {"changeGain", &t.change_gain},
                {"motionGain", &t.motion_gain},     {"motionFloor", &t.motion_floor},
                {"curveLow", &t.curve_low},         {"curveHigh", &t.curve_high},
                {"guideEpsilon", &t.guide_epsilon}, {"edgeLow", &t.edge_low},
                {"edgeHigh", &t.edge_high},         {"settlingLow", &t.settling_low},
                {"settlingHigh", &t.settling_high}, {"settlingRise", &t.settling_rise},
                {"agreedLow", &t.agreed_low},       {"agreedHigh", &t.agreed_high},
                {"agreedCore", &t.agreed_core},     {"agreedReach", &t.agreed_reach},
                {"settlingCore", &t.settling_core}, {"settlingReach", &t.settling_reach}};
  for (const auto& field : fields) {
    const Napi::Value value = values.Get(field.name);
    if (value.IsNumber()) *field.field = value.As<Napi::Number>().FloatValue();
  }
  return info.Env().Undefined();
}

}  // namespace backscrub
