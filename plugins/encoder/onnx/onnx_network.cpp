#include "onnx/onnx_network.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace tagloom {
namespace {

/// Behind the checks that OpenVINO's exceptions begin with, on lines of their own.
std::string reason_in(std::string_view said) {
  std::string last;
  while (!said.empty()) {
    const std::size_t end = std::min(said.find('\n'), said.size());
    if (const std::string line = brief(said.substr(0, end)); !line.empty()) last = line;
    said.remove_prefix(std::min(end + 1, said.size()));
  }
  return last;
}

/// The operators that a message says nobody knows, e.g. "com.microsoft.Attention"; empty if it says no such
/// thing.
std::string unknown_operators(std::string_view said) {
  constexpr std::string_view kWords = "conversion rule found for operations: ";
  const std::size_t at = said.find(kWords);
  if (at == std::string_view::npos) return "";
  said.remove_prefix(at + kWords.size());
  return brief(said.substr(0, said.find('\n')));
}

/// Waits for all of them at its end, so that none writes into memory that an exception has given back.
class AllDone {
 public:
  explicit AllDone(std::vector<ov::InferRequest>& requests) : requests_(requests) {}
  ~AllDone() {
    for (ov::InferRequest& request : requests_) {
      try {
        request.wait();
      } catch (const ov::Exception&) {
        // The one that is on its way says what happened.
      }
    }
  }
  AllDone(const AllDone&) = delete;
  AllDone& operator=(const AllDone&) = delete;

 private:
  std::vector<ov::InferRequest>& requests_;
};

ov::Tensor part_of(const at::Tensor& tensor, std::int64_t first, const ov::Shape& shape) {
  return {ov::element::f32, shape, tensor.data_ptr<float>() + first * tensor.stride(0)};
}

}  // namespace

std::shared_ptr<ov::Model> read_network(ov::Core& core, const std::filesystem::path& path) {
  try {
    return core.read_model(path.string());
  } catch (const ov::Exception& error) {
    const std::string operators = unknown_operators(error.what());
    if (!operators.empty())
      throw DataError(fmt::format(
          "the module {} needs operators that OpenVINO does not have ({}); export it without them.",
          shown(path), shown(operators)));
    throw DataError(fmt::format(
        "OpenVINO cannot read the module {}; export it again, by torch.onnx.export for instance. It says: {}",
        shown(path), reason_in(error.what())));
  }
}

OnnxNetwork::OnnxNetwork(ov::Core core, PreparedNetwork prepared, at::ScalarType type)
    : core_(std::move(core)), prepared_(std::move(prepared)), type_(type), threads_(at::get_num_threads()) {}

OnnxNetwork::Compiled OnnxNetwork::compiled(int at_once) {
  const ov::AnyMap properties{
      ov::num_streams(at_once), ov::inference_num_threads(threads_),
      ov::hint::inference_precision(type_ == at::kBFloat16 ? ov::element::bf16 : ov::element::f32),
      // Images are decoded on the same processors meanwhile.
      ov::hint::enable_cpu_pinning(false)};
  Compiled made{.network = core_.compile_model(prepared_.network, "CPU", properties)};
  for (int i = 0; i < at_once; ++i)
    made.requests.push_back(made.network.create_infer_request());
  return made;
}

OnnxNetwork::Compiled& OnnxNetwork::for_parts(std::int64_t parts) {
  const bool fills = parts >= threads_;
  std::optional<Compiled>& wanted = fills ? side_by_side_ : together_;
  if (!wanted) wanted = compiled(fills ? threads_ : 1);
  return *wanted;
}

void OnnxNetwork::compute(const at::Tensor& images, const std::vector<at::Tensor>& outputs) {
  const std::int64_t parts = images.size(0) / prepared_.images;
  Compiled& compiled = for_parts(parts);
  const AllDone all_done(compiled.requests);
  const auto begin = [&](ov::InferRequest& request, std::int64_t part) {
    const std::int64_t first = part * prepared_.images;
    request.set_input_tensor(part_of(images, first, compiled.network.input().get_shape()));
    for (std::size_t i = 0; i < outputs.size(); ++i)
      request.set_output_tensor(i, part_of(outputs[i], first, compiled.network.output(i).get_shape()));
    request.start_async();
  };
  for (std::int64_t part = 0; part < parts; ++part) {
    ov::InferRequest& request = compiled.requests[static_cast<std::size_t>(part) % compiled.requests.size()];
    request.wait();
    begin(request, part);
  }
  for (ov::InferRequest& request : compiled.requests)
    request.wait();
}

OutputFeatures OnnxNetwork::run(const at::Tensor& images, std::int64_t class_tokens) {
  const std::int64_t count = images.size(0);
  const std::int64_t missing = (prepared_.images - count % prepared_.images) % prepared_.images;
  const at::Tensor whole =
      missing == 0 ? images : at::constant_pad_nd(images, {0, 0, 0, 0, 0, 0, 0, missing}).contiguous();
  std::vector<at::Tensor> outputs;
  for (const auto& output : prepared_.network->outputs()) {
    const ov::Shape shape = output.get_shape();
    std::vector<std::int64_t> sizes(shape.begin(), shape.end());
    sizes[0] = whole.size(0);
    outputs.push_back(at::empty(sizes, at::kFloat));
  }
  compute(whole, outputs);
  const auto found = [&](int output) {
    return outputs[static_cast<std::size_t>(output)].narrow(0, 0, count);
  };
  OutputFeatures features;
  if (prepared_.pooled >= 0) features.pooled = as_pooled(found(prepared_.pooled));
  if (prepared_.map < 0) return features;
  const at::Tensor map = found(prepared_.map);
  // Its channels are last already: what set_map does with this view copies nothing.
  set_map(features, map.dim() == 4 ? map.permute({0, 3, 1, 2}) : map, class_tokens);
  return features;
}

}  // namespace tagloom
