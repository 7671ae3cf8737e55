// Compile a function for several instruction sets and pick one at load time. Loops stay plain C++: the
// compiler vectorises them, this only lets it use what the machine has beyond the x86-64 baseline.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define BACKSCRUB_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define BACKSCRUB_SIMD
#endif

// For the helpers of such a function: they have to be inlined to be compiled for its instruction set.
#define BACKSCRUB_INLINE inline __attribute__((always_inline))
