// Token ids of binary token files.

#ifndef BPEDROP_CTOKENFILES_H
#define BPEDROP_CTOKENFILES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Converts `count` little-endian ids of `width` bytes, 2 or 4, and returns the largest.
uint32_t bpd_read_ids(const void *bytes, size_t width, size_t count, uint32_t *ids);

#ifdef __cplusplus
}
#endif
#endif
