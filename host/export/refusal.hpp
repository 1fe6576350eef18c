#pragma once

/// What is said of a plugin that cannot be exported.

#include "export/parts.hpp"

#include <tagloom/base/error.hpp>

#include <exception>
#include <string>

namespace tagloom::torchscript {

/// "encoder NAME", as a sentence has it.
std::string encoder_of(const Parts& parts);
std::string classifier_of(const Parts& parts);
std::string decoder_of(const Parts& parts);

PluginError refusal(const std::string& part, const std::string& why);

/// Whether it is LibTorch's about a parameter that needs a gradient, whoever passed it on.
bool is_about_gradients(const std::exception& error);

/// Runs `call`; what recording.hpp or LibTorch throws in it becomes the refusal of the part, in which the
/// original is nested for `--verbose`. What the plugin itself throws is passed on.
template <class Call>
void refusing(const std::string& part, const Call& call) {
  try {
    call();
  } catch (const NoOneRecord& error) {
    throw refusal(part, error.what());
  } catch (const std::exception& error) {
    if (is_about_gradients(error))
      std::throw_with_nested(refusal(part, "a parameter of it needs a gradient, which no record can store"));
    if (dynamic_cast<const Error*>(&error) != nullptr) throw;
    std::throw_with_nested(refusal(part, "LibTorch cannot run what it recorded of it"));
  }
}

}  // namespace tagloom::torchscript
