// Top and bottom exchanged, for a camera that hangs upside down (with mirror: turned by 180 degrees).
#include <libyuv.h>

#include "table.h"

namespace backscrub {

namespace {

struct Flip final : Effect {
  Flip(int, int) {}
  void Apply(const EffectSubject& in, Picture& out) override {
    const Picture& p = in.picture;
    // A negative height turns the picture over.
    libyuv::I420Copy(p.y.data(), p.y.stride(), p.u.data(), p.u.stride(), p.v.data(), p.v.stride(),
                     out.y.data(), out.y.stride(), out.u.data(), out.u.stride(), out.v.data(), out.v.stride(),
                     p.width(), -p.height());
  }
};

}  // namespace

const EffectInfo kFlip = {"flip",     "Upside down", EffectStage::kInput, kAllPlanes,
                          kAllPlanes, false,         MakeEffect<Flip>};

}  // namespace backscrub
