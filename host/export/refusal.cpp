#include "export/refusal.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <string_view>

namespace tagloom::torchscript {

std::string encoder_of(const Parts& parts) {
  return "encoder " + shown(parts.encoder().name());
}

std::string classifier_of(const Parts& parts) {
  return "classifier " + shown(parts.model().spec().classifier);
}

std::string decoder_of(const Parts& parts) {
  return "decoder " + shown(parts.model().spec().decoder);
}

bool is_about_gradients(const std::exception& error) {
  return std::string_view(error.what()).find("Tensor that requires grad") != std::string_view::npos;
}

PluginError refusal(const std::string& part, const std::string& why) {
  return PluginError(fmt::format(
      "The {} cannot be exported: {}; docs/export.md says what a plugin must keep to.", part, why));
}

}  // namespace tagloom::torchscript
