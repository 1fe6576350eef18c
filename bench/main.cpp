#include "runtime/process.hpp"

#include <benchmark/benchmark.h>

/// The process settings of `tagloom` itself, then Google Benchmark.
int main(int argc, char** argv) {
  tagloom::runtime::prepare_process();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
