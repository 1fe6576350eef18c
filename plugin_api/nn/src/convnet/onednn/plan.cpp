#include "convnet/onednn/plan.hpp"

#include "convnet/onednn/api.hpp"
#include "convnet/onednn/fusion.hpp"
#include "convnet/onednn/operations.hpp"

#include <c10/util/Exception.h>

#include <optional>
#include <tuple>
#include <utility>

namespace tagloom::onednn {
namespace {

using dnnl::memory;
using Kind = GraphOperation::Kind;

/// Goes through the operations, and knows where their values lie.
class Planner {
 public:
  Planner(const ConvNetGraph& graph, Builder& plan, const Map& images)
      : operations_(graph.operations()), fusion_(graph), plan_(plan), maps_(operations_.size()) {
    maps_[0] = images;
    for (GraphValue i = 1; i < operations_.size(); ++i)
      append(i);
  }

  [[nodiscard]] const Map& output() const { return *maps_.back(); }

 private:
  void append(GraphValue i) {
    // A sum may be known already.
    if (maps_[i]) return;
    maps_[i] = appended(i);
    if (const auto sum = fusion_.sum_of(i)) maps_[*sum] = maps_[i];
  }

  Map appended(GraphValue i) {
    const GraphOperation& operation = operations_[i];
    switch (operation.kind) {
      case Kind::images:
        break;
      case Kind::convolution:
        return appended_convolution(i);
      case Kind::multiply:
        return appended_multiply(i);
      case Kind::add:
        return append_add(plan_, operand(operation.inputs[0], i), map(operation.inputs[1]),
                          operation.activation);
      case Kind::average:
        return append_average(plan_, map(operation.inputs[0]));
      case Kind::mean:
        return append_mean(plan_, map(operation.inputs[0]));
      case Kind::blur:
        return append_blur(plan_, map(operation.inputs[0]));
      case Kind::space_to_depth:
        return append_space_to_depth(plan_, map(operation.inputs[0]));
    }
    TORCH_CHECK(false, "no such operation");
  }

  Map appended_convolution(GraphValue i) {
    const GraphOperation& operation = operations_[i];
    TORCH_CHECK(!operation.norm || operation.norm->folded(), "batch normalisations are to be folded first");
    const Map& input = map(operation.inputs[0]);
    const auto sum = fusion_.sum_of(i);
    if (!sum) return append_convolution(plan_, input, *operation.convolution, operation.activation);
    const GraphValue other = other_of(*sum, i);
    const Operand plus = {map(other), fusion_.is_read_later(other, i, *sum)};
    return append_convolution(plan_, input, *operation.convolution, operations_[*sum].activation, plus);
  }

  Map appended_multiply(GraphValue i) {
    const GraphOperation& operation = operations_[i];
    const Operand first = operand(operation.inputs[0], i);
    const Map& channels = map(operation.inputs[1]);
    const auto sum = fusion_.sum_of(i);
    if (!sum) return append_multiply(plan_, first, channels, operation.activation);
    return append_multiply(plan_, first, channels, operations_[*sum].activation, map(other_of(*sum, i)));
  }

  const Map& map(GraphValue value) const { return *maps_[value]; }
  Operand operand(GraphValue value, GraphValue reader) const {
    return {map(value), fusion_.is_read_later(value, reader, reader)};
  }
  GraphValue other_of(GraphValue sum, GraphValue one) const {
    const std::vector<GraphValue>& inputs = operations_[sum].inputs;
    return inputs[0] == one ? inputs[1] : inputs[0];
  }

  const std::vector<GraphOperation>& operations_;
  Fusion fusion_;
  Builder& plan_;
  std::vector<std::optional<Map>> maps_;
};

}  // namespace

Plan::Plan(const ConvNetGraph& graph, const PlanKey& key, memory::data_type type, Weights& weights)
    : key_(key) {
  Builder plan(type, weights);
  const Map images = plan.external(
      {{key.images, 3, key.height, key.width}, memory::data_type::f32, memory::format_tag::nchw});
  const Planner planner(graph, plan, images);
  map_sizes_ = sizes_of(planner.output().desc);
  const Map map = plan.external({map_sizes_, memory::data_type::f32, memory::format_tag::nhwc});
  plan.append_reorder(planner.output(), map);
  images_ = images.buffer;
  map_ = map.buffer;
  std::tie(steps_, arena_) = plan.finish();
}

void Plan::run(const float* images, float* map) {
  // oneDNN's handles are not const, though it only reads what it is given as a source.
  arena_.point(images_, const_cast<float*>(images));
  arena_.point(map_, map);
  dnnl::stream stream(engine());
  for (const Step& step : steps_)
    step(stream);
  stream.wait();
}

}  // namespace tagloom::onednn
