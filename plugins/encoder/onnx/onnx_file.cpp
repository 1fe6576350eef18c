#include "onnx/onnx_file.hpp"

#include "backbone/choice.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <protozero/pbf_message.hpp>
#include <set>
#include <string_view>

namespace tagloom {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHowToMake = "torch.onnx.export makes one of a model of PyTorch's";

// Numbers of fields, from onnx.proto.
enum class Model : protozero::pbf_tag_type { ir_version = 1, graph = 7, metadata = 14 };
enum class Graph : protozero::pbf_tag_type { initializer = 5 };
enum class Tensor : protozero::pbf_tag_type { external_data = 13 };
enum class Entry : protozero::pbf_tag_type { key = 1, value = 2 };

struct KeyAndValue {
  std::string key;
  std::string value;
};

/// A field of another type than its own is skipped, as protobuf's own readers do: to take it for its own
/// would read a length where there is none.
template <class Tag>
bool has_length(const protozero::pbf_message<Tag>& message) {
  return message.wire_type() == protozero::pbf_wire_type::length_delimited;
}

KeyAndValue entry_in(protozero::pbf_message<Entry> entry) {
  KeyAndValue read;
  while (entry.next()) {
    if (entry.tag() == Entry::key && has_length(entry))
      read.key = entry.get_string();
    else if (entry.tag() == Entry::value && has_length(entry))
      read.value = entry.get_string();
    else
      entry.skip();
  }
  return read;
}

/// Where a graph's tensors lie that are not in the file.
std::set<std::string> locations_in(protozero::pbf_message<Graph> graph) {
  std::set<std::string> locations;
  while (graph.next(Graph::initializer, protozero::pbf_wire_type::length_delimited)) {
    protozero::pbf_message<Tensor> tensor(graph.get_message());
    while (tensor.next(Tensor::external_data, protozero::pbf_wire_type::length_delimited))
      if (const KeyAndValue entry = entry_in(tensor.get_message()); entry.key == "location")
        locations.insert(entry.value);
  }
  return locations;
}

struct Outermost {
  std::set<std::string> locations;
  std::string options;
};

/// Nothing if the message is no model's.
std::optional<Outermost> outermost(std::string_view bytes) {
  Outermost found;
  bool has_version = false;
  bool has_graph = false;
  protozero::pbf_message<Model> model(bytes.data(), bytes.size());
  while (model.next()) {
    if (model.tag() == Model::graph && has_length(model)) {
      has_graph = true;
      found.locations.merge(locations_in(model.get_message()));
    } else if (model.tag() == Model::metadata && has_length(model)) {
      const KeyAndValue entry = entry_in(model.get_message());
      if (entry.key == kOptionsInFile) found.options = entry.value;
    } else {
      has_version = has_version || model.tag() == Model::ir_version;
      model.skip();
    }
  }
  if (!has_version || !has_graph) return std::nullopt;
  return found;
}

Outermost outermost_of(const fs::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  std::string_view kind;
  try {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    kind = file_kind(text.substr(0, 512));
    if (const auto found = outermost(text)) return *found;
  } catch (const protozero::exception&) {
    // A message that ends before it should: said below.
  }
  throw DataError(fmt::format("{} is no ONNX model, or a damaged one{}; {}.", shown(path),
                              kind.empty() ? "" : fmt::format(": it is {}", kind), kHowToMake));
}

/// A file of weights must not lead out of the model's folder.
fs::path beside(const fs::path& model, const std::string& location) {
  const fs::path relative(location);
  const bool leads_away =
      relative.is_absolute() || location.empty() || std::ranges::find(relative, "..") != relative.end();
  if (leads_away)
    throw DataError(
        fmt::format("the module {} has weights in {}, which is not beside it; export it into one folder.",
                    shown(model), shown(location)));
  const fs::path file = model.parent_path() / relative;
  if (std::error_code ignored; !fs::is_regular_file(file, ignored))
    throw DataError(fmt::format(
        "the module {} has its weights in {}, which is not there; put both files into one folder.",
        shown(model), shown(file)));
  return file;
}

}  // namespace

OnnxFile read_onnx(const fs::path& path) {
  const Outermost found = outermost_of(path);
  OnnxFile file{.options = options_in(found.options, path)};
  for (const std::string& location : found.locations)
    file.weights.push_back(beside(path, location));
  return file;
}

}  // namespace tagloom
