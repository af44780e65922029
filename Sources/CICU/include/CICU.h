// ICU behind plain C types.
//
// Only this module sees ICU's headers: Foundation has its own ICU, so a Swift file could not import
// both; and ICU's function names change with its version, which only its C++ headers hide.
//
// Every text is UTF-8 that the caller has validated. A negative status is a failure;
// bpd_icu_error_name(-status) gives its name.

#ifndef BPEDROP_CICU_H
#define BPEDROP_CICU_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum bpd_transform {
  BPD_NFC = 0,
  BPD_NFD = 1,
  BPD_NFKC = 2,
  BPD_NFKD = 3,
  BPD_NFKC_CASEFOLD = 4,
  /// Each character on its own: no final sigma, no locale.
  BPD_LOWERCASE = 5,
  /// Removes the characters of category M in Unicode 9.
  BPD_STRIP_MARKS = 6,
  /// Removes the characters of category Mn in Unicode 8.
  BPD_STRIP_NONSPACING_MARKS = 7,
};

/// A stretch of a transformed text: its lengths in bytes before and after.
struct bpd_edit {
  int32_t original_length;
  int32_t transformed_length;
  bool changed;
};

/// A transformed text and its edits in order; owned by the caller, freed by bpd_transformed_free.
struct bpd_transformed {
  char *bytes;
  int32_t length;
  struct bpd_edit *edits;
  int32_t edit_count;
};

/// Whether the transform would leave the text unchanged: 1 yes, 0 no, negative a failure. Exact,
/// with a quick check for the normal forms.
int32_t bpd_is_unchanged(int32_t transform, const char *text, int32_t length);

/// Transforms a text. Returns 0, or a failure after which `result` holds nothing.
///
/// `reorders` makes long runs of combining marks ordered before ICU sees them, since ICU takes
/// quadratic time; the result does not depend on it. False is for tests.
int32_t bpd_transform_text(int32_t transform, bool reorders, const char *text, int32_t length,
                           struct bpd_transformed *result);
void bpd_transformed_free(struct bpd_transformed *result);

enum bpd_break_kind {
  BPD_WORD_BREAKS = 0,
  BPD_SENTENCE_BREAKS = 1,
  /// Extended grapheme clusters.
  BPD_CHARACTER_BREAKS = 2,
};

struct bpd_breaker;
/// A break iterator of the root locale, or NULL with a failure in `status`.
struct bpd_breaker *bpd_breaker_create(int32_t kind, int32_t *status);
void bpd_breaker_destroy(struct bpd_breaker *breaker);
/// Starts on a text, which must stay in place until the last call of bpd_breaker_next.
int32_t bpd_breaker_start(struct bpd_breaker *breaker, const char *text, int32_t length);
/// The byte offset of the next boundary after the start, or -1 after the last (the text's end).
int32_t bpd_breaker_next(struct bpd_breaker *breaker);

struct bpd_regex;
/// A compiled regular expression, or NULL with a failure in `status`. One thread at a time.
struct bpd_regex *bpd_regex_create(const char *pattern, int32_t length, int32_t *status);
void bpd_regex_destroy(struct bpd_regex *regex);
/// Starts on a text, which must stay in place until the last call of bpd_regex_next. Bytes that are
/// not UTF-8 count as U+FFFD.
int32_t bpd_regex_start(struct bpd_regex *regex, const char *text, int64_t length);
/// Finds the next match: 1 with the offsets of its `start` and `end`, 0 if there is none, negative
/// for a failure, which includes a match that takes too long or too much memory.
int32_t bpd_regex_next(struct bpd_regex *regex, int64_t *start, int64_t *end);

const char *bpd_icu_error_name(int32_t code);
/// ICU's version and its version of Unicode, as major * 100 + minor.
int32_t bpd_icu_version(void);
int32_t bpd_icu_unicode_version(void);
/// The script of a code point, from 0; negative for a failure. Names are as in "Latin".
int32_t bpd_script_of(uint32_t scalar);
const char *bpd_script_name(int32_t script);
/// The script of a code point in Unicode 9, from 0; USCRIPT_UNKNOWN for a later one.
int32_t bpd_script_in_unicode_9(uint32_t scalar);
/// Whether a code point was a control, format or private-use character in Unicode 8.
bool bpd_is_other_in_unicode_8(uint32_t scalar);
/// Whether a code point was punctuation (category P) in Unicode 8.
bool bpd_is_punctuation_in_unicode_8(uint32_t scalar);
/// Whether ICU's version of Unicode assigns the code point.
bool bpd_icu_is_assigned(uint32_t scalar);

#ifdef __cplusplus
}
#endif
#endif
