#pragma once

/// For a function with a simple loop over arrays: compiled for the widest vectors of several generations of
/// processors (with AVX2 and FMA; with AVX-512), of which the loader takes the best one. GCC only: Clang
/// lacks "optimize", and its sanitizers the choice at load.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define TAGLOOM_VECTORISED \
  __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4"), optimize("O3")))
/// Before a loop over arrays that are apart from one another: of more than a few the compiler makes sure by
/// leaving the loop as it is.
#define TAGLOOM_APART _Pragma("GCC ivdep")
#else
#define TAGLOOM_VECTORISED
#define TAGLOOM_APART
#endif
