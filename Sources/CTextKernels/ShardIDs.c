// Procedure: ids of two or four bytes, the lowest first, become numbers of four; the largest is kept, which the
//   caller holds against the vocabulary.
// Complexity: O(n), bound by memory.
// Determinism: integers only.

#include "CTextKernels.h"
#include "Dispatch.h"

#include <string.h>

DISPATCHED
static uint32_t read_two(const uint8_t *bytes, size_t count, uint32_t *ids) {
  uint32_t largest = 0;
  for (size_t i = 0; i < count; i++) {
    uint16_t id;
    memcpy(&id, bytes + 2 * i, sizeof id);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    id = __builtin_bswap16(id);
#endif
    ids[i] = id;
    largest = largest > id ? largest : id;
  }
  return largest;
}

DISPATCHED
static uint32_t read_four(const uint8_t *bytes, size_t count, uint32_t *ids) {
  uint32_t largest = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t id;
    memcpy(&id, bytes + 4 * i, sizeof id);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    id = __builtin_bswap32(id);
#endif
    ids[i] = id;
    largest = largest > id ? largest : id;
  }
  return largest;
}

uint32_t bpd_read_ids(const void *bytes, size_t width, size_t count, uint32_t *ids) {
  return width == 2 ? read_two(bytes, count, ids) : read_four(bytes, count, ids);
}
