#include <tagloom/decoder.hpp>

#include <ATen/ATen.h>

#include <vector>

namespace tagloom {

DecoderState DecoderState::select(const at::Tensor& hypotheses) const {
  DecoderState selected{.tensors = {}, .memory = memory, .weights = weights, .gradients = gradients};
  for (const auto& [name, tensor] : tensors)
    selected.tensors.emplace(name, tensor.index_select(0, hypotheses));
  return selected;
}

DecoderState DecoderState::select_images(const at::Tensor& images, std::int64_t width) const {
  const at::Tensor hypotheses = (images.unsqueeze(1) * width + at::arange(width, images.options())).flatten();
  DecoderState selected = select(hypotheses);
  for (auto& [name, tensor] : selected.memory)
    tensor = tensor.index_select(0, images);
  return selected;
}

at::Tensor Decoder::teacher_forced(const Features& features, const at::Tensor& tokens) {
  DecoderState state = begin(features);
  std::vector<at::Tensor> logits;
  for (std::int64_t t = 0; t < tokens.size(1); ++t) {
    DecoderStep next = step(tokens.select(1, t), state);
    logits.push_back(std::move(next.logits));
    state = std::move(next.state);
  }
  return at::stack(logits, 1);
}

at::Tensor free_running(Decoder& decoder, const Features& features, std::int64_t start, std::int64_t steps) {
  DecoderState state = decoder.begin(features);
  at::Tensor tokens = at::full({features.batch()}, start, features.any().options().dtype(at::kLong));
  std::vector<at::Tensor> logits;
  for (std::int64_t t = 0; t < steps; ++t) {
    DecoderStep next = decoder.step(tokens, state);
    tokens = next.logits.detach().argmax(1);
    logits.push_back(std::move(next.logits));
    state = std::move(next.state);
  }
  return at::stack(logits, 1);
}

}  // namespace tagloom
