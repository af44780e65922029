// The C interface of OpenBLAS. Debian keeps the headers in the compiler's multiarch folder.
#include <cblas.h>
