// Procedure: eight bytes are looked at at once for the byte that is sought (S. Anderson's "Bit
//   twiddling hacks": the lowest byte that is flagged as zero is one).
// Complexity: O(count).

#include "CUnicode.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define LOW 0x0101010101010101ull
#define HIGH 0x8080808080808080ull

// Flags the bytes of a word that equal the one repeated in `sought`; only the lowest flag is certain.
static inline uint64_t equal_bytes(uint64_t word, uint64_t sought) {
  uint64_t difference = word ^ sought;
  return (difference - LOW) & ~difference & HIGH;
}

static inline uint64_t load(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return word;
}

static inline bool is_mark(const uint8_t *text, const uint8_t *mark, size_t length) {
  for (size_t index = 0; index < length; index++) {
    if (text[index] != mark[index]) return false;
  }
  return true;
}

size_t bpd_count_byte(const uint8_t *text, size_t count, uint8_t byte) {
  size_t found = 0;
  for (size_t position = 0; position < count; position++) found += text[position] == byte;
  return found;
}

#if defined(__SSE2__)

static inline unsigned equal_mask(__m128i bytes, int byte) {
  return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)byte)));
}

// Skips printable ASCII characters and the mark U+2581 from a position on, 16 bytes at a time; stops
// at another character, or near the end.
static size_t skip_plain(const uint8_t *text, size_t position, size_t count) {
  while (position + 16 <= count) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(text + position));
    __m128i printable = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1F)),
                                      _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x7F)));
    unsigned marks = equal_mask(bytes, 0xE2) & equal_mask(bytes, 0x96) >> 1 &
                     equal_mask(bytes, 0x81) >> 2;
    unsigned plain = (unsigned)_mm_movemask_epi8(printable) | marks | marks << 1 | marks << 2;
    unsigned length = (unsigned)__builtin_ctz(~plain | 1u << 16);
    position += length;
    if (length == 0) break;
  }
  return position;
}

#else

static size_t skip_plain(const uint8_t *text, size_t position, size_t count) { return position; }

#endif

// Whether a set has all characters that skip_plain skips.
static bool has_plain(const uint64_t *bits) {
  bool printable = bits[0] >> 32 == 0xFFFFFFFFu && bits[1] << 1 == ~1ull;
  return printable && bits[0x2581 >> 6] >> (0x2581 & 63) & 1;
}

size_t bpd_prefix_in_set(const uint8_t *text, size_t count, const uint64_t *bits) {
  bool skips = has_plain(bits);
  size_t position = 0;
  while (position < count) {
    if (skips) {
      position = skip_plain(text, position, count);
      if (position == count) break;
    }
    uint32_t scalar = text[position];
    size_t length = 1;
    if (scalar >= 0x80) {
      struct bpd_decoded character = bpd_decode_utf8(text + position, count - position);
      if (character.scalar > 0x10FFFF) break;
      scalar = character.scalar;
      length = character.length;
    }
    if (!(bits[scalar >> 6] >> (scalar & 63) & 1)) break;
    position += length;
  }
  return position;
}

size_t bpd_next_mark(const uint8_t *text, size_t count, size_t start, const uint8_t *mark,
                     size_t length, const bool *joins) {
  if (count < length) return count;
  const uint64_t sought = LOW * mark[0];
  const size_t last = count - length;
  size_t position = start;
  while (position <= last) {
    if (position + 8 <= count) {
      uint64_t found = equal_bytes(load(text + position), sought);
      if (!found) {
        position += 8;
        continue;
      }
      position += (size_t)__builtin_ctzll(found) >> 3;
      if (position > last) return count;
    }
    if (is_mark(text + position, mark, length) && !joins[text[position - 1]]) return position;
    position += 1;
  }
  return count;
}

size_t bpd_replace_byte(const uint8_t *text, size_t count, uint8_t byte, const uint8_t *content,
                        size_t length, uint8_t *output, int64_t *starts) {
  const uint64_t sought = LOW * byte;
  size_t position = 0, place = 0, number = 0;
  while (position < count) {
    if (position + 8 <= count) {
      uint64_t word = load(text + position);
      uint64_t found = equal_bytes(word, sought);
      memcpy(output + place, &word, 8);
      size_t kept = found ? (size_t)__builtin_ctzll(found) >> 3 : 8;
      position += kept;
      place += kept;
      if (!found) continue;
    } else if (text[position] != byte) {
      output[place++] = text[position++];
      continue;
    }
    if (starts) starts[number++] = (int64_t)place;
    memcpy(output + place, content, length);
    place += length;
    position += 1;
  }
  return place;
}
