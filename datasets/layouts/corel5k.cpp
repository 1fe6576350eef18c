#include "layouts/layout.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace tagloom::datasets {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::string position(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto newline = before.rfind('\n');
  const auto column = newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  return fmt::format("line {}, column {}", line, std::max<std::size_t>(column, 1));
}

json parse(const fs::path& path) {
  const auto bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    if (const auto kind = file_kind(text); !kind.empty())
      throw DataError(
          fmt::format("{} is no JSON: it is {}; give the text of JSON itself, in UTF-8", shown(path), kind));
    if (!is_utf8(text))
      throw DataError(fmt::format(
          "{} holds bytes that are no UTF-8, the first near {}; save it as UTF-8, with names of image "
          "files that are none as tagloom shows them.",
          shown(path), position(text, error.byte)));
    throw DataError(
        fmt::format("{} is not valid JSON: the mistake is at {}", shown(path), position(text, error.byte)));
  } catch (const json::exception&) {
    throw DataError(fmt::format("{} holds a number that no computer can; mend it", shown(path)));
  }
}

const json& member(const json& object, const char* key, const std::string& where) {
  if (!object.is_object() || !object.contains(key)) {
    throw DataError(fmt::format("{} has no \"{}\"", where, key));
  }
  return object.at(key);
}

const json& list_member(const json& object, const char* key, const std::string& where) {
  const auto& list = member(object, key, where);
  if (!list.is_array()) throw DataError(fmt::format("\"{}\" of {} is not a list", key, where));
  return list;
}

std::string text_of(const json& value, const std::string& what) {
  if (!value.is_string()) throw DataError(fmt::format("{} is not a text but {}", what, value.type_name()));
  return value.get<std::string>();
}

Vocabulary read_vocabulary(const json& document, const fs::path& path) {
  std::vector<std::string> labels;
  for (const auto& label : list_member(document, "labels", shown(path))) {
    labels.push_back(
        text_of(label, fmt::format("label {} in \"labels\" of {}", labels.size() + 1, shown(path))));
  }
  if (labels.empty())
    throw DataError(fmt::format("\"labels\" of {} is empty: there is nothing to learn", shown(path)));
  try {
    return Vocabulary(std::move(labels));
  } catch (const DataError& error) {
    throw DataError(fmt::format("\"labels\" of {} cannot be used: {}", shown(path), error.what()));
  }
}

/// Names come from a file that someone else may have written; they must not lead out of the folder of images.
void check_name(const std::string& name, const fs::path& file) {
  const fs::path path(name);
  const bool holds_nul = name.find('\0') != std::string::npos;
  if (name.empty() || holds_nul || path.is_absolute() ||
      std::ranges::find(path, fs::path("..")) != path.end()) {
    throw DataError(
        fmt::format("{} names an image \"{}\", which is not a file below images/", shown(file), shown(name)));
  }
}

struct Split {
  Vocabulary vocabulary;
  std::vector<Sample> samples;
  std::int64_t repeated_labels = 0;
};

Split read_split(const fs::path& path, const fs::path& images) {
  const auto document = parse(path);
  Split split{read_vocabulary(document, path), {}, 0};
  std::unordered_set<std::string> seen;
  std::size_t index = 0;
  for (const auto& entry : list_member(document, "samples", shown(path))) {
    const auto where = fmt::format("sample {} of {}", ++index, shown(path));
    Sample sample;
    sample.image_name =
        text_of(member(entry, "image_name", where), fmt::format("\"image_name\" of {}", where));
    check_name(sample.image_name, path);
    if (!seen.insert(sample.image_name).second) {
      throw DataError(fmt::format("{} lists the image \"{}\" twice", shown(path), shown(sample.image_name)));
    }
    sample.image_path = images / sample.image_name;
    const auto image = fmt::format("image \"{}\" in {}", shown(sample.image_name), shown(path));
    for (const auto& value : list_member(entry, "image_labels", image)) {
      const auto label = text_of(value, fmt::format("a label of {}", image));
      if (!split.vocabulary.contains(label)) {
        throw DataError(
            fmt::format("{} has the label \"{}\", which is not in the list \"labels\"", image, shown(label)));
      }
      const auto label_index = split.vocabulary.index_of(label);
      if (std::ranges::find(sample.labels, label_index) != sample.labels.end()) {
        ++split.repeated_labels;
      } else {
        sample.labels.push_back(label_index);
      }
    }
    split.samples.push_back(std::move(sample));
  }
  return split;
}

void check_same_labels(const Vocabulary& train, const Vocabulary& test, const fs::path& root) {
  if (train == test) return;
  if (train.size() != test.size()) {
    throw DataError(fmt::format("train.json lists {} labels and test.json {} in {}; both need the same list",
                                train.size(), test.size(), shown(root)));
  }
  std::int64_t at = 0;
  while (train.label(at) == test.label(at))
    ++at;
  throw DataError(
      fmt::format("label {} is \"{}\" in train.json but \"{}\" in test.json in {}; both need the same list",
                  at + 1, shown(train.label(at)), shown(test.label(at)), shown(root)));
}

bool is_at(const fs::path& root) {
  std::error_code ignored;
  return fs::exists(root / "train.json", ignored) || fs::exists(root / "test.json", ignored);
}

Dataset read_both(const fs::path& root) {
  auto train = read_split(root / "train.json", root / "images");
  auto test = read_split(root / "test.json", root / "images");
  check_same_labels(train.vocabulary, test.vocabulary, root);

  std::unordered_set<std::string_view> in_train;
  for (const auto& sample : train.samples)
    in_train.insert(sample.image_name);
  for (const auto& sample : test.samples) {
    if (in_train.contains(sample.image_name)) {
      throw DataError(
          fmt::format("the image \"{}\" is in both train.json and test.json in {}; remove it from one",
                      shown(sample.image_name), shown(root)));
    }
  }
  Dataset dataset;
  dataset.vocabulary = std::move(train.vocabulary);
  dataset.train = std::move(train.samples);
  dataset.test = std::move(test.samples);
  dataset.root = root;
  dataset.repeated_labels = train.repeated_labels + test.repeated_labels;
  return dataset;
}

}  // namespace

Layout corel5k() {
  return {
      .description = "a folder with train.json, test.json and images/", .is_at = is_at, .read = read_both};
}

}  // namespace tagloom::datasets
