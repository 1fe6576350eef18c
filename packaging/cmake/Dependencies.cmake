# Everything that comes from elsewhere. LibTorch may be Debian's or any 2.x given by CMAKE_PREFIX_PATH.

include(TagloomLibTorch)
if(NOT TARGET tagloom::libtorch)
  message(FATAL_ERROR "LibTorch was not found: install libtorch-dev, or give its folder by -DCMAKE_PREFIX_PATH=.")
endif()
if(TORCH_CXX_FLAGS MATCHES "_GLIBCXX_USE_CXX11_ABI=0")
  message(WARNING "This LibTorch has the C++ ABI of before GCC 5: everything compiles with it, but OpenCV, Boost and GoogleTest "
                  "link only if they have that ABI too. PyPI's torch from 2.7 on has today's.")
endif()
find_package(OpenCV REQUIRED COMPONENTS core imgproc imgcodecs
             OPTIONAL_COMPONENTS freetype)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_package(TIFF 4.5 REQUIRED)
find_path(WEBP_INCLUDE_DIR webp/decode.h REQUIRED)
find_library(WEBP_LIBRARY webp REQUIRED)
find_path(UTF8PROC_INCLUDE_DIR utf8proc.h REQUIRED)
find_library(UTF8PROC_LIBRARY utf8proc REQUIRED)
find_path(PUGIXML_INCLUDE_DIR pugixml.hpp REQUIRED)
find_library(PUGIXML_LIBRARY pugixml REQUIRED)
find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_writer.hpp REQUIRED)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(Boost 1.71 REQUIRED COMPONENTS program_options)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
find_path(HIGHWAY_INCLUDE_DIR hwy/highway.h REQUIRED)
find_library(HIGHWAY_LIBRARY hwy REQUIRED)
find_package(ZLIB REQUIRED)
find_path(MINIZIP_INCLUDE_DIR minizip/unzip.h REQUIRED)
find_library(MINIZIP_LIBRARY minizip REQUIRED)

# fmt's functions come from its library: compiled into every source that formats, they take half of its time. Where a
# LibTorch has headers of another fmt among its own, those are found first and bring their functions along.
add_library(tagloom_fmt INTERFACE)
add_library(tagloom::fmt ALIAS tagloom_fmt)
set(fmt_of_torch FALSE)
foreach(folder IN LISTS TORCH_INCLUDE_DIRS)
  if(EXISTS "${folder}/fmt/core.h" AND NOT folder MATCHES "^/usr/include")
    set(fmt_of_torch TRUE)
  endif()
endforeach()
if(TARGET fmt::fmt AND NOT fmt_of_torch)
  target_link_libraries(tagloom_fmt INTERFACE fmt::fmt)
else()
  target_link_libraries(tagloom_fmt INTERFACE fmt::fmt-header-only)
endif()

# LibTorch stays where it was found. CMake itself keeps a path inside the source tree, of a venv there, to itself.
if(TAGLOOM_PREBUILT)
  set(TAGLOOM_LIBTORCH_FOLDER "")
  cmake_path(GET TORCH_INSTALL_PREFIX PARENT_PATH around_torch)
  add_compile_options("-ffile-prefix-map=${around_torch}/=")
elseif(TAGLOOM_LIBTORCH_FOLDER)
  list(APPEND CMAKE_INSTALL_RPATH "${TAGLOOM_LIBTORCH_FOLDER}")
endif()

# Debian's OpenBLAS comes with threads of its own or with OpenMP's, which LibTorch and we use beside it. Two crews of
# threads that wait by spinning on the same processors cost a training step a quarter of its time. An executable that
# names one of them gets it, whatever the system's choice.
set(openblas_folder "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/openblas-openmp")
find_library(OPENBLAS_OPENMP_LIBRARY libopenblas.so.0 PATHS "${openblas_folder}" NO_DEFAULT_PATH)
add_library(tagloom_blas INTERFACE)
add_library(tagloom::blas ALIAS tagloom_blas)
if(TORCH_INCLUDE_DIRS MATCHES "^/usr/include")
  if(OPENBLAS_OPENMP_LIBRARY)
    target_link_libraries(tagloom_blas INTERFACE -Wl,--push-state,--no-as-needed "${OPENBLAS_OPENMP_LIBRARY}" -Wl,--pop-state)
  else()
    message(WARNING "Debian's libopenblas0-openmp is not installed: float32 training takes a quarter longer.")
  endif()
endif()

# Kernels for several generations of processors. Those between SSE 4 and what every x86-64 has are not worth their time to
# compile; SVE's vectors cannot be kept in arrays.
add_library(tagloom_highway INTERFACE)
add_library(tagloom::highway ALIAS tagloom_highway)
target_include_directories(tagloom_highway SYSTEM INTERFACE ${HIGHWAY_INCLUDE_DIR})
target_compile_definitions(
  tagloom_highway INTERFACE "HWY_DISABLED_TARGETS=(HWY_SSSE3|HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128)")
target_link_libraries(tagloom_highway INTERFACE ${HIGHWAY_LIBRARY})

add_library(tagloom_minizip INTERFACE)
add_library(tagloom::minizip ALIAS tagloom_minizip)
target_include_directories(tagloom_minizip SYSTEM INTERFACE ${MINIZIP_INCLUDE_DIR})
target_link_libraries(tagloom_minizip INTERFACE ${MINIZIP_LIBRARY} ZLIB::ZLIB)

add_library(tagloom_hdf5 INTERFACE)
add_library(tagloom::hdf5 ALIAS tagloom_hdf5)
target_include_directories(tagloom_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_compile_definitions(tagloom_hdf5 INTERFACE ${HDF5_C_DEFINITIONS})
target_link_libraries(tagloom_hdf5 INTERFACE ${HDF5_C_LIBRARIES})

add_library(tagloom_opencv INTERFACE)
add_library(tagloom::opencv ALIAS tagloom_opencv)
target_include_directories(tagloom_opencv SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
target_link_libraries(tagloom_opencv INTERFACE opencv_core opencv_imgproc opencv_imgcodecs)

add_library(tagloom_codecs INTERFACE)
add_library(tagloom::codecs ALIAS tagloom_codecs)
target_include_directories(tagloom_codecs SYSTEM INTERFACE ${WEBP_INCLUDE_DIR})
target_link_libraries(tagloom_codecs INTERFACE TIFF::TIFF JPEG::JPEG PNG::PNG ${WEBP_LIBRARY})

# Unicode's normal forms of file names.
add_library(tagloom_utf8proc INTERFACE)
add_library(tagloom::utf8proc ALIAS tagloom_utf8proc)
target_include_directories(tagloom_utf8proc SYSTEM INTERFACE ${UTF8PROC_INCLUDE_DIR})
# A static one, such as the bundle's, is not told from a shared one by its header.
if(UTF8PROC_LIBRARY MATCHES "\\.a$")
  target_compile_definitions(tagloom_utf8proc INTERFACE UTF8PROC_STATIC)
endif()
target_link_libraries(tagloom_utf8proc INTERFACE ${UTF8PROC_LIBRARY})

# Files of experiments.
add_library(tagloom_tomlplusplus INTERFACE)
add_library(tagloom::tomlplusplus ALIAS tagloom_tomlplusplus)
target_include_directories(tagloom_tomlplusplus SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE_DIR})

# XML of labels.
add_library(tagloom_pugixml INTERFACE)
add_library(tagloom::pugixml ALIAS tagloom_pugixml)
target_include_directories(tagloom_pugixml SYSTEM INTERFACE ${PUGIXML_INCLUDE_DIR})
target_link_libraries(tagloom_pugixml INTERFACE ${PUGIXML_LIBRARY})

# TensorBoard's messages.
add_library(tagloom_protozero INTERFACE)
add_library(tagloom::protozero ALIAS tagloom_protozero)
target_include_directories(tagloom_protozero SYSTEM INTERFACE ${PROTOZERO_INCLUDE_DIR})

# Letters on drawings: OpenCV's freetype module is among those that not every build of it has.
set(TAGLOOM_HAS_FREETYPE FALSE)
if(TARGET opencv_freetype)
  set(TAGLOOM_HAS_FREETYPE TRUE)
endif()

# Keywords in pictures. Exiv2 is free under the GPL alone: a program that is linked with it can be passed on under the
# GPL's terms only (docs/annotate-pictures.md), which is why a build may do without.
option(TAGLOOM_EXIV2 "Use Exiv2, under the GPL, for `tagloom annotate --xmp`, where it is installed" ON)
set(TAGLOOM_HAS_EXIV2 FALSE)
if(TAGLOOM_EXIV2)
  find_path(EXIV2_INCLUDE_DIR exiv2/exiv2.hpp)
  find_library(EXIV2_LIBRARY exiv2)
  if(EXIV2_INCLUDE_DIR AND EXIV2_LIBRARY)
    set(TAGLOOM_HAS_EXIV2 TRUE)
    add_library(tagloom_exiv2 INTERFACE)
    add_library(tagloom::exiv2 ALIAS tagloom_exiv2)
    target_include_directories(tagloom_exiv2 SYSTEM INTERFACE ${EXIV2_INCLUDE_DIR})
    # Only whoever writes keywords is linked with it: not everybody may be.
    set(CMAKE_LINK_LIBRARY_USING_IF_NEEDED "LINKER:--push-state,--as-needed" "<LINK_ITEM>" "LINKER:--pop-state")
    set(CMAKE_LINK_LIBRARY_USING_IF_NEEDED_SUPPORTED TRUE)
    target_link_libraries(tagloom_exiv2 INTERFACE "$<LINK_LIBRARY:IF_NEEDED,${EXIV2_LIBRARY}>")
  endif()
endif()
message(STATUS "Fonts on drawings: ${TAGLOOM_HAS_FREETYPE}; keywords by Exiv2: ${TAGLOOM_HAS_EXIV2}")

# Convolutions of encoders on a CPU, without LibTorch's layouts in between. On other processors than x86 it was not
# measured.
set(TAGLOOM_HAS_ONEDNN FALSE)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  find_library(ONEDNN_LIBRARY dnnl)
  if(ONEDNN_LIBRARY)
    # The library's own headers: those of a LibTorch from PyPI are of the other oneDNN that it has inside.
    get_filename_component(onednn_folder "${ONEDNN_LIBRARY}" DIRECTORY)
    find_path(ONEDNN_INCLUDE_DIR oneapi/dnnl/dnnl.hpp PATHS "${onednn_folder}/../include" "${onednn_folder}/../../include"
      NO_DEFAULT_PATH)
  endif()
  # What an earlier configuration found of it does not count without the library.
  if(ONEDNN_LIBRARY AND ONEDNN_INCLUDE_DIR)
    set(TAGLOOM_HAS_ONEDNN TRUE)
    # In a folder that is nobody's default, so that it can come before LibTorch's.
    set(TAGLOOM_ONEDNN_HEADERS "${CMAKE_BINARY_DIR}/onednn-headers")
    file(MAKE_DIRECTORY "${TAGLOOM_ONEDNN_HEADERS}")
    file(CREATE_LINK "${ONEDNN_INCLUDE_DIR}/oneapi" "${TAGLOOM_ONEDNN_HEADERS}/oneapi" SYMBOLIC)
  endif()
endif()
message(STATUS "Convolutions of encoders by oneDNN: ${TAGLOOM_HAS_ONEDNN}")

# Images in tar archives.
set(TAGLOOM_HAS_LIBARCHIVE FALSE)
find_package(LibArchive 3.4)
if(LibArchive_FOUND)
  set(TAGLOOM_HAS_LIBARCHIVE TRUE)
endif()
message(STATUS "Images in tar archives: ${TAGLOOM_HAS_LIBARCHIVE}")

# What computes ONNX files: PyPI's wheel `openvino`, which has headers, libraries and a CMake package, or any other
# OpenVINO. It is found by -DOpenVINO_DIR= or the environment's OpenVINO_DIR (docs/onnx.md).
option(TAGLOOM_OPENVINO "Use OpenVINO for the encoder onnx, where it is found" ON)
set(TAGLOOM_HAS_OPENVINO FALSE)
if(TAGLOOM_OPENVINO)
  # Its package defines macros for the whole tree, which is compiled as LibTorch says.
  get_directory_property(definitions COMPILE_DEFINITIONS)
  find_package(OpenVINO QUIET COMPONENTS Runtime ONNX)
  set_directory_properties(PROPERTIES COMPILE_DEFINITIONS "${definitions}")
  if(OpenVINO_FOUND AND OpenVINO_Frontend_ONNX_FOUND)
    set(TAGLOOM_HAS_OPENVINO TRUE)
    # And one of them again for whoever links with it, which would shut out the precompiled headers.
    get_target_property(definitions openvino::runtime INTERFACE_COMPILE_DEFINITIONS)
    list(FILTER definitions EXCLUDE REGEX "^_GLIBCXX_USE_CXX11_ABI=")
    set_target_properties(openvino::runtime PROPERTIES INTERFACE_COMPILE_DEFINITIONS "${definitions}")
    get_target_property(openvino_library openvino::runtime IMPORTED_LOCATION_RELEASE)
    cmake_path(GET openvino_library PARENT_PATH TAGLOOM_OPENVINO_FOLDER)
    add_library(tagloom_openvino INTERFACE)
    add_library(tagloom::openvino ALIAS tagloom_openvino)
    target_link_libraries(tagloom_openvino INTERFACE openvino::runtime)
  endif()
endif()
message(STATUS "ONNX files by OpenVINO: ${TAGLOOM_HAS_OPENVINO}")

# CUDA's headers, which NVIDIA's Python packages put beside LibTorch's, are all that recording a step and NCCL need.
set(TAGLOOM_HAS_CUDA_HEADERS FALSE)
if(TARGET torch_cuda)
  list(GET TORCH_INCLUDE_DIRS 0 torch_include)
  file(GLOB nvidia_includes "${torch_include}/../../nvidia/*/include")
  find_path(CUDA_RUNTIME_INCLUDE_DIR cuda_runtime_api.h HINTS ${nvidia_includes} ENV CUDA_HOME PATHS /usr/local/cuda
            PATH_SUFFIXES include)
  if(CUDA_RUNTIME_INCLUDE_DIR)
    set(TAGLOOM_HAS_CUDA_HEADERS TRUE)
  endif()
endif()
message(STATUS "CUDA's headers: ${TAGLOOM_HAS_CUDA_HEADERS}")

# Several processes talk over Gloo. LibTorch has it inside, but only Debian packages its headers, and only for
# Debian's LibTorch; another version's would describe other classes.
set(TAGLOOM_HAS_GLOO FALSE)
find_path(GLOO_INCLUDE_DIR gloo/algorithm.h PATHS ${TORCH_INCLUDE_DIRS} NO_DEFAULT_PATH)
find_library(GLOO_LIBRARY gloo)
if(GLOO_INCLUDE_DIR AND EXISTS "${GLOO_INCLUDE_DIR}/torch/csrc/distributed/c10d/ProcessGroupGloo.hpp")
  set(TAGLOOM_HAS_GLOO TRUE)
endif()
# Those with a GPU each talk over NCCL, which LibTorch's CUDA library has or loads itself; its headers are beside CUDA's.
set(TAGLOOM_HAS_NCCL FALSE)
if(TAGLOOM_HAS_CUDA_HEADERS)
  find_path(NCCL_INCLUDE_DIR nccl.h HINTS ${nvidia_includes} "${CUDA_RUNTIME_INCLUDE_DIR}")
  find_file(NCCL_GROUP_HEADER torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp PATHS ${TORCH_INCLUDE_DIRS}
            NO_DEFAULT_PATH)
  if(NCCL_INCLUDE_DIR AND NCCL_GROUP_HEADER)
    set(TAGLOOM_HAS_NCCL TRUE)
  endif()
endif()
message(STATUS "Several processes: Gloo ${TAGLOOM_HAS_GLOO}, NCCL ${TAGLOOM_HAS_NCCL}")
