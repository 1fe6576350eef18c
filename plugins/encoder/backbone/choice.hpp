#pragma once

/// What nobody can see in a network of other people's: how its images are prepared, and which of its outputs
/// are features. Options say it, or the network's file does, in lines NAME=VALUE that whoever made it put
/// there: what is set by hand comes first.

#include "backbone/outputs.hpp"

#include <tagloom/encoder.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom {

/// The name under which files have those lines.
inline constexpr const char* kOptionsInFile = "tagloom_options";

/// `module` (of which `module_help` says what file it is), image_size, resize, resize_to, mean, std, pooled,
/// map and class_tokens.
std::vector<OptionSpec> backbone_options(const std::string& module_help);

/// The lines of a file. Throws DataError for one that is not NAME=VALUE.
std::map<std::string, std::string> options_in(const std::string& text, const std::filesystem::path& path);

/// One component's options: who they belong to, what there is, and how they were set.
struct OptionsGiven {
  std::string owner;
  std::vector<OptionSpec> specs;
  const Options& values;
};

/// What the file says holds where nobody set anything else. Throws DataError if it says what is no option.
Options with_options_of_file(const OptionsGiven& given, const std::map<std::string, std::string>& of_file);

/// Throw UsageError for what is missing or impossible.
Preprocessing preprocessing_from(const Options& options);
OutputChoice choice_from(const Options& options);

/// Hash of the files' bytes and of what is taken from the network: other outputs are other features.
std::string fingerprint_of(const std::vector<std::filesystem::path>& files, const OutputChoice& choice);

}  // namespace tagloom
