#include "export/recording.hpp"

#include <optional>

namespace tagloom::torchscript {
namespace {

using torch::jit::Node;
using torch::jit::Value;

constexpr const char* kOtherOperations = "its operations are others for another number of images or steps";

void collect(at::ArrayRef<torch::jit::Block*> blocks, std::vector<Node*>& nodes);

void collect(torch::jit::Block* block, std::vector<Node*>& nodes) {
  for (Node* node : block->nodes()) {
    nodes.push_back(node);
    collect(node->blocks(), nodes);
  }
}

void collect(at::ArrayRef<torch::jit::Block*> blocks, std::vector<Node*>& nodes) {
  for (torch::jit::Block* block : blocks)
    collect(block, nodes);
}

std::vector<Node*> nodes_of(Graph& graph) {
  std::vector<Node*> nodes;
  collect(graph.block(), nodes);
  return nodes;
}

std::optional<std::int64_t> whole_number(const Node* node) {
  if (node->kind() != c10::prim::Constant || !node->hasAttribute(c10::attr::value) ||
      node->kindOf(c10::attr::value) != torch::jit::AttributeKind::i ||
      !node->output()->type()->isSubtypeOf(*c10::IntType::get()))
    return {};
  return node->i(c10::attr::value);
}

/// a + b images + c step + d images step.
struct Size {
  std::int64_t a;
  std::int64_t b;
  std::int64_t c;
  std::int64_t d;
};

/// From its values in the four samples, whose images and steps differ by one.
Size size_through(const std::array<std::int64_t, 4>& values, const Samples& samples) {
  const auto [value, more_images, later, both] = values;
  const std::int64_t d = both - later - more_images + value;
  const std::int64_t b = more_images - value - d * samples.step;
  const std::int64_t c = later - value - d * samples.images;
  return {value - b * samples.images - c * samples.step - d * samples.images * samples.step, b, c, d};
}

/// What a size is computed from, in the graph.
struct Variables {
  Value* images;
  Value* step;
};

Value* inserted(Graph& graph, const Size& size, const Variables& of) {
  const auto times = [&](Value* value, std::int64_t factor) {
    return graph.insert(c10::aten::mul, {value, factor});
  };
  const auto plus = [&](Value* sum, Value* value) { return graph.insert(c10::aten::add, {sum, value}); };
  Value* sum = graph.insertConstant(size.a);
  if (size.b != 0) sum = plus(sum, times(of.images, size.b));
  if (size.c != 0) sum = plus(sum, times(of.step, size.c));
  if (size.d != 0) sum = plus(sum, times(graph.insert(c10::aten::mul, {of.images, of.step}), size.d));
  return sum;
}

Variables variables_of(Graph& graph, bool has_steps) {
  Value* first = first_tensor(graph);
  Value* step = has_steps ? graph.insertInput(1, "step")->setType(c10::IntType::get()) : nullptr;
  return {graph.insert(c10::aten::size, {first, 0}), step};
}

}  // namespace

std::shared_ptr<Graph> for_any_size(const Samples& samples) {
  std::array<std::vector<Node*>, 4> nodes;
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    nodes[k] = nodes_of(*samples.graphs[k]);
    if (nodes[k].size() != nodes[0].size()) throw NoOneRecord(kOtherOperations);
  }
  Graph& graph = *samples.graphs[0];
  const torch::jit::WithInsertPoint at_the_start(*graph.nodes().begin());
  const Variables variables = variables_of(graph, samples.step > 0);
  for (std::size_t n = 0; n < nodes[0].size(); ++n) {
    std::array<std::int64_t, 4> values{};
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      if (nodes[k][n]->kind() != nodes[0][n]->kind()) throw NoOneRecord(kOtherOperations);
      values[k] = whole_number(nodes[k][n]).value_or(0);
    }
    const Size size = size_through(values, samples);
    if (size.b != 0 || size.c != 0 || size.d != 0)
      nodes[0][n]->output()->replaceAllUsesWith(inserted(graph, size, variables));
  }
  return samples.graphs[0];
}

}  // namespace tagloom::torchscript
