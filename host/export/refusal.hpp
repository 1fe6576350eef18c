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

/// Runs `call`; what recording.hpp or LibTorch throws in it becomes the refusal of the part, in which the
/// original is nested for
/// `--verbose`.
template <class Call>
void refusing(const std::string& part, const Call& call) {
  try {
    call();
  } catch (const Error&) {
    throw;
  } catch (const NoOneRecord& error) {
    throw refusal(part, error.what());
  } catch (const std::exception&) {
    std::throw_with_nested(refusal(part, "LibTorch cannot run what it recorded of it"));
  }
}

}  // namespace tagloom::torchscript
