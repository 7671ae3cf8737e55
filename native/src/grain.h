// Noise that hides the steps of slow gradients.
#pragma once
#include "picture.h"

namespace backscrub {

// Adds -1, 0 or 1 to each sample, a quarter, a half and a quarter of them (the sum of two random bits:
// triangular dither, Lipshitz et al., "Quantization and Dither", JAES 1992). The same each time; stays within
// the limited range.
void AddGrain(Picture& picture);

}  // namespace backscrub
