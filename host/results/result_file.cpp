#include "results/result_file.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <string_view>

namespace tagloom::results {
namespace {

using nlohmann::json;

constexpr int kOldestFormat = 2;
constexpr int kNewestFormat = 3;

DataError refused(const std::filesystem::path& path, const std::string& why) {
  return DataError(fmt::format("{} is no file of `tagloom evaluate --json`: {}", shown(path), why));
}

json parsed(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) throw refused(path, "it is no JSON, or not all of it.");
  if (!document.is_object() || !document.contains("results")) throw refused(path, "it has no results.");
  return document;
}

void check_format(const std::filesystem::path& path, const json& document) {
  const int format = document.at("format").get<int>();
  if (format > kNewestFormat)
    throw DataError(fmt::format("{} is of format {}, which is newer than this tagloom ({}); update it.",
                                shown(path), format, kNewestFormat));
  if (format < kOldestFormat)
    throw DataError(fmt::format("{} is of format {}, which is too old; run `tagloom evaluate` again.",
                                shown(path), format));
}

/// Files of format 2 name labels in the order of the alphabet alone.
Vocabulary vocabulary_of(const json& document) {
  if (document.contains("vocabulary"))
    return Vocabulary(document.at("vocabulary").get<std::vector<std::string>>());
  std::vector<std::string> labels;
  for (const json& result : document.at("results"))
    if (labels.empty())
      for (const auto& [label, unused] : result.at("labels").items())
        labels.push_back(label);
  return Vocabulary(std::move(labels));
}

std::vector<std::int64_t> indices(const json& labels, const Vocabulary& vocabulary) {
  std::vector<std::int64_t> all;
  for (const json& label : labels)
    all.push_back(vocabulary.index_of(label.get_ref<const std::string&>()));
  return all;
}

/// A list an image, in the order of `images`, or none where the file has none; what was taken is no longer in
/// `result`.
template <class Value, class Convert>
std::vector<Value> by_image(json& result, const char* key, const std::vector<std::string>& images,
                            const Convert& convert) {
  std::vector<Value> values;
  if (!result.contains(key)) return values;
  const json& of_images = result.at(key);
  if (of_images.size() != images.size())
    throw DataError(fmt::format("{} are given of {} images, but predictions of {}.", key, of_images.size(),
                                images.size()));
  for (const std::string& image : images)
    values.push_back(convert(of_images.at(image)));
  result.erase(key);
  return values;
}

/// Lists of numbers that are to go with others.
void check_lengths(const Result& result, std::size_t labels) {
  for (const auto& scores : result.scores)
    if (scores.size() != labels) throw DataError("an image has not one score a label.");
  for (std::size_t i = 0; i < result.probabilities.size(); ++i)
    if (result.probabilities[i].size() != result.predictions[i].size())
      throw DataError("an image has not one probability a predicted label.");
}

float number(const json& value) {
  return value.is_null() ? 0.0F : value.get<float>();
}

std::vector<float> numbers(const json& values) {
  std::vector<float> all;
  for (const json& value : values)
    all.push_back(number(value));
  return all;
}

Result result_of(json value, const Vocabulary& vocabulary) {
  using LabelSet = std::vector<std::int64_t>;
  Result result{.model = value.at("model"),
                .method = value.at("method"),
                .split = value.at("split"),
                .search = value.at("search")};
  for (const auto& [image, unused] : value.at("predictions").items())
    result.images.push_back(image);
  const auto labels = [&](const json& names) { return indices(names, vocabulary); };
  result.truth = by_image<LabelSet>(value, "truth", result.images, labels);
  result.predictions = by_image<LabelSet>(value, "predictions", result.images, labels);
  result.probabilities = by_image<std::vector<float>>(value, "probabilities", result.images, numbers);
  result.scores = by_image<std::vector<float>>(value, "scores", result.images, numbers);
  check_lengths(result, vocabulary.labels().size());
  result.json = std::move(value);
  return result;
}

std::string cell_of(const json& document) {
  const auto experiment = document.find("experiment");
  return experiment == document.end() ? "" : experiment->value("cell", "");
}

}  // namespace

std::string in_words(const json::exception& error) {
  // "[json.exception.type_error.302] type must be string, but is number"
  std::string_view words = error.what();
  if (const auto end = words.find("] "); words.starts_with('[') && end != std::string_view::npos)
    words.remove_prefix(end + 2);
  return fmt::format("{}{}", words, words.ends_with('.') ? "" : ".");
}

ResultFile read_results(const std::filesystem::path& path) {
  json document = parsed(path);
  try {
    check_format(path, document);
    ResultFile file{.path = path,
                    .tagloom = document.at("tagloom"),
                    .command = document.value("command", ""),
                    .vocabulary = vocabulary_of(document),
                    .failures = document.value("failures", std::vector<std::string>())};
    for (json& result : document.at("results")) {
      file.results.push_back(result_of(std::move(result), file.vocabulary));
      file.results.back().file = path;
      file.results.back().cell = cell_of(document);
    }
    return file;
  } catch (const json::exception& error) {
    throw refused(path, in_words(error));
  } catch (const DataError& error) {
    if (std::string_view(error.what()).find(shown(path)) != std::string_view::npos) throw;
    throw refused(path, error.what());
  }
}

}  // namespace tagloom::results
