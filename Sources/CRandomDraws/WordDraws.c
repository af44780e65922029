// Source: Philox4x32-10: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy
//   as 1, 2, 3", SC 2011, table 2. The counter is laid out as in Noise/RandomStream.swift.
// Procedure: eight counters side by side, in loops that the compiler vectorises.
// Complexity: O(1) per word, about 2 ns.
// Determinism: integers only; every clone gives the same bits.

#include "CRandomDraws.h"
#include "CKernelDispatch.h"

#define LANES 8
#define LOW(word) ((word) & 0xFFFFFFFF)

// One block for each lane: a word of the state is the low half of 64 bits. The high half keeps
// garbage, since products use the low halves only.
static inline __attribute__((always_inline)) void blocks_of_lanes(
    uint64_t key, uint64_t item, const uint64_t positions[LANES], const uint32_t numbers[LANES],
    struct bpd_block blocks[LANES]) {
  uint64_t word0[LANES], word1[LANES], word2[LANES], word3[LANES];
  for (size_t lane = 0; lane < LANES; lane++) {
    word0[lane] = positions[lane] >> 32 << 22 | numbers[lane];
    word1[lane] = positions[lane];
    word2[lane] = item;
    word3[lane] = item >> 32;
  }
  uint32_t key0 = (uint32_t)key, key1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    for (size_t lane = 0; lane < LANES; lane++) {
      uint64_t product0 = LOW(word0[lane]) * 0xD2511F53;
      uint64_t product1 = LOW(word2[lane]) * 0xCD9E8D57;
      word0[lane] = product1 >> 32 ^ word1[lane] ^ key0;
      word1[lane] = product1;
      word2[lane] = product0 >> 32 ^ word3[lane] ^ key1;
      word3[lane] = product0;
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  for (size_t lane = 0; lane < LANES; lane++) {
    blocks[lane].low = word1[lane] << 32 | LOW(word0[lane]);
    blocks[lane].high = word3[lane] << 32 | LOW(word2[lane]);
  }
}

DISPATCHED
void bpd_stream_blocks(uint64_t key, uint64_t item, uint64_t origin, const size_t *starts,
                       size_t count, uint32_t first, uint32_t numbers, size_t stride,
                       struct bpd_block *blocks) {
  for (size_t word = 0; word < count; word += LANES) {
    size_t size = count - word < LANES ? count - word : LANES;
    uint64_t positions[LANES];
    for (size_t lane = 0; lane < LANES; lane++) {
      positions[lane] = origin + starts[word + (lane < size ? lane : 0)];
    }
    for (uint32_t number = 0; number < numbers; number++) {
      uint32_t same[LANES];
      struct bpd_block made[LANES];
      for (size_t lane = 0; lane < LANES; lane++) same[lane] = first + number;
      blocks_of_lanes(key, item, positions, same, made);
      for (size_t lane = 0; lane < size; lane++) blocks[(word + lane) * stride + number] = made[lane];
    }
  }
}

DISPATCHED
void bpd_stream_run(uint64_t key, uint64_t item, uint64_t position, size_t count,
                    struct bpd_block *blocks) {
  uint64_t positions[LANES];
  for (size_t lane = 0; lane < LANES; lane++) positions[lane] = position;
  for (size_t first = 0; first < count; first += LANES) {
    size_t size = count - first < LANES ? count - first : LANES;
    uint32_t numbers[LANES];
    struct bpd_block made[LANES];
    for (size_t lane = 0; lane < LANES; lane++) numbers[lane] = (uint32_t)(first + lane);
    blocks_of_lanes(key, item, positions, numbers, made);
    for (size_t lane = 0; lane < size; lane++) blocks[first + lane] = made[lane];
  }
}
