# An installation has two components, of which `cpack` makes a Debian package each (packaging/deb): tagloom, what users
# run, and dev, what others build with.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME tagloom)

set(CPACK_PACKAGE_NAME tagloom)
set(CPACK_COMPONENTS_ALL tagloom dev)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)
# CPack's own generator of such packages writes scripts that call ldconfig, where Debian wants a trigger.
set(CPACK_GENERATOR External)
set(CPACK_EXTERNAL_ENABLE_STAGING ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_EXTERNAL_PACKAGE_SCRIPT "${PROJECT_SOURCE_DIR}/packaging/debian/packages.cmake")
include(CPack)
