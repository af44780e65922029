// Compiles a function for several processors, of which the loader picks the best one supported.
// BPEDROP_PORTABLE leaves only the version for every processor, to measure and to test it.

#ifndef BPEDROP_TENSOR_DISPATCH_H
#define BPEDROP_TENSOR_DISPATCH_H

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(BPEDROP_PORTABLE)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif

#endif
