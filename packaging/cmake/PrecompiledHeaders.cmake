# LibTorch's headers take a compiler longer than an average source of ours, so they are parsed once: ATen.h takes 4 s, or 1
# s precompiled. Sources still include what they use; -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON builds without.

# ccache takes a precompiled header only if told that what it defines and when it was made do not matter, and what
# another clone compiled only if told where the paths begin that differ.
if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache$")
  set(settings CCACHE_SLOPPINESS=pch_defines,time_macros)
  if(NOT DEFINED ENV{CCACHE_BASEDIR})
    list(APPEND settings "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}")
  endif()
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env ${settings} "${CMAKE_CXX_COMPILER_LAUNCHER}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

# All of them, for who compiles sources by hand (packaging/test-libtorch2).
add_custom_target(tagloom_all_headers)

file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/headers.cpp" CONTENT "")
# tagloom_headers(<name> <header>...): parsed once; a source takes about a quarter of that to read them back.
function(tagloom_headers name)
  add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/headers.cpp")
  target_link_libraries(${name} PRIVATE tagloom::libtorch nlohmann_json::nlohmann_json tagloom::build_options)
  target_precompile_headers(${name} PRIVATE ${ARGN})
  add_dependencies(tagloom_all_headers ${name})
endfunction()
tagloom_headers(tagloom_headers <ATen/ATen.h>)
# What most sources of the host need.
tagloom_headers(tagloom_module_headers <torch/nn/module.h> <ATen/ATen.h> <nlohmann/json.hpp>)

# tagloom_precompiled_headers(<library> [<headers>])
function(tagloom_precompiled_headers library)
  set(headers tagloom_headers ${ARGN})
  list(GET headers -1 headers)
  target_precompile_headers(${library} REUSE_FROM ${headers})
endfunction()

# tagloom_without_precompiled_headers(<source>...): for those that know no tensors, or hardly any.
function(tagloom_without_precompiled_headers)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
