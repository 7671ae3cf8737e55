// The whole picture without colours.
#include <cstring>

#include "grey.h"
#include "table.h"

namespace backscrub {

namespace {
constexpr int kNoColour = 128;  // ITU-R BT.601-7, 2.5.3: the value of Cb and Cr for grey
}

void Grey::Apply(const EffectSubject& in, Picture& out) {
  for (const auto& [box, solid] : in.parts) {
    for (int y = box.y / 2; y < (box.y + box.height) / 2; y++) {
      std::memset(out.u.row(y) + box.x / 2, kNoColour, static_cast<size_t>(box.width / 2));
      std::memset(out.v.row(y) + box.x / 2, kNoColour, static_cast<size_t>(box.width / 2));
    }
  }
}

const EffectInfo kGrayscale = {"grayscale", "Grayscale", EffectStage::kBoth, 0,
                               kChroma,     true,        MakeEffect<Grey>};

}  // namespace backscrub
