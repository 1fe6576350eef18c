# LibTorch as one target, tagloom::libtorch, for tagloom itself as for whoever builds a plugin with an installed one. It
# may be Debian's or any 2.x that CMAKE_PREFIX_PATH or Torch_DIR name; where they name none, that in the folder
# TAGLOOM_LIBTORCH_HINT comes before the system's. There is no such target where there is none, or not of the minor
# version TAGLOOM_LIBTORCH_WANTED, if that is set. Sets TAGLOOM_LIBTORCH_VERSION (e.g. "1.13"; empty if there is none) and
# TAGLOOM_LIBTORCH_FOLDER (of its libraries, if the loader does not know it).

# No LibTorch has this version, so that what would be found is only looked at: its own configuration takes the system's
# libraries for those that belong to it, unless its folder is known before.
set(TAGLOOM_LIBTORCH_VERSION "")
find_package(Torch 9999 QUIET HINTS "${TAGLOOM_LIBTORCH_HINT}")
if(NOT Torch_CONSIDERED_CONFIGS)
  return()
endif()
list(GET Torch_CONSIDERED_CONFIGS 0 tagloom_torch_config)
cmake_path(GET tagloom_torch_config PARENT_PATH tagloom_torch_dir)
set(Torch_DIR "${tagloom_torch_dir}" CACHE PATH "The folder of TorchConfig.cmake" FORCE)
list(GET Torch_CONSIDERED_VERSIONS 0 TAGLOOM_LIBTORCH_VERSION)
string(REGEX MATCH "^[0-9]+\\.[0-9]+" TAGLOOM_LIBTORCH_VERSION "${TAGLOOM_LIBTORCH_VERSION}")
if(TARGET tagloom::libtorch OR (TAGLOOM_LIBTORCH_WANTED AND NOT TAGLOOM_LIBTORCH_WANTED STREQUAL TAGLOOM_LIBTORCH_VERSION))
  return()
endif()

# No CUDA code is compiled here. A LibTorch with CUDA asks for the whole toolkit, of its own version and with nvcc, unless
# these targets, which are all it then uses of it, are there already; libtorch_cuda itself knows where its libraries are.
foreach(target torch::cudart torch::nvtoolsext caffe2::cudart)
  if(NOT TARGET ${target})
    add_library(${target} INTERFACE IMPORTED)
  endif()
endforeach()
set(tagloom_prefix_path "${CMAKE_PREFIX_PATH}")
list(PREPEND CMAKE_PREFIX_PATH "${Torch_DIR}/../../..")
find_package(Torch REQUIRED)
set(CMAKE_PREFIX_PATH "${tagloom_prefix_path}")
# The wheels' MKL is inside them; the folders named for it are those of the machine that built them, and would be searched.
if(TARGET caffe2::mkl)
  set_property(TARGET caffe2::mkl PROPERTY INTERFACE_LINK_DIRECTORIES "")
endif()

# Its headers are SYSTEM, so that a compiler's warnings speak of one's own code only.
add_library(tagloom::libtorch INTERFACE IMPORTED)
target_include_directories(tagloom::libtorch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(tagloom::libtorch INTERFACE ${TORCH_LIBRARIES})
separate_arguments(TAGLOOM_TORCH_FLAGS UNIX_COMMAND "${TORCH_CXX_FLAGS}")
target_compile_options(tagloom::libtorch INTERFACE ${TAGLOOM_TORCH_FLAGS})
# PyPI's wheels export functions of the C++ library that they were built with, std::filesystem's among them. A program
# takes the first that it finds in the order in which it names its libraries, so it names its own C++ library first.
target_link_options(tagloom::libtorch INTERFACE "SHELL:-Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state")
# In code that is compiled without OpenMP, at::parallel_for is a plain loop on one thread.
find_package(OpenMP COMPONENTS CXX)
if(OpenMP_CXX_FOUND)
  target_link_libraries(tagloom::libtorch INTERFACE OpenMP::OpenMP_CXX)
else()
  message(WARNING "This compiler has no OpenMP: at::parallel_for will run on one thread.")
endif()

set(TAGLOOM_LIBTORCH_FOLDER "")
cmake_path(GET TORCH_LIBRARY PARENT_PATH tagloom_torch_libraries)
if(NOT tagloom_torch_libraries IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
  set(TAGLOOM_LIBTORCH_FOLDER "${tagloom_torch_libraries}")
endif()
