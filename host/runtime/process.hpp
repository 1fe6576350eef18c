#pragma once

/// Settings of the whole process that LibTorch does not choose well by itself. `prepare_process` must run at
/// the top of main, before the first tensor operation.

#include <string>
#include <vector>

namespace tagloom::runtime {

/// - Memory: glibc returns every large tensor to the kernel and takes fresh, unmapped pages for the next;
///   keeping them saves half of a training step. Off with TAGLOOM_KEEP_MEMORY=0.
/// - Instructions: some LibTorch builds stop at AVX2 on processors that have AVX-512. Set ATEN_CPU_CAPABILITY
///   to choose.
/// - Threads: as many as the affinity mask and the CPU quota allow, shared with the processes that a launcher
///   started beside this one (processors.hpp); LibTorch, our loops and OpenBLAS share them. Set
///   OMP_NUM_THREADS to choose.
/// - Idle threads, huge pages and OpenBLAS's kernels: how long threads spin, what pages malloc asks for, and
///   which processor OpenBLAS computes for is read before main; launcher.cpp has set them.
void prepare_process();

/// What `tagloom info` shows; the variable that changes a setting stands behind it.
struct Setting {
  std::string name;
  std::string value;
};
std::vector<Setting> process_settings();

}  // namespace tagloom::runtime
