// Source: Unicode Standard Annex #15 and The Unicode Standard, section 3.11 (canonical ordering):
//   texts that differ in the order of marks of different classes have the same normal forms.
// Procedure: ICU orders combining marks by insertion, in quadratic time for a long run of mixed
//   classes. A run of at least 128 bytes covers a sample that is taken every 128 bytes; there it is
//   widened to all marks around, decomposed, and sorted by class, stably. One inversion is left: the
//   first mark of the highest class leads. So ICU finds the run unordered, as it was, and reports the
//   same edits, but each insertion passes one mark only. Marks of class 1 that lead a run stay where
//   they are: a decomposition may end behind them.
// Complexity: O(n log n); a text without long runs costs one look-up every 128 bytes.
// Determinism: as ICU's, for its normal form of equivalent texts is the same.

#include "MarkRuns.h"

#include <algorithm>

#include <unicode/utf8.h>

namespace {

constexpr int32_t STRIDE = 128;

enum class kind { starter, mark, nothing };

struct mark {
  uint8_t combining_class;
  UChar32 scalar;
};

class run_finder {
 public:
  run_finder(const icu::Normalizer2 &normalizer, const char *text, int32_t length)
      : normalizer(normalizer), text(text), length(length) {}

  std::vector<mark_run> find() {
    std::vector<mark_run> runs;
    int32_t done = 0;
    for (int32_t sample = STRIDE; sample < length; sample += STRIDE) {
      if (sample < done) continue;
      int32_t start = sample;
      U8_SET_CP_START_UNSAFE(text, start);
      int32_t end = start;
      if (next(end) == kind::starter) continue;
      while (start > done && previous(start) != kind::starter) {}
      while (end < length && next(end) != kind::starter) {}
      done = end;
      if (end - start >= STRIDE) add(start, end, runs);
    }
    return runs;
  }

 private:
  const icu::Normalizer2 &normalizer;
  const char *const text;
  const int32_t length;
  icu::UnicodeString mapping;
  std::vector<mark> marks;

  // What a character becomes before it is ordered, left in `mapping`: marks only, nothing, or
  // something else.
  kind classify(UChar32 scalar) {
    if (scalar < 0x300 && scalar != 0xAD) return kind::starter;
    if (!normalizer.getDecomposition(scalar, mapping)) {
      if (normalizer.getCombiningClass(scalar) == 0) return kind::starter;
      mapping.setTo(scalar);
      return kind::mark;
    }
    if (mapping.isEmpty()) return kind::nothing;
    for (int32_t index = 0; index < mapping.length();) {
      UChar32 part = mapping.char32At(index);
      if (normalizer.getCombiningClass(part) == 0) return kind::starter;
      index += U16_LENGTH(part);
    }
    return kind::mark;
  }

  // Moves behind the character at a position, unless it is a starter; says what it is.
  kind next(int32_t &position) {
    int32_t end = position;
    UChar32 scalar;
    U8_NEXT_UNSAFE(text, end, scalar);
    kind found = classify(scalar);
    if (found != kind::starter) position = end;
    return found;
  }

  // Moves before the character that ends at a position, unless it is a starter; says what it is.
  kind previous(int32_t &position) {
    int32_t start = position;
    UChar32 scalar;
    U8_PREV_UNSAFE(text, start, scalar);
    kind found = classify(scalar);
    if (found != kind::starter) position = start;
    return found;
  }

  void add(int32_t start, int32_t end, std::vector<mark_run> &runs) {
    marks.clear();
    int32_t last = start;
    for (int32_t position = start; position < end;) {
      kind found = next(position);
      for (int32_t index = 0; found == kind::mark && index < mapping.length();) {
        UChar32 part = mapping.char32At(index);
        marks.push_back({normalizer.getCombiningClass(part), part});
        index += U16_LENGTH(part);
      }
      bool leads = marks.empty() || (marks.back().combining_class == 1 && start == last);
      if (leads) {
        marks.clear();
        start = position;
        last = position;
      } else if (found == kind::mark) {
        last = position;
      }
    }
    auto by_class = [](const mark &left, const mark &right) {
      return left.combining_class < right.combining_class;
    };
    if (std::is_sorted(marks.begin(), marks.end(), by_class)) return;
    std::stable_sort(marks.begin(), marks.end(), by_class);
    auto highest = std::lower_bound(marks.begin(), marks.end(), marks.back(), by_class);
    std::string ordered;
    ordered.reserve(last - start);
    append(*highest, ordered);
    for (auto each = marks.begin(); each != marks.end(); ++each) {
      if (each != highest) append(*each, ordered);
    }
    runs.push_back({start, last, std::move(ordered)});
  }

  static void append(const mark &mark, std::string &text) {
    char bytes[4];
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, mark.scalar);
    text.append(bytes, size);
  }
};

}  // namespace

std::vector<mark_run> find_mark_runs(const icu::Normalizer2 &normalizer, const char *text,
                                     int32_t length) {
  return run_finder(normalizer, text, length).find();
}
