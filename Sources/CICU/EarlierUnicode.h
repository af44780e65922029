#ifndef BPEDROP_EARLIER_UNICODE_H
#define BPEDROP_EARLIER_UNICODE_H

#include <unicode/utypes.h>

// Categories of characters in earlier versions of Unicode, by which Hugging Face tokenizers strips
// accents: StripAccents by version 9, BertNormalizer by version 8.

bool is_mark_in_unicode_9(UChar32 scalar);
bool is_nonspacing_mark_in_unicode_8(UChar32 scalar);

#endif
