#include <tagloom/nn/recorded.hpp>

#include <ATen/TracerMode.h>

namespace tagloom {

bool is_recorded() {
  return at::tracer::impl::is_dispatch_enabled();
}

}  // namespace tagloom
