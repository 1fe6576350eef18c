#pragma once

/// A file that torch.jit.save wrote: a module, and what is said beside it of how to use it.

#include <tagloom/options.hpp>

#include <torch/csrc/jit/api/module.h>

#include <filesystem>
#include <map>
#include <string>

namespace tagloom {

struct ScriptFile {
  torch::jit::Module module;
  /// The encoder's options as the file's maker knows them: the lines NAME=VALUE of its extra file
  /// "tagloom_options".
  std::map<std::string, std::string> options;
};

/// On the CPU. Loading a module builds its code, and using it runs that: it must come from somebody who is
/// trusted. Throws DataError, with a sentence that tells one from another, for a file that is missing,
/// damaged, no TorchScript module, or one that this LibTorch cannot load: of a newer one, or with operators
/// of other libraries.
[[nodiscard]] ScriptFile read_script(const std::filesystem::path& path);

}  // namespace tagloom
