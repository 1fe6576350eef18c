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

/// Names that C++ or its headers have taken already, as words or as macros.
bool is_taken_by_cpp(std::string_view name) {
  constexpr std::array kWords =
      std::to_array<std::string_view>({"alignas",      "alignof",   "and",          "and_eq",
                                       "asm",          "assert",    "auto",         "bitand",
                                       "bitor",        "bool",      "break",        "case",
                                       "catch",        "char",      "char16_t",     "char32_t",
                                       "char8_t",      "class",     "co_await",     "co_return",
                                       "co_yield",     "compl",     "concept",      "const",
                                       "consteval",    "constexpr", "constinit",    "const_cast",
                                       "continue",     "decltype",  "default",      "delete",
                                       "do",           "double",    "dynamic_cast", "else",
                                       "enum",         "errno",     "explicit",     "export",
                                       "extern",       "false",     "float",        "for",
                                       "friend",       "goto",      "if",           "inline",
                                       "int",          "linux",     "long",         "main",
                                       "mutable",      "namespace", "new",          "noexcept",
                                       "not",          "not_eq",    "nullptr",      "offsetof",
                                       "operator",     "or",        "or_eq",        "private",
                                       "protected",    "public",    "register",     "reinterpret_cast",
                                       "requires",     "return",    "setjmp",       "short",
                                       "signed",       "sizeof",    "static",       "static_assert",
                                       "static_cast",  "stderr",    "stdin",        "stdout",
                                       "struct",       "switch",    "template",     "this",
                                       "thread_local", "throw",     "true",         "try",
                                       "typedef",      "typeid",    "typename",     "union",
                                       "unix",         "unsigned",  "using",        "va_arg",
                                       "va_copy",      "va_end",    "va_start",     "virtual",
                                       "void",         "volatile",  "wchar_t",      "while",
                                       "xor",          "xor_eq"});
  return std::ranges::find(kWords, name) != kWords.end();
}

void check_name(const std::string& name, const Registry& registry) {
  if (!is_identifier(name))
    throw UsageError(fmt::format(
        "\"{}\" cannot be a component's name: it must begin with a lower-case letter, followed by "
        "lower-case letters, digits and underscores only.",
        shown(name)));
  if (is_taken_by_cpp(name))
    throw UsageError(fmt::format(
        "\"{0}\" cannot be a component's name, since it is a word or a macro of C++; take my_{0} or another.",
        name));
  if (!registry.has(name)) return;
  const Component other = registry.find_all(name).front();
  throw UsageError(fmt::format("The {} of {} is called \"{}\" already; choose another name.",
                               shown(other.record.kind), shown(other.library), name));
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
