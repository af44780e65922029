// Source: scanning by bit masks: D. Lemire, G. Langdale, "Parsing Gigabytes of JSON per Second",
//   2019; for pre-tokens: gigatoken (M. Roed, 2026). The pattern: see GPT2Scanner.swift.
// Procedure: 64 bytes from the start of a pre-token are classified into bit masks, one bit per
//   byte: letters, numbers, white space, and all else, signs. ASCII and the commonest letters of
//   two and three bytes are classified by vector compares, every other character by the class
//   table. The pattern depends on nothing before the start of a pre-token, so the starts of
//   pre-tokens follow from the masks by shifts; a start up to bit 60 depends on nothing after the
//   block. The last of them begins the next block.
// Complexity: O(n); about 20 % of the bytes are classified twice.
// Determinism: classes by Unicode 16; both paths give the same masks.

#include "CUnicode.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define BLOCK 64
// A start at a later bit may depend on the text after the block.
#define SURE ((1ull << 61) - 1)

struct masks {
  uint64_t letters, numbers, whites, spaces, apostrophes;
  // The bytes of classified two- and three-byte letters, and the continuation bytes among them.
  uint64_t done, continuations;
  uint64_t others;  // bytes above 0x7F
};

// The kind of a character: 0 letter, 1 number, 2 white space, 3 sign.
static inline unsigned kind_of(uint32_t scalar) {
  static const uint8_t kinds[32] = {3, 0, 0, 0, 0, 0, 3, 3, 3, 1, 1, 1, 3, 3, 3, 3,
                                    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
  uint8_t class = bpd_class_of(scalar);
  return class & 32 ? 2 : kinds[class & 31];
}

// Letters recognised by their first bytes, whatever follows, if they are well-formed. Two bytes:
// U+0100 to U+02BF (C4...CA) and U+0400 to U+047F (D0, D1). U+00C0 to U+00FF (C3) except U+00D7 and
// U+00F7. Three bytes: U+5000 to U+9FFF (E5...E9).
static inline void add_letters(struct masks *m, uint64_t c3, uint64_t notAfterC3, uint64_t two,
                               uint64_t three, uint64_t tail) {
  uint64_t pairs = (two | (c3 & ~(notAfterC3 >> 1))) & (tail >> 1);
  uint64_t triples = three & (tail >> 1) & (tail >> 2);
  uint64_t second = pairs << 1 | triples << 1 | triples << 2;
  m->continuations = second;
  m->done = pairs | triples | second;
  m->letters |= m->done;
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

AVX2 static inline uint64_t bits(__m256i low, __m256i high) {
  return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

// 0xFF if a byte lies in first...first + length - 1.
AVX2 static inline __m256i within(__m256i bytes, uint8_t first, uint8_t length) {
  __m256i offset = _mm256_sub_epi8(bytes, _mm256_set1_epi8((char)first));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(offset, _mm256_set1_epi8((char)(length - 1))), offset);
}

AVX2 static inline __m256i equal(__m256i bytes, uint8_t value) {
  return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)value));
}

#define BOTH(operation) bits(operation(low), operation(high))
#define LETTER(v) within(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), 'a', 26)
#define NUMBER(v) within(v, '0', 10)
#define SPACE(v) equal(v, ' ')
#define CONTROL(v) within(v, 9, 5)
#define APOSTROPHE(v) equal(v, '\'')
#define C3(v) equal(v, 0xC3)
#define SIGN(v) equal(_mm256_and_si256(v, _mm256_set1_epi8((char)0xDF)), 0x97)
#define TWO(v) _mm256_or_si256(within(v, 0xC4, 7), within(v, 0xD0, 2))
#define THREE(v) within(v, 0xE5, 5)
#define TAIL(v) within(v, 0x80, 64)

AVX2 static inline struct masks classify_avx2(const uint8_t *block) {
  __m256i low = _mm256_loadu_si256((const __m256i *)block);
  __m256i high = _mm256_loadu_si256((const __m256i *)(block + 32));
  struct masks m = {0};
  m.letters = BOTH(LETTER);
  m.numbers = BOTH(NUMBER);
  m.spaces = BOTH(SPACE);
  m.whites = m.spaces | BOTH(CONTROL);
  m.apostrophes = BOTH(APOSTROPHE);
  m.others = bits(low, high);
  if (m.others) add_letters(&m, BOTH(C3), BOTH(SIGN), BOTH(TWO), BOTH(THREE), BOTH(TAIL));
  return m;
}
#endif

// Eight bytes at a time in one register: 0x80 in every byte that lies in first...last, for bytes
// below 0x80; 0 for the other bytes.
static inline uint64_t among(uint64_t word, uint8_t first, uint8_t last) {
  const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
  uint64_t seven = word & ~tops;
  uint64_t atLeast = seven + ones * (uint64_t)(0x80 - first);
  uint64_t above = seven + ones * (uint64_t)(0x7F - last);
  return atLeast & ~above & ~word & tops;
}

// The top bits of eight bytes, that of the first byte lowest.
static inline uint64_t gather(uint64_t tops) { return (tops >> 7) * 0x0102040810204080u >> 56; }

static inline struct masks classify_portable(const uint8_t *block) {
  struct masks m = {0};
  uint64_t c3 = 0, sign = 0, two = 0, three = 0, tail = 0;
  for (int part = 0; part < 8; part++) {
    uint64_t word;
    memcpy(&word, block + 8 * part, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    int shift = 8 * part;
    m.letters |= gather(among(word | 0x2020202020202020u, 'a', 'z')) << shift;
    m.numbers |= gather(among(word, '0', '9')) << shift;
    m.spaces |= gather(among(word, ' ', ' ')) << shift;
    m.whites |= gather(among(word, 9, 13)) << shift;
    m.apostrophes |= gather(among(word, '\'', '\'')) << shift;
    uint64_t tops = word & 0x8080808080808080u;
    if (!tops) continue;
    m.others |= gather(tops) << shift;
    uint64_t flipped = word ^ 0x8080808080808080u;
    c3 |= gather(among(flipped, 0x43, 0x43)) << shift;
    sign |= gather(among(flipped & ~0x2020202020202020u, 0x17, 0x17)) << shift;
    two |= gather(among(flipped, 0x44, 0x4A) | among(flipped, 0x50, 0x51)) << shift;
    three |= gather(among(flipped, 0x65, 0x69)) << shift;
    tail |= gather(among(flipped, 0x00, 0x3F)) << shift;
  }
  m.whites |= m.spaces;
  if (m.others) add_letters(&m, c3, sign, two, three, tail);
  return m;
}

// The characters above 0x7F that the vector compares have not classified.
//
// SAFETY: bits are set only for bytes below `limit`, and the decoder reads no more than it is
// given.
static inline void add_others(struct masks *m, const uint8_t *block, size_t limit) {
  uint64_t left = m->others & ~m->done;
  while (left) {
    size_t place = (size_t)__builtin_ctzll(left);
    struct bpd_decoded decoded = bpd_decode_utf8(block + place, limit - place);
    uint64_t own = ((1ull << decoded.length) - 1) << place;
    unsigned kind = kind_of(decoded.scalar);
    m->letters |= kind == 0 ? own : 0;
    m->numbers |= kind == 1 ? own : 0;
    m->whites |= kind == 2 ? own : 0;
    m->continuations |= own & ~(1ull << place);
    left &= ~own;
  }
}

// The length of the contraction at an apostrophe: 's 't 'm 'd 're 've 'll; or 0.
static inline unsigned contraction(const uint8_t *text) {
  switch (text[1]) {
    case 's': case 't': case 'm': case 'd': return 2;
    case 'r': case 'v': return text[2] == 'e' ? 3 : 0;
    case 'l': return text[2] == 'l' ? 3 : 0;
    default: return 0;
  }
}

// The starts of pre-tokens in a block whose first byte starts one, from its masks.
//
// `inside` has a bit for each byte of the text; if the text ends in the block, a run of white space
// at its end does not give its last character back.
static inline uint64_t starts_of(const struct masks *m, const uint8_t *block, uint64_t inside) {
  uint64_t white = m->whites & inside;
  uint64_t letters = m->letters & inside;
  uint64_t numbers = m->numbers & inside;
  uint64_t signs = ~(white | letters | numbers) & inside;
  uint64_t sameAsBefore =
      (letters & letters << 1) | (numbers & numbers << 1) | (signs & signs << 1);
  // The last character of a run of white space, if something follows: by its last byte, then by its
  // first.
  uint64_t last = white & ~(white >> 1) & inside >> 1;
  uint64_t wide = white & m->continuations;
  if (wide) {
    last = (last & wide) >> 1 | (last & ~wide);
    last = (last & wide) >> 1 | (last & ~wide);
  }
  uint64_t starts = (white & ~(white << 1)) | last;
  starts |= ~white & ~sameAsBefore & ~(m->spaces << 1) & inside;
  starts |= 1;
  uint64_t candidates = starts & m->apostrophes & letters >> 1;
  while (candidates) {
    unsigned place = (unsigned)__builtin_ctzll(candidates);
    unsigned length = contraction(block + place);
    if (length) {
      starts &= ~(2ull << place);
      if (place + length < BLOCK) starts |= 1ull << (place + length);
    }
    candidates &= candidates - 1;
  }
  return starts;
}

struct pre_tokens {
  size_t *starts, *ends;
  size_t capacity;
};

// SAFETY: a block of 64 bytes and the two after it that a contraction may examine are read from the
// text if it has them all, else from a copy padded with zeros; a block adds at most 64 pre-tokens,
// and is begun only if there is room for them.
static inline __attribute__((always_inline)) size_t scan(
    const uint8_t *text, size_t count, size_t *place, struct pre_tokens out,
    struct masks (*classify)(const uint8_t *)) {
  size_t found = 0;
  size_t position = *place;
  while (position < count && found + BLOCK <= out.capacity) {
    size_t left = count - position;
    const uint8_t *block = text + position;
    uint8_t copy[BLOCK + 2];
    uint64_t inside = ~0ull;
    if (left < sizeof copy) {
      memset(copy, 0, sizeof copy);
      memcpy(copy, block, left);
      block = copy;
      if (left < BLOCK) inside = (1ull << left) - 1;
    }
    struct masks m = classify(block);
    if (m.others & ~m.done) add_others(&m, block, left);
    uint64_t starts = starts_of(&m, block, inside) & (left <= BLOCK ? inside : SURE) & ~1ull;
    size_t first = position;
    while (starts) {
      size_t next = first + (size_t)__builtin_ctzll(starts);
      out.starts[found] = position;
      out.ends[found++] = next;
      position = next;
      starts &= starts - 1;
    }
    if (left <= BLOCK) {
      out.starts[found] = position;
      out.ends[found++] = count;
      position = count;
    } else if (position == first) {
      break;
    }
  }
  *place = position;
  return found;
}

#if defined(__x86_64__)
AVX2 static size_t scan_avx2(const uint8_t *text, size_t count, size_t *place,
                             struct pre_tokens out) {
  return scan(text, count, place, out, classify_avx2);
}
#endif

size_t bpd_scan_gpt2(const uint8_t *text, size_t count, size_t *place, size_t *starts, size_t *ends,
                     size_t capacity, bool portable) {
  struct pre_tokens out = {starts, ends, capacity};
#if defined(__x86_64__)
  if (!portable && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
    return scan_avx2(text, count, place, out);
  }
#endif
  return scan(text, count, place, out, classify_portable);
}
