#pragma once

/// The first project of whoever writes a plugin: a small component that works, its tests, and what builds
/// both against this tagloom. It is made of templates (plugins/template/): what all kinds share, and a folder
/// a kind; a file that both have is the shared one, continued by the kind's. In names and texts
/// `my_component` stands for the component's name and `my_kind` for its kind.

#include "registry/registry.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::registry {

struct NewProject {
  std::string kind;
  std::string name;
  /// Made, with those above it, unless it is there and empty.
  std::filesystem::path folder;
};

/// Where this program has its templates.
std::filesystem::path template_folder();

/// Writes the project and returns the files' names. Throws UsageError for a kind without a template, a name
/// that is none, that C++ has taken or that a component of the registry has, and for a folder with something
/// in it; DataError if a file cannot be read or written.
std::vector<std::string> write_project(const NewProject& project, const Registry& registry);

}  // namespace tagloom::registry
