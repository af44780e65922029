// Procedure: little-endian ids of two or four bytes are widened to 32 bits; the largest is returned
//   for the caller to check against the vocabulary.
// Complexity: O(n), bound by memory.
// Determinism: integers only.

#include "CTokenFiles.h"
#include "CKernelDispatch.h"

#include <string.h>

// Reads numbers of one type; `swap` reverses their bytes.
#define READ(name, type, swap)                                                                     \
  DISPATCHED                                                                                       \
  static uint32_t name(const uint8_t *bytes, size_t count, uint32_t *ids) {                        \
    uint32_t largest = 0;                                                                          \
    for (size_t i = 0; i < count; i++) {                                                           \
      type id;                                                                                     \
      memcpy(&id, bytes + sizeof id * i, sizeof id);                                               \
      if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) id = swap(id);                                   \
      ids[i] = id;                                                                                 \
      largest = largest > id ? largest : id;                                                       \
    }                                                                                              \
    return largest;                                                                                \
  }
READ(read_two, uint16_t, __builtin_bswap16)
READ(read_four, uint32_t, __builtin_bswap32)

uint32_t bpd_read_ids(const void *bytes, size_t width, size_t count, uint32_t *ids) {
  return width == 2 ? read_two(bytes, count, ids) : read_four(bytes, count, ids);
}
