#include <tagloom/nn/convnet/graph.hpp>

#include <c10/util/Exception.h>

#include <utility>

namespace tagloom {

using Kind = GraphOperation::Kind;

GraphValue ConvNetGraph::append(GraphOperation operation) {
  for (const GraphValue input : operation.inputs)
    TORCH_CHECK(input < operations_.size(), "an operation reads a value that is not computed yet");
  operations_.push_back(std::move(operation));
  return operations_.size() - 1;
}

GraphValue ConvNetGraph::images() {
  TORCH_CHECK(operations_.empty(), "a network reads its images once, first of all");
  return append({.kind = Kind::images});
}

GraphValue ConvNetGraph::convolution(GraphValue input, std::shared_ptr<Convolution> layer,
                                     std::shared_ptr<BatchNorm> norm, Activation activation) {
  return append({.kind = Kind::convolution,
                 .inputs = {input},
                 .activation = activation,
                 .convolution = std::move(layer),
                 .norm = std::move(norm)});
}

GraphValue ConvNetGraph::add(GraphValue first, GraphValue second, Activation activation) {
  return append({.kind = Kind::add, .inputs = {first, second}, .activation = activation});
}

GraphValue ConvNetGraph::multiply(GraphValue map, GraphValue channels) {
  return append({.kind = Kind::multiply, .inputs = {map, channels}});
}

GraphValue ConvNetGraph::average(GraphValue map) {
  return append({.kind = Kind::average, .inputs = {map}});
}

GraphValue ConvNetGraph::mean(GraphValue map) {
  return append({.kind = Kind::mean, .inputs = {map}});
}

GraphValue ConvNetGraph::blur(GraphValue map) {
  return append({.kind = Kind::blur, .inputs = {map}});
}

GraphValue ConvNetGraph::space_to_depth(GraphValue images) {
  TORCH_CHECK(images == 0, "space_to_depth is for the images");
  return append({.kind = Kind::space_to_depth, .inputs = {images}});
}

}  // namespace tagloom
