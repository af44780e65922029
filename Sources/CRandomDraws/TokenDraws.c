// Source: Philox4x32-10: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy
//   as 1, 2, 3", SC 2011, table 2. The counter is laid out as in Noise/RandomStream.swift.
// Procedure: the first two words of the streams of one item at consecutive positions. Only word 1
//   of the counter differs, so the first round is known in advance except for one exclusive or, the
//   second has one product less, and the last needs only one product, whose halves give both words.
//   Eight positions are computed side by side. Matches are collected without a branch.
// Complexity: O(1) per word, 1 to 2 ns.
// Determinism: integers only; every clone gives the same bits.

#include "CRandomDraws.h"
#include "CKernelDispatch.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define LANES 8
#define MULTIPLIER0 UINT64_C(0xD2511F53)
#define MULTIPLIER1 UINT64_C(0xCD9E8D57)
#define WEYL0 0x9E3779B9u
#define WEYL1 0xBB67AE85u

// A word of eight states, each the low half of 64 bits. The high half keeps garbage, since products
// use the low halves only. The compiler splits these vectors to the processor's width.
typedef uint64_t lanes __attribute__((vector_size(8 * LANES)));
typedef uint32_t words __attribute__((vector_size(4 * LANES)));
#define LOW(lanes) ((lanes) & 0xFFFFFFFF)

DISPATCHED
void bpd_first_words(uint64_t key, uint64_t item, size_t count, uint32_t *firsts, uint32_t *seconds) {
  // The first round, without the position, which goes into word 0.
  uint32_t first0 = (uint32_t)key, first1 = (uint32_t)(key >> 32);
  uint64_t product = MULTIPLIER1 * (uint32_t)item;
  uint32_t start0 = (uint32_t)(product >> 32) ^ first0, start1 = (uint32_t)product;
  uint32_t start2 = (uint32_t)(item >> 32) ^ first1;
  // The second round: only the product of word 0 depends on the position.
  uint32_t second0 = first0 + WEYL0, second1 = first1 + WEYL1;
  product = MULTIPLIER1 * start2;
  uint32_t next0 = (uint32_t)(product >> 32) ^ start1 ^ second0, next1 = (uint32_t)product;
  lanes positions = {0, 1, 2, 3, 4, 5, 6, 7};
  for (size_t first = 0; first < count; first += LANES, positions += LANES) {
    lanes product0 = LOW(positions ^ start0) * MULTIPLIER0;
    lanes word0 = (lanes){} + next0, word1 = (lanes){} + next1;
    lanes word2 = product0 >> 32 ^ second1, word3 = product0;
    uint32_t key0 = second0 + WEYL0, key1 = second1 + WEYL1;
    for (int round = 2; round < 9; round++) {
      lanes product0 = LOW(word0) * MULTIPLIER0, product1 = LOW(word2) * MULTIPLIER1;
      word0 = product1 >> 32 ^ word1 ^ key0;
      word1 = product1;
      word2 = product0 >> 32 ^ word3 ^ key1;
      word3 = product0;
      key0 += WEYL0;
      key1 += WEYL1;
    }
    lanes product1 = LOW(word2) * MULTIPLIER1;
    words first_word = __builtin_convertvector(product1 >> 32 ^ LOW(word1 ^ key0), words);
    words second_word = __builtin_convertvector(LOW(product1), words);
    // SAFETY: the copied elements lie within the caller's `count` words.
    if (count - first >= LANES) {
      __builtin_memcpy(firsts + first, &first_word, sizeof first_word);
      __builtin_memcpy(seconds + first, &second_word, sizeof second_word);
    } else {
      __builtin_memcpy(firsts + first, &first_word, (count - first) * sizeof *firsts);
      __builtin_memcpy(seconds + first, &second_word, (count - first) * sizeof *seconds);
    }
  }
}

// Handles the words that remain for the plain loop.
static size_t words_below_from(size_t place, size_t found, const uint32_t *words, size_t count, uint64_t bound,
                               uint32_t *places) {
  for (; place < count; place++) {
    // SAFETY: `found` <= `place`, so the write stays within the caller's `count`.
    places[found] = (uint32_t)place;
    found += words[place] < bound;
  }
  return found;
}

#if defined(__x86_64__)
// Compares eight words at once, and compresses the numbers 0 to 7, one byte each, by their bits.
__attribute__((target("avx2,bmi2,popcnt"))) static size_t words_below_avx2(const uint32_t *words, size_t count,
                                                                           uint32_t bound, uint32_t *places) {
  __m256i flip = _mm256_set1_epi32(INT32_MIN), limit = _mm256_set1_epi32((int32_t)(bound ^ 0x80000000u));
  size_t place = 0, found = 0;
  for (; place + LANES <= count; place += LANES) {
    // SAFETY: eight words are read below `count`, and eight written from `found` <= `place` on.
    __m256i eight = _mm256_loadu_si256((const __m256i *)(words + place));
    __m256i below = _mm256_cmpgt_epi32(limit, _mm256_xor_si256(eight, flip));
    unsigned bits = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(below));
    uint64_t bytes = _pdep_u64(bits, 0x0101010101010101) * 0xFF;
    __m128i chosen = _mm_cvtsi64_si128((int64_t)_pext_u64(0x0706050403020100, bytes));
    __m256i numbers = _mm256_add_epi32(_mm256_cvtepu8_epi32(chosen), _mm256_set1_epi32((int32_t)place));
    _mm256_storeu_si256((__m256i *)(places + found), numbers);
    found += (unsigned)__builtin_popcount(bits);
  }
  return words_below_from(place, found, words, count, bound, places);
}
#endif

size_t bpd_words_below(const uint32_t *words, size_t count, uint64_t bound, uint32_t *places) {
#if defined(__x86_64__)
  if (bound <= UINT32_MAX && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
    return words_below_avx2(words, count, (uint32_t)bound, places);
#endif
  return words_below_from(0, 0, words, count, bound, places);
}
