// Left and right exchanged, as people know themselves from a mirror.
#include <libyuv.h>

#include "table.h"

namespace backscrub {

namespace {

struct Mirror final : Effect {
  Mirror(int, int) {}
  void Apply(const EffectSubject& in, Picture& out) override {
    const Picture& p = in.picture;
    libyuv::I420Mirror(p.y.data(), p.y.stride(), p.u.data(), p.u.stride(), p.v.data(), p.v.stride(),
                       out.y.data(), out.y.stride(), out.u.data(), out.u.stride(), out.v.data(),
                       out.v.stride(), p.width(), p.height());
  }
};

}  // namespace

const EffectInfo kMirror = {"mirror",   "Mirror", EffectStage::kInput, kAllPlanes,
                            kAllPlanes, false,    MakeEffect<Mirror>};

}  // namespace backscrub
