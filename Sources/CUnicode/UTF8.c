#include "CUnicode.h"

#include <string.h>

size_t bpd_ascii_prefix(const uint8_t *text, size_t count) {
  size_t position = 0;
  for (; position + 8 <= count; position += 8) {
    uint64_t word;
    memcpy(&word, text + position, 8);
    if (word & 0x8080808080808080u) break;
  }
  while (position < count && text[position] < 0x80) position++;
  return position;
}

size_t bpd_utf8_valid_prefix(const uint8_t *text, size_t count) {
  size_t position = 0;
  while (position < count) {
    position += bpd_ascii_prefix(text + position, count - position);
    while (position < count && text[position] >= 0x80) {
      struct bpd_decoded decoded = bpd_decode_utf8(text + position, count - position);
      if (decoded.scalar == BPD_INVALID_SCALAR) return position;
      position += decoded.length;
    }
  }
  return position;
}
