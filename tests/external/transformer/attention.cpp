#include "attention.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace transformer_plugin {
namespace {

/// Without a bias: softmax does not see one that all keys share, and `output` has that of the values.
torch::nn::Linear projection(std::int64_t from, std::int64_t to) {
  return torch::nn::Linear(torch::nn::LinearOptions(from, to).bias(false));
}

}  // namespace

AttentionImpl::AttentionImpl(const AttentionShape& shape) : heads_(shape.heads) {
  query_ = register_module("query", projection(shape.width, shape.width));
  key_value_ = register_module("key_value", projection(shape.width, 2 * shape.width));
  output_ = register_module("output", torch::nn::Linear(shape.width, shape.width));
  dropout_ = register_module("dropout", torch::nn::Dropout(shape.dropout));
}

at::Tensor AttentionImpl::by_head(const at::Tensor& rows) const {
  return rows.unflatten(2, {heads_, rows.size(2) / heads_}).transpose(1, 2);
}

at::Tensor AttentionImpl::keys_and_values(const at::Tensor& input) {
  return key_value_->forward(input);
}

Attended AttentionImpl::forward(const at::Tensor& input, const at::Tensor& keys_and_values,
                                const at::Tensor& hidden) {
  const auto sides = keys_and_values.chunk(2, 2);
  const at::Tensor queries = by_head(query_->forward(input));
  const double scale = 1 / std::sqrt(static_cast<double>(queries.size(3)));
  at::Tensor scores = queries.matmul(by_head(sides[0]).transpose(2, 3)) * scale;
  if (hidden.defined()) scores = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
  const at::Tensor weights = scores.softmax(3);
  const at::Tensor values = dropout_->forward(weights).matmul(by_head(sides[1]));
  return {output_->forward(values.transpose(1, 2).flatten(2)), weights.mean(1)};
}

}  // namespace transformer_plugin
