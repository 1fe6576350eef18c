#include <tagloom/decoder.hpp>

#include <ATen/ATen.h>

#include <vector>

namespace tagloom {

DecoderState DecoderState::select(const at::Tensor& hypotheses) const {
  DecoderState selected{.tensors = {}, .memory = memory, .kept = kept};
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

DecoderState DecoderState::first_images(std::int64_t images) const {
  DecoderState first = *this;
  for (auto* group : {&first.tensors, &first.memory}) {
    for (auto& [name, tensor] : *group)
      tensor = tensor.narrow(0, 0, images);
  }
  return first;
}

at::Tensor run_steps(Decoder& decoder, const Features& features, std::int64_t steps, const BatchSizes& sizes,
                     const PreviousTokens& previous_tokens) {
  DecoderState state = decoder.begin(features);
  std::int64_t images = features.batch();
  std::vector<at::Tensor> logits;
  at::Tensor last;
  for (std::size_t t = 0; t < sizes.size(); ++t) {
    if (sizes[t] < images) {
      images = sizes[t];
      state = state.first_images(images);
      if (last.defined()) last = last.narrow(0, 0, images);
    }
    DecoderStep next = decoder.step(previous_tokens(static_cast<std::int64_t>(t), images, last), state);
    last = next.logits.detach();
    logits.push_back(std::move(next.logits));
    state = std::move(next.state);
  }
  return pad_steps(at::cat(logits), sizes, features.batch(), steps);
}

at::Tensor Decoder::teacher_forced(const Features& features, const at::Tensor& tokens,
                                   const BatchSizes& sizes) {
  return run_steps(*this, features, tokens.size(1), sizes,
                   [&](std::int64_t t, std::int64_t images, const at::Tensor& /*logits*/) {
                     return tokens.select(1, t).narrow(0, 0, images);
                   });
}

at::Tensor free_running(Decoder& decoder, const Features& features, std::int64_t start, std::int64_t steps,
                        const BatchSizes& sizes) {
  return run_steps(decoder, features, steps, sizes,
                   [&](std::int64_t t, std::int64_t images, const at::Tensor& logits) {
                     return t > 0 ? logits.argmax(1)
                                  : at::full({images}, start, features.any().options().dtype(at::kLong));
                   });
}

}  // namespace tagloom
