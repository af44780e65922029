#include "CICU.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/regex.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>
#include <unicode/uversion.h>

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

// Writes what a character becomes under a character-by-character transform; returns its length.
int32_t map_character(int32_t transform, UChar32 scalar, char *output) {
  int32_t length = 0;
  if (transform == BPD_STRIP_MARKS) {
    if (U_GET_GC_MASK(scalar) & U_GC_M_MASK) return 0;
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

void normalize(int32_t transform, const char *text, int32_t length, std::string &output,
               std::vector<bpd_edit> &edits, UErrorCode &code) {
  const icu::Normalizer2 *instance = normalizer(transform, code);
  if (U_FAILURE(code)) return;
  icu::StringByteSink<std::string> sink(&output, length);
  icu::Edits record;
  instance->normalizeUTF8(0, icu::StringPiece(text, length), sink, &record, code);
  record.copyErrorTo(code);
  if (U_FAILURE(code)) return;
  icu::Edits::Iterator runs = record.getFineIterator();
  while (runs.next(code)) add_edit(edits, runs.oldLength(), runs.newLength(), runs.hasChange());
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

int32_t bpd_transform_text(int32_t transform, const char *text, int32_t length,
                           bpd_transformed *result) {
  *result = {nullptr, 0, nullptr, 0};
  try {
    std::string output;
    std::vector<bpd_edit> edits;
    if (transform < BPD_LOWERCASE) {
      UErrorCode code = U_ZERO_ERROR;
      normalize(transform, text, length, output, edits, code);
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

struct bpd_breaker {
  icu::BreakIterator *iterator;
  UText text;
};

bpd_breaker *bpd_breaker_create(int32_t kind, int32_t *status) {
  UErrorCode code = U_ZERO_ERROR;
  icu::BreakIterator *iterator =
      kind == BPD_WORD_BREAKS
          ? icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), code)
          : icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), code);
  auto *breaker = static_cast<bpd_breaker *>(std::calloc(1, sizeof(bpd_breaker)));
  if (U_SUCCESS(code) && !breaker) code = U_MEMORY_ALLOCATION_ERROR;
  if (U_FAILURE(code)) {
    delete iterator;
    std::free(breaker);
    *status = -code;
    return nullptr;
  }
  breaker->iterator = iterator;
  breaker->text = UTEXT_INITIALIZER;
  *status = 0;
  return breaker;
}

void bpd_breaker_destroy(bpd_breaker *breaker) {
  if (!breaker) return;
  delete breaker->iterator;
  utext_close(&breaker->text);
  std::free(breaker);
}

int32_t bpd_breaker_start(bpd_breaker *breaker, const char *text, int32_t length) {
  UErrorCode code = U_ZERO_ERROR;
  utext_openUTF8(&breaker->text, text, length, &code);
  if (U_FAILURE(code)) return -code;
  breaker->iterator->setText(&breaker->text, code);
  if (U_FAILURE(code)) return -code;
  breaker->iterator->first();
  return 0;
}

int32_t bpd_breaker_next(bpd_breaker *breaker) {
  int32_t next = breaker->iterator->next();
  return next == icu::BreakIterator::DONE ? -1 : next;
}

struct bpd_regex {
  icu::RegexMatcher *matcher;
  UText text;
  // What is left of the time for this text: every tick is 10,000 steps of the matcher.
  int64_t ticks;
};

namespace {

constexpr int32_t REGEX_STACK_BYTES = 8 << 20;

// Called by ICU every 10,000 steps of a match; false ends it.
UBool U_CALLCONV spend_tick(const void *context, int32_t) {
  // ICU hands the context on as it was set, and it was not const.
  auto *regex = static_cast<bpd_regex *>(const_cast<void *>(context));
  return regex->ticks-- > 0;
}

}  // namespace

bpd_regex *bpd_regex_create(const char *pattern, int32_t length, int32_t *status) {
  UErrorCode code = U_ZERO_ERROR;
  auto *regex = static_cast<bpd_regex *>(std::calloc(1, sizeof(bpd_regex)));
  if (!regex) code = U_MEMORY_ALLOCATION_ERROR;
  if (U_SUCCESS(code)) {
    regex->text = UTEXT_INITIALIZER;
    // The matcher owns the compiled pattern.
    // ICU's new gives null where memory is short.
    regex->matcher = new
        icu::RegexMatcher(icu::UnicodeString::fromUTF8(icu::StringPiece(pattern, length)),
                          UREGEX_MULTILINE | UREGEX_UNIX_LINES, code);
    if (U_SUCCESS(code) && !regex->matcher) code = U_MEMORY_ALLOCATION_ERROR;
  }
  if (U_SUCCESS(code)) {
    regex->matcher->setStackLimit(REGEX_STACK_BYTES, code);
    regex->matcher->setMatchCallback(spend_tick, regex, code);
  }
  *status = U_FAILURE(code) ? -code : 0;
  if (U_FAILURE(code)) {
    bpd_regex_destroy(regex);
    return nullptr;
  }
  return regex;
}

void bpd_regex_destroy(bpd_regex *regex) {
  if (!regex) return;
  delete regex->matcher;
  utext_close(&regex->text);
  std::free(regex);
}

int32_t bpd_regex_start(bpd_regex *regex, const char *text, int64_t length) {
  UErrorCode code = U_ZERO_ERROR;
  utext_openUTF8(&regex->text, text, length, &code);
  if (U_FAILURE(code)) return -code;
  regex->matcher->reset(&regex->text);
  regex->ticks = 1000 + length / 16;
  return 0;
}

int32_t bpd_regex_next(bpd_regex *regex, int64_t range[2]) {
  UErrorCode code = U_ZERO_ERROR;
  bool isFound = regex->matcher->find(code);
  if (U_FAILURE(code)) return -code;
  if (!isFound) return 0;
  range[0] = regex->matcher->start64(code);
  range[1] = regex->matcher->end64(code);
  return U_FAILURE(code) ? -code : 1;
}

const char *bpd_icu_error_name(int32_t code) { return u_errorName(static_cast<UErrorCode>(code)); }

int32_t bpd_icu_version(void) { return U_ICU_VERSION_MAJOR_NUM * 100 + U_ICU_VERSION_MINOR_NUM; }

int32_t bpd_icu_unicode_version(void) {
  UVersionInfo version;
  u_getUnicodeVersion(version);
  return version[0] * 100 + version[1];
}

bool bpd_icu_is_assigned(uint32_t scalar) {
  return u_charType(static_cast<UChar32>(scalar)) != U_UNASSIGNED;
}

int32_t bpd_script_of(uint32_t scalar) {
  UErrorCode code = U_ZERO_ERROR;
  int32_t script = uscript_getScript(static_cast<UChar32>(scalar), &code);
  return U_FAILURE(code) ? -code : script;
}

const char *bpd_script_name(int32_t script) {
  return uscript_getName(static_cast<UScriptCode>(script));
}
