# Kernels of a GPU are compiled when they are first needed (nn/device_kernels.hpp); until then they are text in a library.

# tagloom_device_source(<target> <name> <file>...): the files one after another, behind what all kernels share, as
# `const char* const tagloom::device::<name>`.
function(tagloom_device_source target name)
  set(source "")
  foreach(file "${PROJECT_SOURCE_DIR}/plugin_api/nn/src/kernels/nvrtc/prelude.cuh"
          "${PROJECT_SOURCE_DIR}/plugin_api/nn/src/kernels/nvrtc/numbers.cuh" ${ARGN})
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(READ "${file}" text)
    string(APPEND source "${text}")
  endforeach()
  set(written "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  file(CONFIGURE OUTPUT "${written}" @ONLY CONTENT [[namespace tagloom::device {
extern const char* const @name@;
const char* const @name@ = R"kernels(@source@)kernels";
}  // namespace tagloom::device
]])
  target_sources(${target} PRIVATE "${written}")
  set_source_files_properties("${written}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
