#include "chain.h"

#include <libyuv.h>

#include <utility>

namespace backscrub {

namespace {

void CopyPlane(const Plane& in, const Box& box, Plane& out) {
  libyuv::CopyPlane(in.row(box.y) + box.x, in.stride(), out.row(box.y) + box.x, out.stride(), box.width,
                    box.height);
}

void CopyPlanes(const Picture& in, uint8_t planes, const std::vector<EffectPart>& parts, Picture& out) {
  for (const auto& [box, solid] : parts) {
    const Box half{box.x / 2, box.y / 2, box.width / 2, box.height / 2};
    if (planes & kPlaneY) CopyPlane(in.y, box, out.y);
    if (planes & kPlaneU) CopyPlane(in.u, half, out.u);
    if (planes & kPlaneV) CopyPlane(in.v, half, out.v);
  }
}

}  // namespace

EffectChain::EffectChain(int width, int height, const std::vector<const EffectInfo*>& effects,
                         const EffectChain* before)
    : width_(width), height_(height) {
  const auto known = [&](const EffectInfo* info) -> std::shared_ptr<Effect> {
    if (before == nullptr || before->width_ != width || before->height_ != height) return nullptr;
    for (const Line* line : {&before->input_, &before->foreground_, &before->background_})
      for (const Unit& unit : line->units)
        if (unit.info == info) return unit.effect;
    return nullptr;
  };
  const auto add = [](Line& line, const EffectInfo* info, const std::shared_ptr<Effect>& effect) {
    line.units.push_back({info, effect});
  };
  for (const EffectInfo* info : effects) {
    std::shared_ptr<Effect> effect = known(info);
    if (effect == nullptr) effect = info->make(width, height);
    const EffectStage stage = info->stage;
    if (stage == EffectStage::kInput) add(input_, info, effect);
    if (stage == EffectStage::kForeground || stage == EffectStage::kBoth) add(foreground_, info, effect);
    if (stage == EffectStage::kBackground || stage == EffectStage::kBoth) add(background_, info, effect);
  }
  for (Line* line : {&input_, &foreground_, &background_}) {
    for (size_t i = 1; i < line->units.size(); i++)
      if (!line->units[i].info->pointwise && line->spare.width() == 0) line->spare = Picture(width, height);
  }
  // As many as there can be, so that no frame has to make room.
  constexpr int kWidth = 2 * GuidedFilter::kTileWidth, kHeight = 2 * GuidedFilter::kTileHeight;
  parts_.reserve(static_cast<size_t>((width + kWidth - 1) / kWidth) * ((height + kHeight - 1) / kHeight));
}

void EffectChain::Run(Line& line, const Picture& in, const Plane* alpha, Picture& out) {
  // The first effect reads `in`; a pointwise one after it works in place, any other one goes from one of the
  // two pictures to the other. Which is the first is chosen so that the last result is in `out`.
  bool spare = false;
  for (size_t i = 1; i < line.units.size(); i++) spare ^= !line.units[i].info->pointwise;
  const Picture* from = &in;
  for (size_t i = 0; i < line.units.size(); i++) {
    const EffectInfo& info = *line.units[i].info;
    if (i > 0 && !info.pointwise) spare = !spare;
    Picture& to = spare ? line.spare : out;
    if (from != &to) CopyPlanes(*from, static_cast<uint8_t>(kAllPlanes & ~info.writes), parts_, to);
    line.units[i].effect->Apply({*from, alpha, parts_}, to);
    from = &to;
  }
}

void EffectChain::Whole(const Picture& picture) {
  parts_.clear();
  parts_.push_back({Box{0, 0, picture.width(), picture.height()}, true});
}

void EffectChain::Input(const Picture& in, Picture& out) {
  Whole(in);
  Run(input_, in, nullptr, out);
}

void EffectChain::Foreground(const Picture& in, const Matte* matte, Picture& out) {
  if (matte == nullptr) {
    Whole(in);
  } else {
    parts_.clear();
    matte->ForEachPart([&](const Box& part, int value) {
      if (value != 0) parts_.push_back({part, value == 255});
    });
  }
  Run(foreground_, in, matte != nullptr ? &matte->alpha() : nullptr, out);
}

void EffectChain::Background(const Picture& in, Picture& out) {
  if (&in != &out && in.version == background_in_ && out.version == background_out_) return;
  Whole(in);
  background_in_ = in.version;
  Run(background_, in, nullptr, out);
  background_out_ = out.version = NewVersion();
}

}  // namespace backscrub
