#include "convnet/onednn/fusion.hpp"

#include <algorithm>

namespace tagloom::onednn {

using Kind = GraphOperation::Kind;

Fusion::Fusion(const ConvNetGraph& graph)
    : readers_(graph.operations().size()), sums_(graph.operations().size()) {
  const std::vector<GraphOperation>& operations = graph.operations();
  for (GraphValue i = 0; i < operations.size(); ++i)
    for (const GraphValue input : operations[i].inputs)
      readers_[input].push_back(i);
  for (GraphValue i = 0; i < operations.size(); ++i) {
    if (operations[i].kind != Kind::add) continue;
    const GraphValue last = std::ranges::max(operations[i].inputs);
    if (readers_[last].size() == 1 && computes_sums(operations[last])) sums_[last] = i;
  }
}

bool Fusion::is_read_later(GraphValue value, GraphValue now, GraphValue reader) const {
  return std::ranges::any_of(readers_[value],
                             [&](GraphValue other) { return other > now && other != reader; });
}

bool Fusion::computes_sums(const GraphOperation& operation) const {
  return (operation.kind == Kind::convolution || operation.kind == Kind::multiply) &&
         operation.activation.kind == Activation::Kind::none;
}

}  // namespace tagloom::onednn
