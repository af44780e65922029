// zlib. Swift cannot call its macros.
#include <zlib.h>

// Starts reading gzip.
static inline int bpd_gzip_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
