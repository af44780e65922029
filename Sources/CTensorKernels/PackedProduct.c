// Source: K. Goto, R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS
//   34 (2008).
// Procedure: B is packed once, in panels of two registers' width, by blocks of its inner dimension;
//   A is processed in tiles of a few rows. A tile times a panel keeps its sums in registers. B may
//   be packed long in advance and serve many products, which BLAS does not allow.
// Complexity: 2 rows columns inner operations; packing is O(inner columns) once and O(rows inner)
//   per call.
// Determinism: sums run over blocks of the inner dimension in order, by fused multiply-adds;
//   neither the range of panels nor of rows changes a bit of an element. The two widths differ only
//   in blocks. Processors without fused multiply-adds have no such product and use BLAS.

#include "CTensorKernels.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))
#define BLOCK_ROWS 96

#if defined(__x86_64__) && defined(__linux__) && !defined(BPEDROP_PORTABLE)
// Vectors of 512 bits are split in two unless a function requests them.
#define V3 __attribute__((target("arch=x86-64-v3")))
#define V4 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))

#define REAL float
#define DEPTH 256
#define PRODUCT bpd_product_f32
#define TARGET V3
#define VECTOR 8
#define TILE_ROWS 6
#define NAME(function) function##_f32_v3
#include "PackedProduct.inc"
#undef TARGET
#undef VECTOR
#undef TILE_ROWS
#undef NAME
#define TARGET V4
#define VECTOR 16
#define TILE_ROWS 12
#define NAME(function) function##_f32_v4
#include "PackedProduct.inc"
#undef TARGET
#undef VECTOR
#undef TILE_ROWS
#undef NAME
#define TARGET V3
#define VECTOR 16
#define TILE_ROWS 12
#define NAME(function) function##_f32_wide
#include "PackedProduct.inc"
#undef TARGET
#undef VECTOR
#undef TILE_ROWS
#undef NAME
#undef REAL
#undef DEPTH
#undef PRODUCT

#define REAL double
#define DEPTH 128
#define PRODUCT bpd_product_f64
#define TARGET V3
#define VECTOR 4
#define TILE_ROWS 6
#define NAME(function) function##_f64_v3
#include "PackedProduct.inc"
#undef TARGET
#undef VECTOR
#undef TILE_ROWS
#undef NAME
#define TARGET V4
#define VECTOR 8
#define TILE_ROWS 12
#define NAME(function) function##_f64_v4
#include "PackedProduct.inc"
#undef TARGET
#undef VECTOR
#undef TILE_ROWS
#undef NAME

static int level(void) {
  if (__builtin_cpu_supports("x86-64-v4")) return 4;
  return __builtin_cpu_supports("x86-64-v3") ? 3 : 0;
}

const struct bpd_product_f32 *bpd_find_product_f32(void) {
  return level() == 4 ? &product_f32_v4 : level() == 3 ? &product_f32_v3 : NULL;
}

const struct bpd_product_f64 *bpd_find_product_f64(void) {
  return level() == 4 ? &product_f64_v4 : level() == 3 ? &product_f64_v3 : NULL;
}

const struct bpd_product_f32 *bpd_find_wide_product_f32(void) {
  return level() >= 3 ? &product_f32_wide : NULL;
}

#else

const struct bpd_product_f32 *bpd_find_product_f32(void) { return NULL; }
const struct bpd_product_f64 *bpd_find_product_f64(void) { return NULL; }
const struct bpd_product_f32 *bpd_find_wide_product_f32(void) { return NULL; }

#endif
