// Packed words, and sampled segmentations on merge lattices.

#ifndef BPEDROP_CMERGEKERNELS_H
#define BPEDROP_CMERGEKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The first and the last eight of 16 bytes, with zeros beyond a length of at most 15.
struct bpd_packed {
  uint64_t low, high;
};
extern const uint64_t bpd_prefix_masks[16][2];

// SAFETY: the caller guarantees 16 readable bytes and a length of at most 15.
static inline struct bpd_packed bpd_pack(const uint8_t *text, size_t length) {
  uint64_t low, high;
  __builtin_memcpy(&low, text, 8);
  __builtin_memcpy(&high, text + 8, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  low = __builtin_bswap64(low);
  high = __builtin_bswap64(high);
#endif
  return (struct bpd_packed){low & bpd_prefix_masks[length][0], high & bpd_prefix_masks[length][1]};
}

// The run lengths of a geometric law. bounds[k] is at most BPD_HAIR below the number below which a
// word gives a run of at least k; runs[b] is a lower bound of the runs of all words with the top
// byte b.
struct bpd_runs {
  uint64_t bounds[64];
  uint8_t runs[256];
};

#define BPD_LONGEST_RUN 62
#define BPD_HAIR 1024

// The run of a word, at most BPD_LONGEST_RUN; -1 if it is too close to a bound.
static inline int32_t bpd_run(const struct bpd_runs *law, uint64_t word) {
  int32_t run = law->runs[word >> 56];
  while (run < BPD_LONGEST_RUN && word < law->bounds[run + 1]) run++;
  return run == BPD_LONGEST_RUN || word - law->bounds[run + 1] > BPD_HAIR ? run : -1;
}

// All merges that a derivation of a word of at most 31 bytes can apply, in order of rank and start.
// A split of the word is a mask of 16 bits, or of 32 if it has more than 15 bytes, with a bit for
// each boundary, from the one before the first byte on, at which a token ends or starts.
//
// After this struct come three arrays of `splits` elements each, a multiple of four:
// - the split before each step of plain BPE;
// - the final split if the only drop is that of one candidate at this step;
// - a byte: the number of steps that follow such a drop.
// Then the merges in groups of eight: eight masks of start, middle and end, then eight masks of all
// bits from start to end. Last the product of each merge. Lanes without a merge never match.
struct bpd_lattice {
  uint8_t groups, splits;
  uint16_t padding;
  // The steps whose merges are never dropped, and the merges that are never dropped.
  uint32_t certain_steps;
  uint64_t certain;
};

#define BPD_NO_TOKEN 0xFFFFFFFFu

// The constants of a batch: the law of the number of candidates that a step drops, the token of
// each byte, and whether merges inside one character are never dropped.
struct bpd_lattice_noise {
  const struct bpd_runs *law;
  const uint32_t *byte_tokens;
  bool protects;
};

// The draws of one word after its first, and the step of its first drop, which the first gave.
struct bpd_lattice_draws {
  const uint64_t *words;
  uint32_t count, step;
};

// Segments a word under dropout: `draws.step` droppable steps of plain BPE are kept, then one
// candidate is dropped and draws.words[0] gives the number of further drops; after each merge
// draws.words[i] gives the number of drops. Writes at most `length` tokens and returns their
// number; a byte whose token is BPD_NO_TOKEN is left out. Returns -1 if it needs more draws, or if
// one is too close to a bound.
ptrdiff_t bpd_lattice_sample(const struct bpd_lattice *lattice, const uint8_t *word, size_t length,
                             struct bpd_lattice_noise noise, struct bpd_lattice_draws draws,
                             uint32_t *tokens);

// Prefetches a cache line that is about to be read.
static inline void bpd_prefetch(const void *address) { __builtin_prefetch(address); }

#ifdef __cplusplus
}
#endif
#endif
