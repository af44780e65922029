// Read-only tables and byte loops for the text column.

#ifndef BPEDROP_CTEXTKERNELS_H
#define BPEDROP_CTEXTKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The class of a code point in Unicode 16.0: general category in the low five bits (the order is in
// scripts/generate-unicode-classes.py), bit 5 White_Space, bit 6 word character (\w).
extern const uint16_t bpd_class_blocks[8704];
extern const uint8_t bpd_classes[];

// SAFETY: the block table covers all code points through 0x10FFFF, each block 128 classes; larger
// numbers are answered with 0 (unassigned) before any access.
static inline uint8_t bpd_class_of(uint32_t scalar) {
  if (scalar > 0x10FFFF) return 0;
  return bpd_classes[(uint32_t)bpd_class_blocks[scalar >> 7] * 128 + (scalar & 127)];
}

// What stands at the front of a text: a scalar and its length in bytes, or, where the first byte
// does not begin a well-formed sequence, BPD_INVALID_SCALAR and 1.
struct bpd_decoded {
  uint32_t scalar;
  uint32_t length;
};
#define BPD_INVALID_SCALAR 0xFFFFFFFFu

// Decodes the first character of `count` >= 1 bytes by the table of well-formed sequences (The
// Unicode Standard, table 3-7): no surrogates, no overlong forms, nothing above U+10FFFF.
//
// SAFETY: a byte is read only after `count` has been found to cover it.
static inline struct bpd_decoded bpd_decode_utf8(const uint8_t *text, size_t count) {
  struct bpd_decoded invalid = {BPD_INVALID_SCALAR, 1};
  uint32_t first = text[0];
  if (first < 0x80) return (struct bpd_decoded){first, 1};
  if (first < 0xC2 || first > 0xF4 || count < 2) return invalid;
  uint32_t second = text[1];
  uint32_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  uint32_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return invalid;
  if (first < 0xE0) return (struct bpd_decoded){(first & 0x1F) << 6 | (second & 0x3F), 2};
  if (count < 3 || (text[2] & 0xC0) != 0x80) return invalid;
  uint32_t scalar = (first & 0x0F) << 12 | (second & 0x3F) << 6 | (text[2] & 0x3F);
  if (first < 0xF0) return (struct bpd_decoded){scalar, 3};
  if (count < 4 || (text[3] & 0xC0) != 0x80) return invalid;
  return (struct bpd_decoded){(scalar & 0x7FFF) << 6 | (text[3] & 0x3F), 4};
}

// The length of the longest well-formed beginning of a text.
size_t bpd_utf8_valid_prefix(const uint8_t *text, size_t count);

// The number of bytes at the front of a text that are below 0x80.
size_t bpd_ascii_prefix(const uint8_t *text, size_t count);

// Cuts a text by GPT-2's pattern, from `*place`, where a pre-token must start, and moves `*place` behind
// the last pre-token found. Writes the starts and ends of at most `capacity` pre-tokens and returns
// their number; none where the text is at its end, `capacity` is below 64, or the next pre-token may
// reach further than 60 bytes, which is left to the caller. `portable` forbids what only some
// processors have.
size_t bpd_scan_gpt2(const uint8_t *text, size_t count, size_t *place, size_t *starts, size_t *ends,
                     size_t capacity, bool portable);

// The first and the last eight of 16 bytes, those behind a length of at most 15 as zeros.
struct bpd_packed {
  uint64_t low, high;
};
extern const uint64_t bpd_prefix_masks[16][2];

// SAFETY: the caller vouches for 16 bytes that can be read, and for a length of at most 15.
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

// 128 bits of a random stream.
struct bpd_block {
  uint64_t low, high;
};

// Writes blocks `first` up to `first + numbers`, below 2^22, of the stream of (key, item, position) for
// each of `count` positions `origin + starts[i]`, below 2^42, as Noise's RandomStream has them: those of
// one position side by side, those of the next `stride` behind.
void bpd_stream_blocks(uint64_t key, uint64_t item, uint64_t origin, const size_t *starts,
                       size_t count, uint32_t first, uint32_t numbers, size_t stride,
                       struct bpd_block *blocks);

// Writes the first `count` blocks of the stream of (key, item, position).
void bpd_stream_run(uint64_t key, uint64_t item, uint64_t position, size_t count,
                    struct bpd_block *blocks);

// The run lengths of a geometric law: bounds[k] is at most BPD_HAIR below the number below which a word gives a
// run of at least k; runs[b] is a run that all words with the top byte b have at least.
struct bpd_runs {
  uint64_t bounds[64];
  uint8_t runs[256];
};

#define BPD_LONGEST_RUN 62
#define BPD_HAIR 1024

// The run of a word, at most BPD_LONGEST_RUN; -1 where it is too close to a bound to be told.
static inline int32_t bpd_run(const struct bpd_runs *law, uint64_t word) {
  int32_t run = law->runs[word >> 56];
  while (run < BPD_LONGEST_RUN && word < law->bounds[run + 1]) run++;
  return run == BPD_LONGEST_RUN || word - law->bounds[run + 1] > BPD_HAIR ? run : -1;
}

// All merges that a derivation of a word of at most 31 bytes can apply, in order of rank and start. A split of the
// word is a number of 16 bits, or of 32 where it has more than 15 bytes, with a bit for each place between
// bytes, the one before the first among them, at which a token ends or starts.
//
// Behind this stand a multiple of four splits: what the word is before each step of plain BPE, and then nothing; as
// many that say how the word ends where its first drop is at this step, of one candidate, and there is no
// other; as many bytes that say how many steps follow then; the merges in groups of eight: eight times the
// bits of start, middle and end, eight times all bits from start to end; the product of each merge. Lanes
// without a merge want what is not looked at.
struct bpd_chart {
  uint8_t groups, splits;
  uint16_t padding;
  // Which steps are of merges that are never dropped, and which merges are.
  uint32_t certain_steps;
  uint64_t certain;
};

#define BPD_NO_TOKEN 0xFFFFFFFFu

// Cuts a word under dropout: `step` droppable steps of plain BPE are kept, then one candidate is dropped and
// as many more as draws[0] says; behind each merge draws[i] says how many are. Writes at most `length`
// tokens and returns how many; a byte whose token is BPD_NO_TOKEN is left out. Returns -1 where it
// needs more draws, or one of them cannot be told.
ptrdiff_t bpd_chart_sample(const struct bpd_chart *chart, const uint8_t *word, size_t length,
                           bool protects, uint32_t step, const struct bpd_runs *law,
                           const uint64_t *draws, size_t draw_count, const uint32_t *byte_tokens,
                           uint32_t *tokens);

// Writes the first and the second word of the stream of (key, item, position) for each position of
// 0..<count, at most 2^32 of them.
void bpd_first_words(uint64_t key, uint64_t item, size_t count, uint32_t *firsts, uint32_t *seconds);

// Writes the places of the words below a bound, in order, and returns their number; `places` has room
// for `count`.
size_t bpd_words_below(const uint32_t *words, size_t count, uint64_t bound, uint32_t *places);

// Writes `count` ids of `width` bytes, 2 or 4, the lowest byte first, and returns the largest.
uint32_t bpd_read_ids(const void *bytes, size_t width, size_t count, uint32_t *ids);

// Asks the processor for a cache line that is about to be read.
static inline void bpd_prefetch(const void *address) { __builtin_prefetch(address); }

#ifdef __cplusplus
}
#endif
#endif
