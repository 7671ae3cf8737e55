// Light of the background on the person's rim. It is done while person and background are put together
// (edge_colours.h); here it has its name.
#include "table.h"

namespace backscrub {

namespace {

std::unique_ptr<Effect> Nothing(int, int) { return nullptr; }

}  // namespace

const EffectInfo kLightWrap = {"light-wrap", "Light wrap", EffectStage::kCompose, kAllPlanes, kAllPlanes,
                               true,         Nothing};

}  // namespace backscrub
