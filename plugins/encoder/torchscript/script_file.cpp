#include "torchscript/script_file.hpp"

#include "backbone/choice.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/zip_archive.hpp>

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/version.h>

#include <algorithm>
#include <string_view>

namespace tagloom {
namespace {

constexpr const char* kHowToMake =
    "trace_backbone.py, which comes with tagloom, makes one of a model of timm's or torchvision's";

/// A sentence is better than what LibTorch says of a file that it was never meant for.
void check_is_script(const std::filesystem::path& path) {
  const std::string_view kind = file_kind(File(path, File::Mode::read));
  if (!kind.starts_with("a zip"))
    throw DataError(fmt::format("{} is no TorchScript module{}; {}.", shown(path),
                                kind.empty() ? "" : fmt::format(", but {}", kind), kHowToMake));
  const ZipArchive zip(path);
  const auto has = [&](std::string_view record) {
    return std::ranges::any_of(zip.entries(),
                               [&](const auto& entry) { return entry.name.ends_with(record); });
  };
  if (has("/constants.pkl") && has("/data.pkl")) return;
  if (has("/data.pkl"))
    throw DataError(fmt::format("{} holds weights alone, not the program that they belong to; {}.",
                                shown(path), kHowToMake));
  throw DataError(
      fmt::format("{} is a zip archive, but no TorchScript module; {}.", shown(path), kHowToMake));
}

/// The operator that a module needs and nobody here has, e.g. "torchvision::nms"; empty if that is not it.
std::string unknown_operator(const std::string& said) {
  constexpr std::string_view kWords = "Unknown builtin op: ";
  const auto at = said.find(kWords);
  if (at == std::string::npos) return "";
  const auto begin = at + kWords.size();
  const std::string name = said.substr(begin, said.find_first_of(" \n", begin) - begin);
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

DataError cannot_load(const std::filesystem::path& path, const std::exception& error) {
  const std::string op = unknown_operator(error.what());
  if (!op.empty() && !op.starts_with("aten::"))
    return DataError(
        fmt::format("the module {} needs the operator {}, which is none of PyTorch's own; trace the model "
                    "without the part that uses it.",
                    shown(path), shown(op)));
  return DataError(fmt::format(
      "LibTorch {} cannot load the module {}{}; if it was traced by a newer PyTorch, trace it by one "
      "that is not newer, or use a tagloom with a newer LibTorch. LibTorch says: {}",
      TORCH_VERSION, shown(path), op.empty() ? "" : fmt::format(", which needs {}", shown(op)),
      brief_what(error)));
}

}  // namespace

ScriptFile read_script(const std::filesystem::path& path) {
  check_is_script(path);
  torch::jit::ExtraFilesMap extra = {{kOptionsInFile, ""}};
  ScriptFile file;
  try {
    file.module = torch::jit::load(path.string(), at::kCPU, extra);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw cannot_load(path, error);
  }
  file.options = options_in(extra[kOptionsInFile], path);
  return file;
}

}  // namespace tagloom
