# Three modules, and the codecs that imgcodecs was built with.
get_filename_component(bundle "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
include(CMakeFindDependencyMacro)
find_dependency(Threads)
set(OpenCV_INCLUDE_DIRS "${bundle}/include/opencv4")
function(tagloom_bundle_opencv name)
  if(NOT TARGET opencv_${name})
    add_library(opencv_${name} STATIC IMPORTED)
    set_target_properties(
      opencv_${name} PROPERTIES IMPORTED_LOCATION "${bundle}/lib/libopencv_${name}.a" INTERFACE_INCLUDE_DIRECTORIES
                                "${OpenCV_INCLUDE_DIRS}" INTERFACE_LINK_LIBRARIES "${ARGN}")
  endif()
endfunction()
set(lib "${bundle}/lib/lib")
tagloom_bundle_opencv(core "${lib}z.a" Threads::Threads ${CMAKE_DL_LIBS} m rt)
tagloom_bundle_opencv(imgproc opencv_core)
tagloom_bundle_opencv(imgcodecs opencv_imgproc "${lib}tiff.a" "${lib}webp.a" "${lib}png.a" "${lib}jpeg.a" "${lib}z.a")
