#pragma once

/// Weights in several files: an index (`model.safetensors.index.json`) whose `weight_map` says for every
/// tensor in which file of the same folder it lies.

#include <tagloom/weights/named_tensors.hpp>

#include <filesystem>
#include <functional>

namespace tagloom {

/// The tensors that the index names, read by `read_file`. Throws DataError if the index is none, names a file
/// outside its own folder, or a file lacks what it should have.
NamedTensors read_shards(const std::filesystem::path& index,
                         const std::function<NamedTensors(const std::filesystem::path&)>& read_file);

}  // namespace tagloom
