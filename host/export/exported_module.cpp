#include "export/exported_module.hpp"

#include <torch/csrc/jit/passes/dead_code_elimination.h>

#include <utility>

namespace tagloom::torchscript {
namespace {

using torch::jit::Node;
using torch::jit::Value;

std::vector<Node*> constants_of(Graph& graph, c10::TypeKind type) {
  std::vector<Node*> found;
  for (Node* node : graph.nodes())
    if (node->kind() == c10::prim::Constant && node->hasAttribute(c10::attr::value) &&
        node->output()->type()->kind() == type)
      found.push_back(node);
  return found;
}

void follow_device(Graph& graph) {
  const auto devices = constants_of(graph, c10::TypeKind::DeviceObjType);
  if (devices.empty()) return;
  Value* first = first_tensor(graph);
  const torch::jit::WithInsertPoint behind_it(
      first->node()->kind() == c10::prim::Param ? *graph.nodes().begin() : first->node()->next());
  Value* device = graph.insert(c10::prim::device, {first});
  for (Node* node : devices)
    node->output()->replaceAllUsesWith(device);
}

}  // namespace

ExportedModule::ExportedModule()
    : module_("__torch__.Tagger", std::make_shared<torch::jit::CompilationUnit>()) {
  // Python's `module.eval()` sets it.
  module_.register_attribute("training", c10::BoolType::get(), false);
}

void ExportedModule::add_method(const std::string& name, const std::shared_ptr<Graph>& graph) {
  follow_device(*graph);
  Value* self = graph->insertInput(0, "self")->setType(module_.type());
  move_tensors(*graph, self);
  torch::jit::EliminateDeadCode(graph);
  graph->lint();
  const c10::QualifiedName qualified(*module_.type()->name(), name);
  module_.type()->addMethod(module_._ivalue()->compilation_unit()->create_function(qualified, graph));
}

void ExportedModule::move_tensors(Graph& graph, Value* self) {
  for (Node* node : constants_of(graph, c10::TypeKind::TensorType)) {
    const torch::jit::WithInsertPoint here(node);
    Node* get = graph.insertNode(graph.createGetAttr(self, buffer_of(node->t(c10::attr::value))));
    node->output()->replaceAllUsesWith(get->output());
  }
}

const std::string& ExportedModule::buffer_of(const at::Tensor& tensor) {
  const auto [entry, is_new] =
      buffers_.try_emplace(tensor.unsafeGetTensorImpl(), "weight_" + std::to_string(buffers_.size()));
  if (is_new) add_buffer(entry->second, tensor);
  return entry->second;
}

void ExportedModule::add_number(const std::string& name, std::int64_t value) {
  module_.register_attribute(name, c10::IntType::get(), value);
}

void ExportedModule::add_number(const std::string& name, double value) {
  module_.register_attribute(name, c10::FloatType::get(), value);
}

void ExportedModule::add_texts(const std::string& name, const std::vector<std::string>& texts) {
  module_.register_attribute(name, c10::ListType::ofStrings(), c10::List<std::string>(texts));
}

}  // namespace tagloom::torchscript
