# tagloom_add_plugin(<kind> <name> <source>...)
#
# Builds the plugin library tagloom_<kind>_<name>.so into the folder where the host looks for plugins. It links the
# contract; a plugin that builds on the toolbox links tagloom::nn, too: target_link_libraries(tagloom_<kind>_<name> ...).
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
  set_target_properties(${target} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden)
  if(TAGLOOM_PLUGIN_OUTPUT_DIRECTORY)
    set(runpath "$ORIGIN/../.." ${TAGLOOM_LIBTORCH_FOLDER})
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${TAGLOOM_PLUGIN_OUTPUT_DIRECTORY}"
                                               INSTALL_RPATH "${runpath}")
  endif()
  install(TARGETS ${target} LIBRARY DESTINATION lib/tagloom/plugins)
  set_property(GLOBAL APPEND PROPERTY TAGLOOM_PLUGINS ${target})
endfunction()
