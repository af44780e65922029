// The hot loops of tensors, for float (suffix _f32) and double (_f64), from one source.
//
// Each exists twice: chosen for the processor at load time, and, with the further suffix _plain,
// for the compiler's baseline only. The two give the same bits: no loop is contracted to fused
// multiply-adds, and every sum runs over sixteen fixed lanes.

#ifndef BPEDROP_CTENSORKERNELS_H
#define BPEDROP_CTENSORKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define REAL float
#define NAME(function) bpd_##function##_f32
#include "KernelDeclarations.inc"
#undef NAME
#define NAME(function) bpd_##function##_f32_plain
#include "KernelDeclarations.inc"
#undef NAME
#undef REAL

#define REAL double
#define NAME(function) bpd_##function##_f64
#include "KernelDeclarations.inc"
#undef NAME
#define NAME(function) bpd_##function##_f64_plain
#include "KernelDeclarations.inc"
#undef NAME
#undef REAL

// Products with a packed matrix B of inner x columns: panels of `width` columns, the last one
// padded with zeros. A packed matrix takes inner * (columns rounded up to width) numbers. Panels
// first..<end are packed or multiplied; pointers are to the whole matrices.
//
// pack: B is stored by rows of `stride`, or transposed, columns x inner.
// multiply: C += A B for `rows` rows.
#define PRODUCT(NAME, REAL)                                                                       \
  struct NAME {                                                                                   \
    size_t width;                                                                                 \
    void (*pack)(REAL *packed, const REAL *b, size_t stride, int transposed, size_t inner,        \
                 size_t columns, size_t first, size_t end);                                       \
    void (*multiply)(const REAL *a, size_t stride_a, size_t rows, size_t inner,                   \
                     const REAL *packed, size_t columns, size_t first, size_t end, REAL *c,       \
                     size_t stride_c);                                                            \
  };
PRODUCT(bpd_product_f32, float)
PRODUCT(bpd_product_f64, double)
#undef PRODUCT

// The best product of this processor; NULL if it has no fused multiply-add.
const struct bpd_product_f32 *bpd_find_product_f32(void);
const struct bpd_product_f64 *bpd_find_product_f64(void);
// For tests: the widest kernel's shape, for the registers that most processors have.
const struct bpd_product_f32 *bpd_find_wide_product_f32(void);
// Bit j of the mask is set if word `first + j` of the random stream of (key, item, position) is not
// below the threshold; `first` is divisible by 4, and the mask is written in whole 64-bit words.
void bpd_dropout_mask(uint64_t *mask, uint64_t key, uint64_t item, uint64_t position,
                      uint64_t threshold, uint64_t first, size_t count);
void bpd_dropout_mask_plain(uint64_t *mask, uint64_t key, uint64_t item, uint64_t position,
                            uint64_t threshold, uint64_t first, size_t count);

#ifdef __cplusplus
}
#endif

#endif
