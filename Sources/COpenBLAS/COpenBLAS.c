#include "COpenBLAS.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

const struct bpd_blas *bpd_open_blas(const char **error) {
  static struct bpd_blas blas;
  static char message[256];
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (library != NULL) {
    blas.sgemm = (__typeof__(blas.sgemm))dlsym(library, "cblas_sgemm");
    blas.dgemm = (__typeof__(blas.dgemm))dlsym(library, "cblas_dgemm");
    blas.set_num_threads =
        (__typeof__(blas.set_num_threads))dlsym(library, "openblas_set_num_threads");
    blas.get_corename = (__typeof__(blas.get_corename))dlsym(library, "openblas_get_corename");
    blas.get_config = (__typeof__(blas.get_config))dlsym(library, "openblas_get_config");
    if (blas.sgemm && blas.dgemm && blas.set_num_threads && blas.get_corename && blas.get_config) {
      return &blas;
    }
  }
  const char *reason = dlerror();
  strncpy(message, reason != NULL ? reason : "a function is missing", sizeof message - 1);
  *error = message;
  return NULL;
}
