// zlib. What it offers as macros, Swift cannot call.
#include <zlib.h>

// Begins to read gzip.
static inline int bpd_gzip_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
