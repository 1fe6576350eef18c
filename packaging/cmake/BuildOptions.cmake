# How our own targets are compiled: C++20, warnings as errors, hidden symbols, ccache and a fast linker when present.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

find_program(LLD_PROGRAM ld.lld)
if(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
endif()

# One folder for the executable, one for the plugins beside it: the layout that an installation has, too.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(TAGLOOM_PLUGIN_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib/tagloom/plugins")

# Where a program looks for libraries, in the build tree as in an installation, which can be moved; libraries say their
# own. CMake would pad a path of the build tree's with empty entries, and those mean the current folder.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib")
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)

# For another machine (packaging/prebuilt): LibTorch is found there through LD_LIBRARY_PATH, tests' files below the folder
# that the tests are started in, and messages name sources as they are called in the tree.
option(TAGLOOM_PREBUILT "Name no folder of this machine in what is built" OFF)
if(TAGLOOM_PREBUILT)
  set(CMAKE_INSTALL_RPATH_USE_LINK_PATH OFF)
  add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
endif()

# -O2 is where LibTorch code stops gaining; the heavy arithmetic is inside LibTorch.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

# GCC looks for memory to take back whenever what it holds has grown by a third or so: a tenth of its time with LibTorch's
# headers, of which it needs a gigabyte anyway.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:--param=ggc-min-heapsize=1048576>")
endif()

if(TAGLOOM_SANITIZE)
  add_compile_options(-fsanitize=${TAGLOOM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize=vptr)
  add_link_options(-fsanitize=${TAGLOOM_SANITIZE})
endif()

add_library(tagloom_build_options INTERFACE)
add_library(tagloom::build_options ALIAS tagloom_build_options)
# Designated initialisers that leave members at their defaults are the style here, not an oversight.
target_compile_options(tagloom_build_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
                                                       -Wno-missing-field-initializers)
# Nobody reads errno after sqrt; setting it keeps a loop from being vectorised (Adam's pass: 20 ms instead of 10).
target_compile_options(tagloom_build_options INTERFACE -fno-math-errno)
# GCC 12 warns wrongly about std::string's operator+ (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(tagloom_build_options INTERFACE -Wno-restrict)
endif()
