#ifndef BPEDROP_PLAIN_CHARACTERS_H
#define BPEDROP_PLAIN_CHARACTERS_H

#include <cstdint>

#include <unicode/normalizer2.h>

// The length of a prefix of a valid UTF-8 text that is normalized and that no later character
// changes: the whole text, or the start of its last plain character before the first other one.
// `transform` is the number of the normalizer's form.
int32_t normalized_prefix(int32_t transform, const icu::Normalizer2 &normalizer, const char *text,
                          int32_t length);

#endif
