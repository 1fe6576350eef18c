get_filename_component(bundle "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET fmt::fmt-header-only)
  add_library(fmt::fmt-header-only INTERFACE IMPORTED)
  set_target_properties(fmt::fmt-header-only PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${bundle}/include"
                                                        INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY=1)
endif()
