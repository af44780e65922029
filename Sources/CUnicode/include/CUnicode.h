// Unicode tables and the byte loops that scan text.

#ifndef BPEDROP_CUNICODE_H
#define BPEDROP_CUNICODE_H

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

// SAFETY: the block table covers all code points through 0x10FFFF, and each block has 128 classes;
// larger numbers return 0 (unassigned) before any access.
static inline uint8_t bpd_class_of(uint32_t scalar) {
  if (scalar > 0x10FFFF) return 0;
  return bpd_classes[(uint32_t)bpd_class_blocks[scalar >> 7] * 128 + (scalar & 127)];
}

// The first character of a text: a scalar and its length in bytes, or, if the first byte does not
// begin a well-formed sequence, BPD_INVALID_SCALAR and 1.
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

// The length of the longest well-formed prefix of a text.
size_t bpd_utf8_valid_prefix(const uint8_t *text, size_t count);

// The number of leading bytes of a text that are below 0x80.
size_t bpd_ascii_prefix(const uint8_t *text, size_t count);

// The length of the longest prefix of a text whose characters are in a set; `bits` has a bit for each
// of the 0x110000 code points. A byte that is not UTF-8 is in no set.
size_t bpd_prefix_in_set(const uint8_t *text, size_t count, const uint64_t *bits);

// How often a byte stands in a text.
size_t bpd_count_byte(const uint8_t *text, size_t count, uint8_t byte);

// The first offset from `start` on of a mark of `length` bytes that follows a byte for which `joins`
// is false, or `count`; `start` is at least 1. SAFETY: a mark is compared only where it fits.
size_t bpd_next_mark(const uint8_t *text, size_t count, size_t start, const uint8_t *mark,
                     size_t length, const bool *joins);

// Copies a text and replaces each `byte` by a content. Returns the number of bytes written, for which
// there must be room, and 8 more. Writes where each replacement starts, unless `starts` is NULL.
size_t bpd_replace_byte(const uint8_t *text, size_t count, uint8_t byte, const uint8_t *content,
                        size_t length, uint8_t *output, int64_t *starts);

// Cuts a text by GPT-2's pattern, from `*place`, where a pre-token must start, and advances
// `*place` past the last pre-token found. Writes the starts and ends of at most `capacity`
// pre-tokens and returns their number; none if the text is at its end, `capacity` is below 64, or
// the next pre-token may be longer than 60 bytes, which is left to the caller. `portable` forbids
// instructions that only some processors have.
size_t bpd_scan_gpt2(const uint8_t *text, size_t count, size_t *place, size_t *starts, size_t *ends,
                     size_t capacity, bool portable);

#ifdef __cplusplus
}
#endif
#endif
