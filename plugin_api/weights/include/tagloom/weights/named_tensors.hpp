#pragma once

/// Weights as files hold them: tensors with names, in the file's order.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace torch::nn {
class Module;
}

namespace tagloom {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Reads weights in any format, told from the content: safetensors, an index of several weights files, or
/// what Python's `torch.save` wrote (zip or legacy). From a pickle only tensors are built and nothing is run;
/// those inside nested dictionaries have dotted names ("model.body.conv1.weight"), an optimiser's state is
/// left out. See network_weights.hpp for what is around a network's own names. Throws DataError, naming the
/// file and what it holds instead, if it is missing, damaged, or holds no named tensors.
TAGLOOM_API NamedTensors read_weights(const std::filesystem::path& path);

/// Copies `weights` into the module's parameters and buffers of the same names. Strict: throws DataError
/// listing the missing and the unexpected names and those whose shapes differ (the first few of each and how
/// many there are). `what` says in the error what was being loaded, e.g. "tresnet_m weights from model.pth".
/// Buffers named `num_batches_tracked` may be missing.
TAGLOOM_API void load_strictly(torch::nn::Module& module, const NamedTensors& weights, std::string_view what);

/// A module's parameters and buffers, by name, detached, as they stand.
TAGLOOM_API NamedTensors named_tensors(const torch::nn::Module& module);

/// Hash of names, shapes, types and values, in the order of names.
TAGLOOM_API std::string fingerprint(const NamedTensors& weights);

}  // namespace tagloom
