// Compiles a function for several processors; the loader picks the best one supported.

#ifndef BPEDROP_CKERNELDISPATCH_H
#define BPEDROP_CKERNELDISPATCH_H

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif

#endif
