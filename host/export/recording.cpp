#include "export/recording.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/record_function.h>
#include <torch/csrc/jit/frontend/tracer.h>

#include <string>
#include <utility>

namespace tagloom::torchscript {
namespace {

/// An encoder does not tell its parameters, and LibTorch takes none into a record that needs a gradient; but
/// every operation is shown the tensors that it is given.
class WithoutGradients {
 public:
  WithoutGradients()
      : handle_(
            at::addThreadLocalCallback(at::RecordFunctionCallback([](const at::RecordFunction& operation) {
                                         for (const c10::IValue& input : operation.inputs()) {
                                           if (!input.isTensor()) continue;
                                           const at::Tensor& tensor = input.toTensor();
                                           if (tensor.defined() && tensor.is_leaf() && tensor.requires_grad())
                                             tensor.set_requires_grad(false);
                                         }
                                         return std::unique_ptr<at::ObserverContext>();
                                       }).needsInputs(true))) {}
  ~WithoutGradients() { at::removeCallback(handle_); }
  WithoutGradients(const WithoutGradients&) = delete;
  WithoutGradients& operator=(const WithoutGradients&) = delete;

 private:
  at::CallbackHandle handle_;
};

}  // namespace

std::shared_ptr<Graph> record(const torch::jit::Stack& arguments, const Function& function) {
  const at::NoGradGuard no_grad;
  {
    const WithoutGradients seen;
    (void)function(arguments);
  }
  const auto traced = torch::jit::tracer::trace(
      arguments,
      [&](const torch::jit::Stack& inputs) {
        return torch::jit::Stack{c10::List<at::Tensor>(function(inputs))};
      },
      [](const at::Tensor& /*variable*/) { return std::string(); }, /*strict=*/false);
  return traced.first->graph;
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
