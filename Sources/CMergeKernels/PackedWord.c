#include "CMergeKernels.h"

#define LOW(n) (~0ull >> (64 - 8 * n))

const uint64_t bpd_prefix_masks[16][2] = {
    {0, 0},          {LOW(1), 0},       {LOW(2), 0},       {LOW(3), 0},
    {LOW(4), 0},     {LOW(5), 0},       {LOW(6), 0},       {LOW(7), 0},
    {LOW(8), 0},     {LOW(8), LOW(1)},  {LOW(8), LOW(2)},  {LOW(8), LOW(3)},
    {LOW(8), LOW(4)}, {LOW(8), LOW(5)}, {LOW(8), LOW(6)},  {LOW(8), LOW(7)},
};
