// The system's OpenBLAS, opened on first use.
//
// If it were linked, it would start its threads in every process, even one that only tokenises, and
// they spin for a while: on two cores that halves the speed of the first tenths of a second.

#ifndef BPEDROP_COPENBLAS_H
#define BPEDROP_COPENBLAS_H

// The C interface. Debian keeps the headers in the compiler's multiarch folder.
#include <cblas.h>

#ifdef __cplusplus
extern "C" {
#endif

struct bpd_blas {
  __typeof__(&cblas_sgemm) sgemm;
  __typeof__(&cblas_dgemm) dgemm;
  __typeof__(&openblas_set_num_threads) set_num_threads;
  __typeof__(&openblas_get_corename) get_corename;
  __typeof__(&openblas_get_config) get_config;
};

// The library's functions; NULL if the library is missing or lacks one, with the reason in
// `*error`, which lives as long as the process.
const struct bpd_blas *bpd_open_blas(const char **error);

#ifdef __cplusplus
}
#endif
#endif
