# What cpack runs when the components are installed into a folder each.
execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/make-packages" "${CPACK_TEMPORARY_DIRECTORY}" COMMAND_ERROR_IS_FATAL ANY)
file(GLOB CPACK_EXTERNAL_BUILT_PACKAGES "${CPACK_TEMPORARY_DIRECTORY}/*.deb")
