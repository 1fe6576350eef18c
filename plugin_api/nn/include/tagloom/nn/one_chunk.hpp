#pragma once

/// Tensors that lie in one piece of memory, as cuDNN wants the weights of an LSTM: where they lie apart, it
/// copies them together at every call, and warns.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/rnn.h>

#include <vector>

namespace tagloom {

/// Copies of contiguous tensors, in another type, which lie to one another as the originals do: those of one
/// piece of memory are in one piece again, in the same places.
[[nodiscard]] TAGLOOM_API std::vector<at::Tensor> laid_out_alike(const std::vector<at::Tensor>& tensors,
                                                                 at::ScalarType type);

/// An LSTM cell whose weights lie in one chunk whenever it has moved to a GPU, in cuDNN's order; their names
/// and sizes are the cell's. Whoever takes views of the weights (an optimiser) takes them after the move.
class TAGLOOM_API OneChunkLstmCell : public torch::nn::LSTMCellImpl {
 public:
  using torch::nn::LSTMCellImpl::LSTMCellImpl;

  void to(at::Device device, at::ScalarType type, bool non_blocking = false) override;
  void to(at::ScalarType type, bool non_blocking = false) override;
  void to(at::Device device, bool non_blocking = false) override;

 private:
  void into_one_chunk();
};

}  // namespace tagloom
