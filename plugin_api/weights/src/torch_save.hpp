#pragma once

/// Files that Python's `torch.save` wrote: a zip archive (since PyTorch 1.6) or, before that, pickles one
/// after another with the storages behind them. Both hold the same kind of pickle; see pickle.hpp for what is
/// read of it.

#include <tagloom/weights/named_tensors.hpp>

#include <filesystem>

namespace tagloom {

NamedTensors read_torch_zip(const std::filesystem::path& path);
NamedTensors read_torch_legacy(const std::filesystem::path& path);

}  // namespace tagloom
