#include <tagloom/base/name.hpp>
#include <tagloom/datasets/spelling.hpp>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <new>
#include <unordered_map>
#include <utf8proc.h>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

using FilesBySpelling = std::unordered_map<std::string, fs::path>;

/// All files in a folder and below it, as far as it may be read.
FilesBySpelling files_below(const fs::path& folder) {
  FilesBySpelling files;
  std::error_code ended;
  for (fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, ended),
       end;
       !ended && entry != end; entry.increment(ended)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    files.emplace(common_spelling(entry->path().lexically_relative(folder).generic_string()), entry->path());
  }
  return files;
}

}  // namespace

std::string common_spelling(std::string_view name) {
  const std::string text = stored_name(name);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> composed(
      utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str())), &std::free);
  if (!composed) throw std::bad_alloc();
  return reinterpret_cast<const char*>(composed.get());
}

std::int64_t find_other_spellings(Dataset& dataset) {
  FilesBySpelling files;
  bool looked = false;
  std::int64_t found = 0;
  for (auto* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    for (Sample& sample : *split) {
      std::error_code ignored;
      if (fs::exists(sample.image_path, ignored)) continue;
      // One look at the folder is enough for all, and most data sets need none.
      if (!looked) files = files_below(dataset.images);
      looked = true;
      const auto other = files.find(common_spelling(sample.image_name));
      if (other == files.end()) continue;
      sample.image_path = other->second;
      ++found;
    }
  }
  return found;
}

}  // namespace tagloom::datasets
