#pragma once

/// The named tensors in what was unpickled, and what it is if there are none.

#include "pickle.hpp"

#include <tagloom/weights/named_tensors.hpp>

#include <filesystem>
#include <functional>

namespace tagloom {

/// All elements of a storage, one-dimensional; throws DataError if they are not there.
using StorageReader = std::function<at::Tensor(const pickle::StorageRef&)>;

/// The tensors of dictionaries within dictionaries, and of lists within those, with dotted names
/// ("model.fc.bias", "ema.shadow_params.0"). What belongs to an optimiser is left out, and not read. Throws
/// DataError, saying what the file holds instead, if no tensor is left, and naming a tensor of a type that
/// cannot be read before any storage is.
NamedTensors tensors_of(const pickle::Value& value, const pickle::Unpickler& unpickler,
                        const std::filesystem::path& path, const StorageReader& reader);

/// A copy of raw bytes as elements; a foreign byte other than 0 and 1 does not become a bool as it is.
at::Tensor elements_from(const void* bytes, std::int64_t count, at::ScalarType type);

}  // namespace tagloom
