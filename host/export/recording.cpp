#include "export/recording.hpp"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/jit/frontend/tracer.h>

#include <string>
#include <utility>

namespace tagloom::torchscript {

namespace {

auto traced(const torch::jit::Stack& arguments, const Function& function) {
  const at::NoGradGuard no_grad;
  return torch::jit::tracer::trace(
      arguments,
      [&](const torch::jit::Stack& inputs) {
        return torch::jit::Stack{c10::List<at::Tensor>(function(inputs))};
      },
      [](const at::Tensor& /*variable*/) { return std::string(); }, /*strict=*/false);
}

}  // namespace

std::shared_ptr<Graph> record(const torch::jit::Stack& arguments, const Function& function) {
  return traced(arguments, function).first->graph;
}

std::vector<at::Tensor> results_while_recorded(const torch::jit::Stack& arguments, const Function& function) {
  return traced(arguments, function).second.at(0).toTensorVector();
}

torch::jit::Value* first_tensor(Graph& graph) {
  const torch::jit::WithInsertPoint at_the_start(*graph.nodes().begin());
  for (torch::jit::Value* input : graph.inputs()) {
    if (input->type()->isSubtypeOf(*c10::TensorType::get())) return input;
    if (input->type()->isSubtypeOf(*c10::ListType::ofTensors()))
      return graph.insert(c10::aten::__getitem__, {input, 0});
  }
  throw std::runtime_error("no tensor is given to what was recorded");
}

}  // namespace tagloom::torchscript
