#include "chain.h"

#include <libyuv.h>

#include <algorithm>

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
  if (before != nullptr && before->width_ == width && before->height_ == height) {
    made_ = before->made_;
    spare_ = before->spare_;
  } else {
    before = nullptr;
  }
  for (const EffectInfo* info : effects) {
    const Unit unit{info, Take(info, before)};
    const EffectStage stage = info->stage;
    if (stage == EffectStage::kInput) input_.push_back(unit);
    if (stage == EffectStage::kForeground || stage == EffectStage::kBoth) foreground_.push_back(unit);
    if (stage == EffectStage::kBackground || stage == EffectStage::kBoth) background_.push_back(unit);
  }
  for (const Units* units : {&input_, &foreground_, &background_}) {
    for (size_t i = 1; i < units->size(); i++)
      if (!(*units)[i].info->pointwise && spare_ == nullptr)
        spare_ = std::make_shared<Picture>(width, height);
  }
  // As many as there can be, so that no frame has to make room.
  constexpr int kWidth = 2 * GuidedFilter::kTileWidth, kHeight = 2 * GuidedFilter::kTileHeight;
  parts_.reserve(static_cast<size_t>((width + kWidth - 1) / kWidth) * ((height + kHeight - 1) / kHeight));
}

std::shared_ptr<Effect> EffectChain::Take(const EffectInfo* info, const EffectChain* before) {
  const auto in = [info](const Units& units) {
    return std::find_if(units.begin(), units.end(), [info](const Unit& unit) { return unit.info == info; });
  };
  const auto made = in(made_);
  if (made == made_.end()) {
    made_.push_back({info, info->make(width_, height_)});
    return made_.back().effect;
  }
  if (before != nullptr) {
    bool at_work = false;
    for (const Units* units : {&before->input_, &before->foreground_, &before->background_})
      at_work |= in(*units) != units->end();
    // What works in composing has no unit.
    if (!at_work && made->effect != nullptr) made->effect->Restart();
  }
  return made->effect;
}

void EffectChain::Run(const Units& units, const Picture& in, const Plane* alpha, Picture& out) {
  // The first effect reads `in`; a pointwise one after it works in place, any other one goes from one of the
  // two pictures to the other. Which is the first is chosen so that the last result is in `out`.
  bool spare = false;
  for (size_t i = 1; i < units.size(); i++) spare ^= !units[i].info->pointwise;
  const Picture* from = &in;
  for (size_t i = 0; i < units.size(); i++) {
    const EffectInfo& info = *units[i].info;
    if (i > 0 && !info.pointwise) spare = !spare;
    Picture& to = spare ? *spare_ : out;
    if (from != &to) CopyPlanes(*from, static_cast<uint8_t>(kAllPlanes & ~info.writes), parts_, to);
    units[i].effect->Apply({*from, alpha, parts_}, to);
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
  if (&in != &out && background_in_ == in.content.name() && background_out_ == out.content.name()) return;
  Whole(in);
  background_in_ = in.content.name();
  Run(background_, in, nullptr, out);
  out.content.Renew();
  background_out_ = out.content.name();
}

}  // namespace backscrub
