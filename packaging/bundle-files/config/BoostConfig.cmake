# Boost's headers as far as the sources include them, and what of it is a library.
get_filename_component(bundle "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(Boost_INCLUDE_DIRS "${bundle}/include")
foreach(name headers boost)
  if(NOT TARGET Boost::${name})
    add_library(Boost::${name} INTERFACE IMPORTED)
    set_target_properties(Boost::${name} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${bundle}/include")
  endif()
endforeach()
if(NOT TARGET Boost::program_options)
  add_library(Boost::program_options STATIC IMPORTED)
  set_target_properties(
    Boost::program_options PROPERTIES IMPORTED_LOCATION "${bundle}/lib/libboost_program_options.a"
                                      INTERFACE_LINK_LIBRARIES Boost::headers)
endif()
set(Boost_program_options_FOUND TRUE)
