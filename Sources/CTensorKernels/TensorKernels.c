// Instantiates the kernels: float and double, dispatched by processor and plain.

#include "CTensorKernels.h"
#include "Dispatch.h"

#include <math.h>
#include <string.h>

// A fused multiply-add rounds once where two operations round twice, so the clones would disagree.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

#define LANES 16

#define REAL float
#define BITS int32_t
#define UBITS uint32_t
#define EXP_LOW -87.3f
#define EXP_HIGH 88.3f
#define LOG2_E 1.44269504f
#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.12194440e-4f
#define ROUNDER 12582912.0f
#define MANTISSA_BITS 23
#define EXPONENT_BIAS 127
#define EXP_DEGREE 7
#define SQUARE_ROOT __builtin_elementwise_sqrt
#define LOCAL(function) function##_float
#include "Functions.inc"
#define NAME(function) bpd_##function##_f32
#define KERNEL DISPATCHED
#include "Kernels.inc"
#undef NAME
#undef KERNEL
#define NAME(function) bpd_##function##_f32_plain
#define KERNEL
#include "Kernels.inc"
#undef NAME
#undef KERNEL
#undef REAL
#undef BITS
#undef UBITS
#undef EXP_LOW
#undef EXP_HIGH
#undef LOG2_E
#undef LN2_HIGH
#undef LN2_LOW
#undef ROUNDER
#undef MANTISSA_BITS
#undef EXPONENT_BIAS
#undef EXP_DEGREE
#undef SQUARE_ROOT
#undef LOCAL

#define REAL double
#define BITS int64_t
#define UBITS uint64_t
#define EXP_LOW -708.3
#define EXP_HIGH 709.4
#define LOG2_E 1.4426950408889634
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#define ROUNDER 6755399441055744.0
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define EXP_DEGREE 13
#define SQUARE_ROOT __builtin_elementwise_sqrt
#define LOCAL(function) function##_double
#include "Functions.inc"
#define NAME(function) bpd_##function##_f64
#define KERNEL DISPATCHED
#include "Kernels.inc"
#undef NAME
#undef KERNEL
#define NAME(function) bpd_##function##_f64_plain
#define KERNEL
#include "Kernels.inc"
