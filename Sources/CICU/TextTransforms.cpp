#include "CICU.h"
#include "EarlierUnicode.h"
#include "MarkRuns.h"
#include "PlainCharacters.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace {

const icu::Normalizer2 *normalizer(int32_t transform, UErrorCode &code) {
  switch (transform) {
    case BPD_NFC: return icu::Normalizer2::getNFCInstance(code);
    case BPD_NFD: return icu::Normalizer2::getNFDInstance(code);
    case BPD_NFKC: return icu::Normalizer2::getNFKCInstance(code);
    case BPD_NFKD: return icu::Normalizer2::getNFKDInstance(code);
    case BPD_NFKC_CASEFOLD: return icu::Normalizer2::getNFKCCasefoldInstance(code);
    default: code = U_ILLEGAL_ARGUMENT_ERROR; return nullptr;
  }
}

// Writes the result of a character-by-character transform of one character; returns its length.
int32_t map_character(int32_t transform, UChar32 scalar, char *output) {
  int32_t length = 0;
  if (transform == BPD_STRIP_MARKS) {
    if (is_mark_in_unicode_9(scalar)) return 0;
  } else if (transform == BPD_STRIP_NONSPACING_MARKS) {
    if (is_nonspacing_mark_in_unicode_8(scalar)) return 0;
  } else if (scalar == 0x130) {  // The one character whose lower case is two.
    std::memcpy(output, "i\xCC\x87", 3);
    return 3;
  } else {
    scalar = u_tolower(scalar);
  }
  U8_APPEND_UNSAFE(output, length, scalar);
  return length;
}

void add_edit(std::vector<bpd_edit> &edits, int32_t original, int32_t transformed, bool changed) {
  if (!changed && !edits.empty() && !edits.back().changed) {
    edits.back().original_length += original;
    edits.back().transformed_length += transformed;
  } else {
    edits.push_back({original, transformed, changed});
  }
}

void map_characters(int32_t transform, const char *text, int32_t length, std::string &output,
                    std::vector<bpd_edit> &edits) {
  for (int32_t position = 0; position < length;) {
    int32_t start = position;
    UChar32 scalar;
    U8_NEXT_UNSAFE(text, position, scalar);
    char mapped[4];
    int32_t size = map_character(transform, scalar, mapped);
    output.append(mapped, size);
    bool changed =
        size != position - start || std::memcmp(mapped, text + start, size) != 0;
    add_edit(edits, position - start, size, changed);
  }
}

// Normalizes a text for which ICU takes linear time; appends the edits.
void normalize(const icu::Normalizer2 &normalizer, icu::StringPiece text, std::string &output,
               std::vector<bpd_edit> &edits, UErrorCode &code) {
  icu::StringByteSink<std::string> sink(&output, text.length());
  icu::Edits record;
  normalizer.normalizeUTF8(0, text, sink, &record, code);
  record.copyErrorTo(code);
  if (U_FAILURE(code)) return;
  icu::Edits::Iterator pieces = record.getFineIterator();
  while (pieces.next(code)) {
    add_edit(edits, pieces.oldLength(), pieces.newLength(), pieces.hasChange());
  }
}

// Converts the edits of a text with reordered runs of marks to the lengths of the original: a run
// lies within one edit, which changes it.
void restore_lengths(const std::vector<mark_run> &runs, std::vector<bpd_edit> &edits) {
  auto run = runs.begin();
  int32_t end = 0;
  for (bpd_edit &edit : edits) {
    end += edit.original_length;
    for (; run != runs.end(); ++run) {
      int32_t growth = run->end - run->start - static_cast<int32_t>(run->ordered.size());
      if (run->end > end + growth) break;
      edit.original_length += growth;
      end += growth;
    }
  }
}

void normalize(int32_t transform, bool reorders, const char *text, int32_t length,
               std::string &output, std::vector<bpd_edit> &edits, UErrorCode &code) {
  const icu::Normalizer2 *instance = normalizer(transform, code);
  if (U_FAILURE(code)) return;
  std::vector<mark_run> runs;
  if (reorders) runs = find_mark_runs(*instance, text, length);
  if (runs.empty()) {
    normalize(*instance, icu::StringPiece(text, length), output, edits, code);
    return;
  }
  std::string reordered;
  reordered.reserve(length);
  int32_t kept = 0;
  for (const mark_run &run : runs) {
    reordered.append(text + kept, run.start - kept).append(run.ordered);
    kept = run.end;
  }
  reordered.append(text + kept, length - kept);
  if (reordered.size() > INT32_MAX) {
    code = U_INDEX_OUTOFBOUNDS_ERROR;
    return;
  }
  normalize(*instance, icu::StringPiece(reordered.data(), static_cast<int32_t>(reordered.size())),
            output, edits, code);
  restore_lengths(runs, edits);
}

template <typename Element>
Element *copy_out(const Element *elements, size_t count) {
  auto *copy = static_cast<Element *>(std::malloc(count * sizeof(Element) + 1));
  if (copy && count > 0) std::memcpy(copy, elements, count * sizeof(Element));
  return copy;
}

}  // namespace

int32_t bpd_is_unchanged(int32_t transform, const char *text, int32_t length) {
  if (transform < BPD_LOWERCASE) {
    UErrorCode code = U_ZERO_ERROR;
    const icu::Normalizer2 *instance = normalizer(transform, code);
    if (U_FAILURE(code)) return -code;
    int32_t normalized = normalized_prefix(transform, *instance, text, length);
    if (normalized == length) return 1;
    text += normalized;
    length -= normalized;
    try {
      if (has_mark_run(*instance, text, length)) return 0;
    } catch (const std::bad_alloc &) {
      return -U_MEMORY_ALLOCATION_ERROR;
    }
    bool same = instance->isNormalizedUTF8(icu::StringPiece(text, length), code);
    return U_FAILURE(code) ? -code : same;
  }
  for (int32_t position = 0; position < length;) {
    int32_t start = position;
    UChar32 scalar;
    U8_NEXT_UNSAFE(text, position, scalar);
    char mapped[4];
    int32_t size = map_character(transform, scalar, mapped);
    if (size != position - start || std::memcmp(mapped, text + start, size) != 0) return 0;
  }
  return 1;
}

int32_t bpd_transform_text(int32_t transform, bool reorders, const char *text, int32_t length,
                           bpd_transformed *result) {
  *result = {nullptr, 0, nullptr, 0};
  try {
    std::string output;
    std::vector<bpd_edit> edits;
    if (transform < BPD_LOWERCASE) {
      UErrorCode code = U_ZERO_ERROR;
      normalize(transform, reorders, text, length, output, edits, code);
      if (U_FAILURE(code)) return -code;
    } else {
      map_characters(transform, text, length, output, edits);
    }
    if (output.size() > INT32_MAX) return -U_INDEX_OUTOFBOUNDS_ERROR;
    result->bytes = copy_out(output.data(), output.size());
    result->edits = copy_out(edits.data(), edits.size());
    if (!result->bytes || !result->edits) {
      bpd_transformed_free(result);
      return -U_MEMORY_ALLOCATION_ERROR;
    }
    result->length = static_cast<int32_t>(output.size());
    result->edit_count = static_cast<int32_t>(edits.size());
    return 0;
  } catch (const std::bad_alloc &) {
    bpd_transformed_free(result);
    return -U_MEMORY_ALLOCATION_ERROR;
  }
}

void bpd_transformed_free(bpd_transformed *result) {
  std::free(result->bytes);
  std::free(result->edits);
  *result = {nullptr, 0, nullptr, 0};
}
