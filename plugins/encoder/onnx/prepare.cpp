#include "onnx/prepare.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <openvino/core/preprocess/pre_post_process.hpp>
#include <utility>

namespace tagloom {
namespace {

std::string name_of(const auto& port) {
  return port.get_names().empty() ? "?" : port.get_any_name();
}

std::string text_of(const ov::PartialShape& shape) {
  return shown(shape.to_string());
}

std::string names_in(const auto& ports) {
  std::vector<std::string> names;
  for (const auto& port : ports)
    names.push_back(fmt::format("{} {}", shown(name_of(port)), text_of(port.get_partial_shape())));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::int64_t length_or_any(const ov::Dimension& dimension) {
  return dimension.is_static() ? dimension.get_length() : 0;
}

ChannelsAt channels_at(const ov::PartialShape& shape, const std::string& layout) {
  const auto has_colors = [&](std::size_t at) { return shape[at].is_static() && shape[at].compatible(3); };
  const bool is_back = layout == "nhwc" || (layout == "auto" && !has_colors(1) && has_colors(3));
  // A length that is not settled may be three.
  if (shape[is_back ? 3 : 1].compatible(3)) return is_back ? ChannelsAt::back : ChannelsAt::front;
  throw UsageError(
      fmt::format("the module takes {}, which are no images of three colours{}; take a backbone of pictures.",
                  text_of(shape), layout == "auto" ? "" : " with layout=" + layout));
}

/// The position of the output of that name or index.
int output_called(const ov::Model& network, const std::string& name, const char* option) {
  const auto& outputs = network.outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].get_names().contains(name) || std::to_string(i) == name) return static_cast<int>(i);
  throw UsageError(
      fmt::format("{}={} is no output of the module; it has {}.", option, shown(name), names_in(outputs)));
}

/// Positions of the pooled feature and the map; -1: not there.
std::pair<int, int> outputs_chosen(const ov::Model& network, const OutputChoice& choice) {
  if (choice.names_any())
    return {choice.pooled.empty() ? -1 : output_called(network, choice.pooled, "pooled"),
            choice.map.empty() ? -1 : output_called(network, choice.map, "map")};
  if (network.outputs().size() != 1)
    throw UsageError(fmt::format("the module has {} outputs; say by pooled and map which of {} are features.",
                                 network.outputs().size(), names_in(network.outputs())));
  const ov::Rank rank = network.output(0).get_partial_shape().rank();
  const bool is_pooled = rank.is_static() && rank.get_length() == 2;
  return is_pooled ? std::pair{0, -1} : std::pair{-1, 0};
}

void set_input(ov::Model& network, const Preparation& wanted, std::int64_t images) {
  const auto side = ov::Dimension(wanted.side);
  const bool front = wanted.input.channels == ChannelsAt::front;
  const ov::PartialShape shape =
      front ? ov::PartialShape{images, 3, side, side} : ov::PartialShape{images, side, side, 3};
  try {
    network.reshape(shape);
  } catch (const ov::Exception& error) {
    throw DataError(fmt::format(
        "the module, which takes {}, cannot be given {}: set image_size to what it was exported for, or "
        "export it for that size. OpenVINO says: {}",
        text_of(network.input().get_partial_shape()), text_of(shape), brief(error.what())));
  }
}

void check_settled(const ov::Output<ov::Node>& output, std::int64_t images) {
  const ov::PartialShape& shape = output.get_partial_shape();
  if (shape.is_dynamic())
    throw DataError(fmt::format(
        "the module's output {} is {} whatever size its images are: its shape depends on what is in them; "
        "export the network up to its features alone.",
        shown(name_of(output)), text_of(shape)));
  if (shape.size() == 0 || shape[0].get_length() != images)
    throw DataError(fmt::format(
        "the module's output {} is {} for {} images: it was exported for another number; export it with a "
        "dynamic batch axis.",
        shown(name_of(output)), text_of(shape), images));
}

/// Maps with the channels last, so that nobody transposes them later; pooled features with the channels
/// first.
void set_types(PreparedNetwork& made, ChannelsAt channels) {
  ov::preprocess::PrePostProcessor around(made.network);
  const ov::Layout layout = channels == ChannelsAt::front ? "NCHW" : "NHWC";
  around.input().tensor().set_element_type(ov::element::f32).set_layout("NCHW");
  around.input().model().set_layout(layout);
  for (std::size_t i = 0; i < made.network->outputs().size(); ++i) {
    around.output(i).tensor().set_element_type(ov::element::f32);
    if (made.network->output(i).get_partial_shape().size() != 4) continue;
    around.output(i).model().set_layout(layout);
    around.output(i).tensor().set_layout(static_cast<int>(i) == made.map ? "NHWC" : "NCHW");
  }
  made.network = around.build();
}

}  // namespace

NetworkInput input_of(const ov::Model& network, const std::string& layout) {
  if (network.inputs().size() != 1)
    throw UsageError(
        fmt::format("the module takes {} inputs ({}), not images alone; export the part that sees pictures.",
                    network.inputs().size(), names_in(network.inputs())));
  const ov::PartialShape& shape = network.input().get_partial_shape();
  if (shape.rank().is_dynamic() || shape.rank().get_length() != 4)
    throw UsageError(fmt::format(
        "the module takes {}, which are no images [images, 3, height, width]; take a backbone of pictures.",
        text_of(shape)));
  const ChannelsAt channels = channels_at(shape, layout);
  const std::int64_t height = length_or_any(shape[channels == ChannelsAt::front ? 2 : 1]);
  const std::int64_t width = length_or_any(shape[channels == ChannelsAt::front ? 3 : 2]);
  return {.channels = channels, .side = height == width ? height : 0, .images = length_or_any(shape[0])};
}

PreparedNetwork prepared(const std::shared_ptr<ov::Model>& network, const Preparation& wanted) {
  const auto [pooled, map] = outputs_chosen(*network, wanted.choice);
  PreparedNetwork made{.images = std::max<std::int64_t>(wanted.input.images, 1)};
  ov::OutputVector outputs;
  const auto take = [&](int position, int& becomes) {
    if (position < 0) return;
    becomes = static_cast<int>(outputs.size());
    outputs.push_back(network->output(static_cast<std::size_t>(position)).get_node()->input_value(0));
  };
  take(pooled, made.pooled);
  take(map, made.map);
  made.network = std::make_shared<ov::Model>(outputs, network->get_parameters());
  set_input(*made.network, wanted, made.images);
  for (const auto& output : made.network->outputs())
    check_settled(output, made.images);
  set_types(made, wanted.input.channels);
  return made;
}

}  // namespace tagloom
