// The person in colour before a grey background.
#include "grey.h"
#include "table.h"

namespace backscrub {

const EffectInfo kDesaturateBackground = {
    "desaturate-background", "Gray background", EffectStage::kBackground, 0, kChroma, true, MakeEffect<Grey>};

}  // namespace backscrub
