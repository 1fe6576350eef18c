#include "registry/new_project.hpp"

#include "runtime/prefix.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace tagloom::registry {
namespace {

namespace fs = std::filesystem;

bool is_identifier(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto may_follow = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, may_follow);
}

void check_name(const std::string& name, const Registry& registry) {
  if (!is_identifier(name))
    throw UsageError(fmt::format(
        "\"{}\" cannot be a component's name: it must begin with a lower-case letter, followed by "
        "lower-case letters, digits and underscores only.",
        shown(name)));
  for (const Component& component : registry.find_all(name))
    throw UsageError(fmt::format("The {} of {} is called \"{}\" already; choose another name.",
                                 shown(component.record.kind), shown(component.library), name));
}

void check_folder(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(folder, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status))
    throw UsageError(fmt::format("{} is no folder; give the project another one.", shown(folder)));
  if (!fs::is_empty(folder, error) || error)
    throw UsageError(
        fmt::format("{} has something in it already; give the project a folder of its own.", shown(folder)));
}

/// Adds what lies in the folder behind what the texts of these names are so far.
void add_texts(const fs::path& folder, std::map<std::string, std::string>& texts) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!entry.is_regular_file()) continue;
    const std::vector<std::byte> bytes = read_file(entry.path());
    texts[entry.path().filename().string()].append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  if (error)
    throw DataError(fmt::format("The templates in {} cannot be read: {}; install tagloom anew.",
                                shown(folder), error.message()));
}

std::string filled_in(std::string_view text, const NewProject& project) {
  const std::array<std::pair<std::string_view, std::string_view>, 2> words = {
      {{"my_component", project.name}, {"my_kind", project.kind}}};
  std::string result;
  while (!text.empty()) {
    const auto found =
        std::ranges::find_if(words, [&](const auto& word) { return text.starts_with(word.first); });
    const bool is_word = found != words.end();
    result += is_word ? found->second : text.substr(0, 1);
    text.remove_prefix(is_word ? found->first.size() : 1);
  }
  return result;
}

}  // namespace

fs::path template_folder() {
  return runtime::prefix() / "share" / "tagloom" / "template";
}

std::vector<std::string> write_project(const NewProject& project, const Registry& registry) {
  check_name(project.name, registry);
  check_folder(project.folder);
  std::map<std::string, std::string> texts;
  add_texts(template_folder(), texts);
  add_texts(template_folder() / project.kind, texts);
  create_folder(project.folder);
  std::vector<std::string> written;
  for (const auto& [file, text] : texts) {
    written.push_back(filled_in(file, project));
    replace_file(project.folder / written.back(), filled_in(text, project));
  }
  return written;
}

}  // namespace tagloom::registry
