#include "kernels/product_times.hpp"

#include "kernels/products.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/base/user_folder.hpp>
#include <tagloom/nn/bfloat16.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string_view>
#include <system_error>
#include <vector>

namespace tagloom {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

/// Does the work once.
using Compute = std::function<at::Tensor()>;

/// A GPU computes behind one's back; to read a number waits for it.
void wait_for(const at::Tensor& result) {
  (void)result.flatten()[0].to(at::kFloat).item<float>();
}

double milliseconds(const Compute& compute) {
  const auto start = Clock::now();
  wait_for(compute());
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// The best of alternating tries, so that what else the machine does meets both.
ProductTimes best_of(const Compute& float32, const Compute& bfloat16) {
  constexpr int kLeast = 3;
  constexpr auto kEnough = std::chrono::milliseconds(35);
  // The first products allocate, and choose kernels.
  wait_for(float32());
  wait_for(bfloat16());
  ProductTimes best{.float32 = milliseconds(float32), .bfloat16 = milliseconds(bfloat16)};
  const auto start = Clock::now();
  for (int tries = 1; tries < kLeast || Clock::now() - start < kEnough; ++tries) {
    best.float32 = std::min(best.float32, milliseconds(float32));
    best.bfloat16 = std::min(best.bfloat16, milliseconds(bfloat16));
  }
  return best;
}

/// A training step's three products of the gates of an LSTM, cast as `SequenceWeight` casts.
Compute products_of_rows(at::Device device, at::ScalarType type) {
  constexpr std::int64_t kBatch = 32;
  constexpr std::int64_t kHidden = 768;
  const at::Tensor rows = at::full({kBatch, kHidden}, 0.5, device);
  const at::Tensor weight = at::full({4 * kHidden, kHidden}, 0.5, device);
  return [=] {
    const at::Tensor x = operand(rows, type);
    const at::Tensor w = operand(weight, type);
    const at::Tensor y = operand(times_transposed(x, w), type);
    return times(y, w).select(0, 0) + transposed_times(y, x).select(0, 0);
  };
}

/// A residual block's 3 x 3 convolution.
Compute convolution_of_images(at::Device device, at::ScalarType type) {
  constexpr std::int64_t kChannels = 128;
  constexpr std::int64_t kSize = 28;
  const auto laid_out = [&](std::initializer_list<std::int64_t> sizes) {
    return at::full(sizes, 0.5, device).to(type).contiguous(at::MemoryFormat::ChannelsLast);
  };
  const at::Tensor images = laid_out({2, kChannels, kSize, kSize});
  const at::Tensor weight = laid_out({kChannels, kChannels, 3, 3});
  return [=] { return at::conv2d(images, weight, {}, 1, 1); };
}

std::string processor_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(std::min(line.find(':') + 2, line.size()));
  return "unknown processor";
}

const char* word_for(Work work) {
  return work == Work::rows ? "rows" : "images";
}

json content_of(const std::filesystem::path& path) {
  try {
    const auto bytes = read_file(path);
    json content = json::parse(reinterpret_cast<const char*>(bytes.data()),
                               reinterpret_cast<const char*>(bytes.data()) + bytes.size());
    if (content.is_object()) return content;
  } catch (const Error&) {
  } catch (const json::exception&) {
  }
  return json::object();
}

}  // namespace

ProductTimes measure(at::Device device, Work work) {
  const at::NoGradGuard no_gradients;
  const auto of = work == Work::rows ? products_of_rows : convolution_of_images;
  return best_of(of(device, at::kFloat), of(device, at::kBFloat16));
}

std::string machine() {
  const char* const capability = std::getenv("ATEN_CPU_CAPABILITY");
  return fmt::format("{}, {} threads, LibTorch {} with {}, {}matrix tiles", processor_model(),
                     at::get_num_threads(), TORCH_VERSION, capability == nullptr ? "its kernels" : capability,
                     uses_matrix_tiles() ? "" : "no ");
}

std::optional<ProductTimes> RememberedTimes::find(const std::string& machine, Work work) const {
  const json content = content_of(file_);
  try {
    const json& times = content.at(machine).at(word_for(work));
    const ProductTimes found{.float32 = times.at("float32"), .bfloat16 = times.at("bfloat16")};
    if (found.float32 > 0 && found.bfloat16 > 0) return found;
  } catch (const json::exception&) {
  }
  return std::nullopt;
}

bool RememberedTimes::add(const std::string& machine, Work work, ProductTimes times) const {
  json content = content_of(file_);
  if (!content[machine].is_object()) content[machine] = json::object();
  content[machine][word_for(work)] = {{"float32", times.float32}, {"bfloat16", times.bfloat16}};
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  try {
    replace_file(file_, to_json_text(content, 2) + "\n");
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::filesystem::path usual_file_of_times() {
  const std::filesystem::path folder = user_cache_folder();
  return folder.empty() ? folder : folder / "products.json";
}

}  // namespace tagloom
