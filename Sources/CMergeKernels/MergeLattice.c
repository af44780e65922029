// Source, Procedure, Determinism: as BytePairEncoding/MergeLattice.swift.
// Complexity: about 25 cycles per step for a lattice of up to 16 merges.

#include "CMergeKernels.h"
#include "CKernelDispatch.h"

#include <stdbool.h>
#include <string.h>

typedef _Bool eight_flags __attribute__((ext_vector_type(8)));

// The lanes for which a comparison holds, one bit each.
#define LANES_WITH(comparison)                                               \
  ({                                                                         \
    eight_flags flags = __builtin_convertvector((comparison), eight_flags);  \
    uint8_t bits;                                                            \
    memcpy(&bits, &flags, 1);                                                \
    (uint64_t)bits;                                                          \
  })

#define BITS 16
#include "LatticeSample.inc"
#define BITS 32
#include "LatticeSample.inc"

// Most words have at most 16 merges, so loops over that few groups are unrolled.
#define SAMPLE(sample, group_count) \
  sample(lattice, group_count, word, length, noise, draws, tokens)

DISPATCHED
ptrdiff_t bpd_lattice_sample(const struct bpd_lattice *lattice, const uint8_t *word, size_t length,
                             struct bpd_lattice_noise noise, struct bpd_lattice_draws draws,
                             uint32_t *tokens) {
  if (length > 15) return SAMPLE(sample32, lattice->groups);
  if (lattice->groups == 1) return SAMPLE(sample16, 1);
  if (lattice->groups == 2) return SAMPLE(sample16, 2);
  return SAMPLE(sample16, lattice->groups);
}
