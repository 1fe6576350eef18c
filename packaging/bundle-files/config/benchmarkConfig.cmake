# The library without its main.
get_filename_component(bundle "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
include(CMakeFindDependencyMacro)
find_dependency(Threads)
if(NOT TARGET benchmark::benchmark)
  add_library(benchmark::benchmark STATIC IMPORTED)
  set_target_properties(
    benchmark::benchmark
    PROPERTIES IMPORTED_LOCATION "${bundle}/lib/libbenchmark.a" INTERFACE_INCLUDE_DIRECTORIES "${bundle}/include"
               INTERFACE_COMPILE_DEFINITIONS BENCHMARK_STATIC_DEFINE INTERFACE_LINK_LIBRARIES "Threads::Threads;rt")
endif()
