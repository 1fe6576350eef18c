# Most sources are short, and a compiler spends its time on the headers that they all include: those of a folder are
# compiled together, so many at once as keep all processors busy. Names of an anonymous namespace must therefore be
# unique in a folder. -DTAGLOOM_TOGETHER=OFF compiles each by itself, which also finds an include that is missing
# (packaging/test-libtorch2 --singly does so with all of them).

option(TAGLOOM_TOGETHER "Compile the sources of a folder together" ON)
# In bytes; about ten sources.
set(TAGLOOM_TOGETHER_AT_MOST 30000)

# tagloom_together(<target> [<source>...]): all of its sources that have no options of their own, or all but these.
function(tagloom_together target)
  if(NOT TAGLOOM_TOGETHER)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(REMOVE_ITEM sources ${ARGN})
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    get_source_file_property(options "${source}" COMPILE_OPTIONS)
    get_source_file_property(bare "${source}" SKIP_PRECOMPILE_HEADERS)
    if(options OR NOT source MATCHES "\\.cpp$" OR NOT EXISTS "${source}")
      continue()
    endif()
    # Highway has such a source included again for every generation of processors.
    file(STRINGS "${source}" again REGEX "HWY_TARGET_INCLUDE" LIMIT_COUNT 1)
    if(again)
      continue()
    endif()
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME room)
    if(bare)
      string(APPEND room _bare)
    endif()
    file(SIZE "${source}" size)
    math(EXPR filled "0${filled_${room}} + ${size}")
    if(NOT DEFINED part_${room} OR filled GREATER TAGLOOM_TOGETHER_AT_MOST)
      math(EXPR part_${room} "0${part_${room}} + 1")
      set(filled ${size})
    endif()
    set(filled_${room} ${filled})
    set(group ${room}_${part_${room}})
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${group})
    if(bare)
      set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/Unity/unity_${group}_cxx.cxx"
                                  PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()
