// The stream interface of Zstandard.
#include <zstd.h>
