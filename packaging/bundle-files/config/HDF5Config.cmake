# The C library, without the high-level one. FindHDF5 reads the variable and the target's name.
get_filename_component(bundle "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
include(CMakeFindDependencyMacro)
find_dependency(Threads)
set(HDF5_INCLUDE_DIR "${bundle}/include/hdf5")
if(NOT TARGET hdf5::hdf5)
  add_library(hdf5::hdf5 STATIC IMPORTED)
  set_target_properties(
    hdf5::hdf5
    PROPERTIES IMPORTED_CONFIGURATIONS RELEASE
               IMPORTED_LOCATION_RELEASE "${bundle}/lib/libhdf5.a"
               INTERFACE_INCLUDE_DIRECTORIES "${HDF5_INCLUDE_DIR}"
               INTERFACE_LINK_LIBRARIES "${bundle}/lib/libz.a;Threads::Threads;${CMAKE_DL_LIBS};m")
endif()
