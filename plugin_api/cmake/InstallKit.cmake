# The kit: what whoever writes a plugin outside the tree finds beside the rooms' headers and libraries, in an installation
# and in the same places of a build.
include(CMakePackageConfigHelpers)

set(kit "${CMAKE_BINARY_DIR}/lib/cmake/tagloom")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/tagloomConfig.cmake.in" "${kit}/tagloomConfig.cmake"
                              INSTALL_DESTINATION lib/cmake/tagloom)
# Until 1.0 a minor version may change what authors see (docs/versioning.md).
write_basic_package_version_file("${kit}/tagloomConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
foreach(file TagloomLibTorch TagloomPlugin)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/${file}.cmake" "${kit}/${file}.cmake" COPYONLY)
endforeach()
export(EXPORT tagloom-targets NAMESPACE tagloom:: FILE "${kit}/tagloom-targets.cmake")
install(DIRECTORY "${kit}" DESTINATION lib/cmake COMPONENT dev PATTERN tagloom-targets.cmake EXCLUDE)
install(EXPORT tagloom-targets NAMESPACE tagloom:: DESTINATION lib/cmake/tagloom COMPONENT dev)

# A compiler knows its own folders, and would lose its way if they were named before others.
set(folders ${TORCH_INCLUDE_DIRS})
list(REMOVE_ITEM folders ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})
list(TRANSFORM folders PREPEND "-isystem ")
list(JOIN folders " " TAGLOOM_PC_INCLUDES)
set(TAGLOOM_PC_LIBTORCH "-ltorch -ltorch_cpu -lc10")
if(TAGLOOM_LIBTORCH_FOLDER)
  string(PREPEND TAGLOOM_PC_LIBTORCH "-L${TAGLOOM_LIBTORCH_FOLDER} ")
endif()
configure_file("${CMAKE_CURRENT_LIST_DIR}/tagloom.pc.in" "${CMAKE_CURRENT_BINARY_DIR}/tagloom.pc" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/tagloom.pc" DESTINATION lib/pkgconfig COMPONENT dev)
