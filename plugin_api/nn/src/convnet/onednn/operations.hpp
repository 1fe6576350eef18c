#pragma once

/// The operations of a network as oneDNN's primitives. Each appends its steps to a plan and returns the map
/// that they make.

#include "convnet/onednn/builder.hpp"

#include <optional>

namespace tagloom::onednn {

/// What may be overwritten: a sum or product is then computed where its first operand lies.
struct Operand {
  Map map;
  bool is_read_later = true;
};

/// The layer with its bias, then `plus` added if there is one, then the activation.
Map append_convolution(Builder& plan, const Map& input, const Convolution& layer, Activation activation,
                       const std::optional<Operand>& plus = {});

/// `map` by a number for each channel and image, then `plus` added if there is one, then the activation.
Map append_multiply(Builder& plan, const Operand& map, const Map& channels, Activation activation,
                    const std::optional<Map>& plus = {});

Map append_add(Builder& plan, const Operand& first, const Map& second, Activation activation);

/// Over 2 x 2 pixels.
Map append_average(Builder& plan, const Map& map);
/// Over all pixels.
Map append_mean(Builder& plan, const Map& map);
Map append_blur(Builder& plan, const Map& map);

/// Images `[batch, 3, height, width]` in float32 to 48 channels, a quarter as high and wide.
Map append_space_to_depth(Builder& plan, const Map& images);

/// The post-operation of an activation; nothing for none.
void append_activation(dnnl::post_ops& operations, Activation activation);

}  // namespace tagloom::onednn
