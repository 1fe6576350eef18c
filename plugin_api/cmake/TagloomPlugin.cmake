# What builds plugins, in the tree as with an installed tagloom.

# tagloom_add_plugin(<kind> <name> <source>...)
#
# Builds the plugin library tagloom_<kind>_<name>.so: into the folder where the host looks for plugins in the tree, and
# else into the build folder, which the host is told by --plugin-dir. It links the contract; a plugin that builds on the
# toolbox links tagloom::nn, too: target_link_libraries(tagloom_<kind>_<name> PRIVATE tagloom::nn).
function(tagloom_add_plugin kind name)
  set(target tagloom_${kind}_${name})
  add_library(${target} MODULE ${ARGN})
  target_link_libraries(${target} PRIVATE tagloom::contract)
  if(TARGET tagloom::build_options)
    target_link_libraries(${target} PRIVATE tagloom::build_options)
  endif()
  if(COMMAND tagloom_precompiled_headers)
    tagloom_precompiled_headers(${target})
  endif()
  list(LENGTH ARGN sources)
  if(COMMAND tagloom_together AND sources GREATER 1)
    tagloom_together(${target})
  endif()
  # Where the loader looks is one list from the build on: CMake would pad a build folder's with empty entries, and those
  # mean the current folder.
  # Two folders above lies what is tagloom's in the tree, and anybody's elsewhere.
  if(TAGLOOM_LIBRARY_FOLDER)
    set(runpath ${TAGLOOM_LIBRARY_FOLDER} ${TAGLOOM_LIBTORCH_FOLDER})
  else()
    set(runpath "$ORIGIN/../.." ${TAGLOOM_LIBTORCH_FOLDER})
  endif()
  set_target_properties(${target} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden CXX_EXTENSIONS OFF
                                             BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "${runpath}")
  if(TAGLOOM_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${TAGLOOM_PLUGIN_OUTPUT_DIRECTORY}")
  endif()
  install(TARGETS ${target} LIBRARY DESTINATION lib/tagloom/plugins)
  set_property(GLOBAL APPEND PROPERTY TAGLOOM_PLUGINS ${target})
endfunction()

# tagloom_add_plugin_test(<kind> <name> <source>...)
#
# Builds these sources, which are GoogleTest's, and those of the plugin into a program of its own, with the conformance kit
# (<tagloom/conformance/gtest.hpp>), for CTest to run.
function(tagloom_add_plugin_test kind name)
  find_package(GTest REQUIRED)
  set(plugin tagloom_${kind}_${name})
  add_executable(${plugin}_test ${ARGN} $<TARGET_OBJECTS:${plugin}>)
  target_link_libraries(${plugin}_test PRIVATE $<TARGET_PROPERTY:${plugin},LINK_LIBRARIES> tagloom::conformance
                                               GTest::gtest_main)
  target_include_directories(${plugin}_test PRIVATE $<TARGET_PROPERTY:${plugin},INCLUDE_DIRECTORIES>)
  set_target_properties(${plugin}_test PROPERTIES CXX_EXTENSIONS OFF)
  add_test(NAME ${plugin} COMMAND ${plugin}_test)
endfunction()
