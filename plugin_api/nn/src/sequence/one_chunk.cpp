#include <tagloom/nn/one_chunk.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <map>

namespace tagloom {

std::vector<at::Tensor> laid_out_alike(const std::vector<at::Tensor>& tensors, at::ScalarType type) {
  std::map<const void*, at::Tensor> chunks;
  std::vector<at::Tensor> copies;
  for (const at::Tensor& tensor : tensors) {
    at::Tensor& chunk = chunks[tensor.storage().unsafeGetStorageImpl()];
    if (!chunk.defined())
      chunk = at::empty({static_cast<std::int64_t>(tensor.storage().nbytes() / tensor.itemsize())},
                        tensor.options().dtype(type));
    copies.push_back(chunk.narrow(0, tensor.storage_offset(), tensor.numel()).view(tensor.sizes()));
    copies.back().copy_(tensor);
  }
  return copies;
}

void OneChunkLstmCell::to(at::Device device, at::ScalarType type, bool non_blocking) {
  torch::nn::LSTMCellImpl::to(device, type, non_blocking);
  into_one_chunk();
}

void OneChunkLstmCell::to(at::ScalarType type, bool non_blocking) {
  torch::nn::LSTMCellImpl::to(type, non_blocking);
  into_one_chunk();
}

void OneChunkLstmCell::to(at::Device device, bool non_blocking) {
  torch::nn::LSTMCellImpl::to(device, non_blocking);
  into_one_chunk();
}

void OneChunkLstmCell::into_one_chunk() {
  if (!weight_ih.is_cuda() || !at::cudnn_is_acceptable(weight_ih)) return;
  constexpr std::int64_t kLstm = 2;  // cuDNN's number of it
  const at::NoGradGuard no_grad;
  at::_cudnn_rnn_flatten_weight({weight_ih, weight_hh, bias_ih, bias_hh}, /*weight_stride0=*/4,
                                weight_ih.size(1), kLstm, weight_hh.size(1), /*proj_size=*/0,
                                /*num_layers=*/1, /*batch_first=*/false, /*bidirectional=*/false);
}

}  // namespace tagloom
