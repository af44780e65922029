// Source: Unicode Standard Annex #15 and The Unicode Standard, section 3.11 (canonical ordering):
//   texts that differ in the order of marks of different classes have the same normal forms.
// Procedure: ICU orders combining marks by insertion, in quadratic time for a long run of mixed
//   classes. A run of at least 128 bytes covers a sample that is taken every 128 bytes; there it is
//   extended to all marks around it, decomposed, and counting-sorted by class. One inversion is
//   left: the first mark of the highest class leads. So ICU finds the run unordered, as it was, and
//   reports the same edits, but each insertion passes only one mark. Marks of class 1 that lead a
//   run stay in place, because a decomposition may end after them.
// Complexity: O(n); a text without long runs costs one look-up every 128 bytes.
// Determinism: as ICU's, since equivalent texts have the same normal form.

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

// Blocks of common scripts in which every character is, or begins with, a starter.
bool is_plain(UChar32 scalar) {
  if (scalar < 0x300) return scalar != 0xAD;
  if (scalar < 0x2000) {
    return (scalar >= 0x370 && scalar < 0x483) || (scalar >= 0x48A && scalar < 0x591) ||
           scalar >= 0x1E00;
  }
  return (scalar >= 0x309B && scalar < 0x3131) || (scalar >= 0x3400 && scalar < 0xA66F) ||
         (scalar >= 0xAC00 && scalar < 0xD7A4);
}

class run_finder {
 public:
  run_finder(const icu::Normalizer2 &normalizer, const char *text, int32_t length)
      : normalizer(normalizer), text(text), length(length) {}

  // Calls a function with the bounds of each long unordered run, whose marks are in `marks` then,
  // until it returns false.
  template <typename Body>
  void for_each(Body body) {
    int32_t done = 0;
    for (int32_t sample = STRIDE; sample < length; sample += STRIDE) {
      if (sample < done) continue;
      int32_t start = sample;
      U8_SET_CP_START_UNSAFE(text, start);
      int32_t end = start;
      if (next(end) == kind::starter) continue;
      while (start > done && previous(start) != kind::starter) {}
      int32_t last = read(start, done);
      if (last - start >= STRIDE / 2 && !std::is_sorted(marks.begin(), marks.end(), by_class)) {
        if (!body(start, last)) return;
      }
    }
  }

  // The marks of the run at hand, sorted but for the first of the highest class, which leads.
  std::string ordered() {
    size_t places[257] = {};
    for (const mark &each : marks) places[each.combining_class + 1]++;
    for (size_t index = 1; index < 257; index++) places[index] += places[index - 1];
    std::vector<UChar32> sorted(marks.size());
    auto highest = std::max_element(marks.begin(), marks.end(), by_class);
    size_t first = places[highest->combining_class];
    for (const mark &each : marks) sorted[places[each.combining_class]++] = each.scalar;
    std::string ordered;
    ordered.reserve(marks.size() * 2);
    append(sorted[first], ordered);
    for (size_t index = 0; index < sorted.size(); index++) {
      if (index != first) append(sorted[index], ordered);
    }
    return ordered;
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
    if (is_plain(scalar)) return kind::starter;
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

  // Reads the run at a position into `marks`.
  //
  // Moves the position behind marks of class 1, and behind what becomes nothing, that lead the run;
  // `end` becomes the end of the run. Returns the end of its last mark.
  int32_t read(int32_t &start, int32_t &end) {
    marks.clear();
    int32_t last = start;
    for (end = start; end < length;) {
      kind found = next(end);
      if (found == kind::starter) break;
      for (int32_t index = 0; found == kind::mark && index < mapping.length();) {
        UChar32 part = mapping.char32At(index);
        marks.push_back({normalizer.getCombiningClass(part), part});
        index += U16_LENGTH(part);
      }
      if (marks.empty() || (marks.back().combining_class == 1 && start == last)) {
        marks.clear();
        start = last = end;
      } else if (found == kind::mark) {
        last = end;
      }
    }
    return last;
  }

  static bool by_class(const mark &left, const mark &right) {
    return left.combining_class < right.combining_class;
  }

  static void append(UChar32 scalar, std::string &text) {
    char bytes[4];
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, scalar);
    text.append(bytes, size);
  }
};

}  // namespace

std::vector<mark_run> find_mark_runs(const icu::Normalizer2 &normalizer, const char *text,
                                     int32_t length) {
  std::vector<mark_run> runs;
  run_finder finder(normalizer, text, length);
  finder.for_each([&](int32_t start, int32_t end) {
    runs.push_back({start, end, finder.ordered()});
    return true;
  });
  return runs;
}

bool has_mark_run(const icu::Normalizer2 &normalizer, const char *text, int32_t length) {
  bool found = false;
  run_finder(normalizer, text, length).for_each([&](int32_t, int32_t) {
    found = true;
    return false;
  });
  return found;
}
