#include <tagloom/base/name.hpp>
#include <tagloom/conformance/promises/module.hpp>

#include <fmt/format.h>

namespace tagloom::conformance {
namespace {

template <class Named>
Broken broken_name(const char* what, const Named& tensors) {
  for (const auto& tensor : tensors)
    if (!is_utf8(tensor.key()))
      return fmt::format("create: the {} \"{}\" has a name that is no UTF-8, which no checkpoint can store",
                         what, shown(tensor.key()));
  return {};
}

}  // namespace

Broken broken_names(const torch::nn::Module& module) {
  if (auto broken = broken_name("parameter", module.named_parameters())) return broken;
  return broken_name("buffer", module.named_buffers());
}

}  // namespace tagloom::conformance
