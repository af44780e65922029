#include "CICU.h"

#include <new>

#include <unicode/brkiter.h>
#include <unicode/regex.h>
#include <unicode/utext.h>

namespace {

// An ICU engine and the UTF-8 text that it reads; owns both.
template <typename Engine>
struct over_text {
  Engine *engine = nullptr;
  UText text = UTEXT_INITIALIZER;

  ~over_text() {
    delete engine;
    utext_close(&text);
  }

  // Opens a text, which must stay where it is; the engine is to be set on it.
  UErrorCode open(const char *bytes, int64_t length) {
    UErrorCode code = U_ZERO_ERROR;
    utext_openUTF8(&text, bytes, length, &code);
    return code;
  }
};

// Returns the created object, or deletes it and returns a failure.
template <typename Handle>
Handle *finished(Handle *handle, UErrorCode code, int32_t *status) {
  if (U_SUCCESS(code) && (!handle || !handle->engine)) code = U_MEMORY_ALLOCATION_ERROR;
  *status = U_FAILURE(code) ? -code : 0;
  if (U_SUCCESS(code)) return handle;
  delete handle;
  return nullptr;
}

}  // namespace

struct bpd_breaker : over_text<icu::BreakIterator> {};

bpd_breaker *bpd_breaker_create(int32_t kind, int32_t *status) {
  UErrorCode code = U_ZERO_ERROR;
  auto *breaker = new (std::nothrow) bpd_breaker;
  if (breaker) {
    const icu::Locale &root = icu::Locale::getRoot();
    switch (kind) {
      case BPD_WORD_BREAKS:
        breaker->engine = icu::BreakIterator::createWordInstance(root, code);
        break;
      case BPD_SENTENCE_BREAKS:
        breaker->engine = icu::BreakIterator::createSentenceInstance(root, code);
        break;
      default:
        breaker->engine = icu::BreakIterator::createCharacterInstance(root, code);
    }
  }
  return finished(breaker, code, status);
}

void bpd_breaker_destroy(bpd_breaker *breaker) { delete breaker; }

int32_t bpd_breaker_start(bpd_breaker *breaker, const char *text, int32_t length) {
  UErrorCode code = breaker->open(text, length);
  if (U_FAILURE(code)) return -code;
  breaker->engine->setText(&breaker->text, code);
  if (U_FAILURE(code)) return -code;
  breaker->engine->first();
  return 0;
}

int32_t bpd_breaker_next(bpd_breaker *breaker) {
  int32_t next = breaker->engine->next();
  return next == icu::BreakIterator::DONE ? -1 : next;
}

struct bpd_regex : over_text<icu::RegexMatcher> {
  // The steps left for this text; a tick is 10,000 steps of the matcher.
  int64_t ticks = 0;
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
  auto *regex = new (std::nothrow) bpd_regex;
  if (regex) {
    // The matcher owns the compiled pattern. ICU's new gives null where memory is short.
    regex->engine = new
        icu::RegexMatcher(icu::UnicodeString::fromUTF8(icu::StringPiece(pattern, length)),
                          UREGEX_MULTILINE | UREGEX_UNIX_LINES, code);
    if (U_SUCCESS(code) && regex->engine) {
      regex->engine->setStackLimit(REGEX_STACK_BYTES, code);
      regex->engine->setMatchCallback(spend_tick, regex, code);
    }
  }
  return finished(regex, code, status);
}

void bpd_regex_destroy(bpd_regex *regex) { delete regex; }

int32_t bpd_regex_start(bpd_regex *regex, const char *text, int64_t length) {
  UErrorCode code = regex->open(text, length);
  if (U_FAILURE(code)) return -code;
  regex->engine->reset(&regex->text);
  regex->ticks = 1000 + length / 16;
  return 0;
}

int32_t bpd_regex_next(bpd_regex *regex, int64_t *start, int64_t *end) {
  UErrorCode code = U_ZERO_ERROR;
  bool isFound = regex->engine->find(code);
  if (U_FAILURE(code)) return -code;
  if (!isFound) return 0;
  *start = regex->engine->start64(code);
  *end = regex->engine->end64(code);
  return U_FAILURE(code) ? -code : 1;
}
