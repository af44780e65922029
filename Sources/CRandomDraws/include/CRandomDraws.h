// The random draws of many words and tokens at once.

#ifndef BPEDROP_CRANDOMDRAWS_H
#define BPEDROP_CRANDOMDRAWS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// 128 bits of a random stream.
struct bpd_block {
  uint64_t low, high;
};

// Writes blocks `first` up to `first + numbers`, below 2^22, of the stream of (key, item, position)
// for each of `count` positions `origin + starts[i]`, below 2^42, as in Noise's RandomStream: those
// of one position side by side, those of the next `stride` blocks later.
void bpd_stream_blocks(uint64_t key, uint64_t item, uint64_t origin, const size_t *starts,
                       size_t count, uint32_t first, uint32_t numbers, size_t stride,
                       struct bpd_block *blocks);

// Writes the first `count` blocks of the stream of (key, item, position).
void bpd_stream_run(uint64_t key, uint64_t item, uint64_t position, size_t count,
                    struct bpd_block *blocks);

// Writes the first and second words of the streams of (key, item, position) for each position of
// 0..<count, at most 2^32 of them.
void bpd_first_words(uint64_t key, uint64_t item, size_t count, uint32_t *firsts, uint32_t *seconds);

// Writes the indices of the words below a bound, in order, and returns their number; `places` has
// room for `count`.
size_t bpd_words_below(const uint32_t *words, size_t count, uint64_t bound, uint32_t *places);

#ifdef __cplusplus
}
#endif
#endif
