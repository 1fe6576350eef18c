# What a build may lack (Gloo, NCCL, CUDA graphs, matrix tiles) is an interface with two implementations: x.cpp, or the
# sources of x/, where it is there, and no_x.cpp where it is not. No source asks.

# tagloom_capability(<list of sources> <x> <whether it is there>): leaves the other implementation out of the list.
function(tagloom_capability list name is_there)
  set(other "/${name}(\\.cpp|/[^/]+\\.cpp)$")
  if(is_there)
    set(other "/no_${name}\\.cpp$")
  endif()
  list(FILTER ${list} EXCLUDE REGEX "${other}")
  set(${list} "${${list}}" PARENT_SCOPE)
endfunction()
