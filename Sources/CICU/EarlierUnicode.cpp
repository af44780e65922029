// Source: Hugging Face tokenizers 0.23, whose crates classify some characters by Unicode 8 and 9.
// Procedure: a category or script is ICU's, for the characters that the earlier version had. The few
//   characters that have been given another since are listed.
// Complexity: O(1).

#include "EarlierUnicode.h"

#include "CICU.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace {

bool is_as_old_as(UChar32 scalar, uint8_t version) {
  UVersionInfo age;
  u_charAge(scalar, age);
  return age[0] > 0 && age[0] <= version;
}

}  // namespace

bool is_mark_in_unicode_9(UChar32 scalar) {
  if (scalar == 0x1CF2 || scalar == 0x1CF3) return true;
  if (!(U_GET_GC_MASK(scalar) & U_GC_M_MASK) || scalar == 0x111C9) return false;
  return is_as_old_as(scalar, 9);
}

bool is_nonspacing_mark_in_unicode_8(UChar32 scalar) {
  if (scalar == 0x1734) return true;
  if (!(U_GET_GC_MASK(scalar) & U_GC_MN_MASK)) return false;
  if (scalar == 0x1885 || scalar == 0x1886 || scalar == 0x111C9) return false;
  return is_as_old_as(scalar, 8);
}

bool bpd_is_other_in_unicode_8(uint32_t scalar) {
  auto character = static_cast<UChar32>(scalar);
  uint32_t other = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK;
  return (U_GET_GC_MASK(character) & other) && is_as_old_as(character, 8);
}

bool bpd_is_punctuation_in_unicode_8(uint32_t scalar) {
  auto character = static_cast<UChar32>(scalar);
  if (character == 0x166D || character == 0x111C9) return true;
  return (U_GET_GC_MASK(character) & U_GC_P_MASK) && is_as_old_as(character, 8);
}

int32_t bpd_script_in_unicode_9(uint32_t scalar) {
  if (scalar == 0x0589 || scalar == 0x061C) return USCRIPT_COMMON;
  if (scalar == 0x0953 || scalar == 0x0954) return USCRIPT_DEVANAGARI;
  if (!is_as_old_as(static_cast<UChar32>(scalar), 9)) return USCRIPT_UNKNOWN;
  return bpd_script_of(scalar);
}
