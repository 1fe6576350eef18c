#include "layouts/splits_by_name.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/picture_names.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <system_error>
#include <utility>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

std::optional<Split> split_of_word(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Split>, 11> kWords = {{{"train", Split::train},
                                                                          {"training", Split::train},
                                                                          {"trainval", Split::train},
                                                                          {"val", Split::validation},
                                                                          {"valid", Split::validation},
                                                                          {"validation", Split::validation},
                                                                          {"dev", Split::validation},
                                                                          {"minival", Split::validation},
                                                                          {"test", Split::test},
                                                                          {"tests", Split::test},
                                                                          {"testing", Split::test}}};
  const auto* const found = std::ranges::find(kWords, word, &std::pair<std::string_view, Split>::first);
  return found == kWords.end() ? std::nullopt : std::optional(found->second);
}

std::vector<fs::path> entries_in(const fs::path& folder, bool (*is_wanted)(const fs::directory_entry&)) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed))
    if (is_wanted(*entry) && !is_hidden(entry->path().filename().string())) found.push_back(entry->path());
  if (failed && failed != std::errc::no_such_file_or_directory && failed != std::errc::not_a_directory)
    throw cannot_list(folder, failed);
  std::ranges::sort(found);
  return found;
}

}  // namespace

std::optional<Split> split_named(std::string_view name) {
  std::set<Split> said;
  std::string word;
  const auto end_word = [&] {
    if (const auto split = split_of_word(word)) said.insert(*split);
    word.clear();
  };
  for (const char each : name) {
    const auto byte = static_cast<unsigned char>(each);
    if (std::isalpha(byte) != 0)
      word += static_cast<char>(std::tolower(byte));
    else
      end_word();
  }
  end_word();
  return said.size() == 1 ? std::optional(*said.begin()) : std::nullopt;
}

FilesBySplit files_by_split(const std::vector<fs::path>& files) {
  FilesBySplit by_split;
  for (const fs::path& file : files) {
    const auto split = split_named(file.filename().string());
    if (!split) continue;
    const auto [other, is_first] = by_split.emplace(*split, file);
    if (!is_first)
      throw DataError(
          fmt::format("{} and {} would be the same split by their names; give one of the files itself as the "
                      "data set, or move one away.",
                      shown(other->second), shown(file)));
  }
  if (by_split.empty() && files.size() > 1)
    throw DataError(
        fmt::format("the names of {} and {} do not say which is for training and which for testing; call "
                    "them train and test, or give one of the files itself as the data set.",
                    shown(files[0]), shown(files[1])));
  if (by_split.empty() && !files.empty()) by_split.emplace(Split::train, files.front());
  return by_split;
}

std::vector<fs::path> files_in(const fs::path& folder, const std::vector<std::string_view>& endings) {
  auto files = entries_in(folder, [](const fs::directory_entry& entry) {
    std::error_code ignored;
    return entry.is_regular_file(ignored);
  });
  std::erase_if(files, [&](const fs::path& file) {
    const std::string name = file.filename().string();
    return std::ranges::none_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
  });
  return files;
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  return entries_in(folder, [](const fs::directory_entry& entry) {
    std::error_code ignored;
    return entry.is_directory(ignored);
  });
}

DataError cannot_list(const fs::path& folder, const std::error_code& reason) {
  return DataError(fmt::format(
      "{} cannot be listed with all that is in it: {}; make it readable with the folders below it, "
      "or move what cannot be read out of the data set.",
      shown(folder), reason.message()));
}

}  // namespace tagloom::datasets
