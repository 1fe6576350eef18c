/// What every library of this folder says of itself as a whole.

#include <tagloom/plugin.hpp>

TAGLOOM_ABOUT(TAGLOOM_VERSION, "The authors of tagloom", "Apache-2.0")
