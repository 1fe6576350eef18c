# LibTorch's headers take a compiler half of what an average source of ours costs it, so they are parsed once. Sources
# still include what they use; -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON builds without.

# ccache takes a precompiled header only if told that what it defines and when it was made do not matter.
if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache$")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros
                                  "${CMAKE_CXX_COMPILER_LAUNCHER}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/headers.cpp" CONTENT "")
add_library(tagloom_headers OBJECT "${CMAKE_BINARY_DIR}/headers.cpp")
target_link_libraries(tagloom_headers PRIVATE tagloom::libtorch tagloom::build_options)
target_precompile_headers(tagloom_headers PRIVATE <ATen/ATen.h>)

# tagloom_precompiled_headers(<library>...)
function(tagloom_precompiled_headers)
  foreach(library IN LISTS ARGN)
    target_precompile_headers(${library} REUSE_FROM tagloom_headers)
  endforeach()
endfunction()
