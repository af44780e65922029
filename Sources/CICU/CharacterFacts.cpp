#include "CICU.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uversion.h>

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
