get_filename_component(bundle "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
include(CMakeFindDependencyMacro)
find_dependency(Threads)
function(tagloom_bundle_gtest name)
  if(NOT TARGET GTest::${name})
    add_library(GTest::${name} STATIC IMPORTED)
    set_target_properties(
      GTest::${name} PROPERTIES IMPORTED_LOCATION "${bundle}/lib/lib${name}.a" INTERFACE_INCLUDE_DIRECTORIES
                                "${bundle}/include" INTERFACE_LINK_LIBRARIES "${ARGN};Threads::Threads")
  endif()
endfunction()
tagloom_bundle_gtest(gtest)
tagloom_bundle_gtest(gtest_main GTest::gtest)
tagloom_bundle_gtest(gmock GTest::gtest)
