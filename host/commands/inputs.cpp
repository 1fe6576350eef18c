#include "commands/inputs.hpp"

#include <tagloom/datasets/read.hpp>

#include <boost/any.hpp>

#include <array>
#include <system_error>

namespace tagloom::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::array kPathOptions = {"file",  "one",    "other",           "pooled", "names", "config",
                                     "data",  "images", "cache",           "view",   "glove", "checkpoint",
                                     "model", "input",  "encoder-weights", "for",    "font",  "result"};

/// The values of an option that may be repeated, or not, or is unknown to the command.
std::vector<std::string> texts_of(const po::variables_map& values, const std::string& option) {
  const auto& value = values[option].value();
  if (const auto* const one = boost::any_cast<std::string>(&value)) return {*one};
  if (const auto* const many = boost::any_cast<std::vector<std::string>>(&value)) return *many;
  return {};
}

void add_plugins(const fs::path& folder, std::vector<fs::path>& paths) {
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder, unreadable), end; entry != end; entry.increment(unreadable))
    if (entry->path().extension() == ".so") paths.push_back(entry->path());
}

}  // namespace

Inputs inputs_of(const po::variables_map& values) {
  Inputs inputs;
  for (const char* option : kPathOptions)
    for (const std::string& path : texts_of(values, option))
      inputs.paths.emplace_back(path);
  for (const std::string& data : texts_of(values, "data")) {
    const std::vector<std::string> layout = texts_of(values, "layout");
    const datasets::DatasetFiles files = datasets::files_of(data, layout.empty() ? "auto" : layout.front());
    inputs.paths.insert(inputs.paths.end(), files.files.begin(), files.files.end());
    inputs.image_folders.insert(inputs.image_folders.end(), files.folders.begin(), files.folders.end());
  }
  for (const std::string& pictures : texts_of(values, "input")) {
    std::error_code unknown;
    if (fs::is_directory(pictures, unknown)) inputs.image_folders.emplace_back(pictures);
  }
  // The weights of an encoder, for one.
  for (const std::string& assignment : texts_of(values, "set"))
    inputs.paths.emplace_back(assignment.substr(assignment.find('=') + 1));
  for (const std::string& folder : texts_of(values, "plugin-dir"))
    add_plugins(folder, inputs.paths);
  std::erase(inputs.paths, fs::path());
  return inputs;
}

}  // namespace tagloom::commands
