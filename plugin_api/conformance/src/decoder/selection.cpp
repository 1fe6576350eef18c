#include "decoder/decoder_example.hpp"
#include "example.hpp"

#include <ATen/ATen.h>

namespace tagloom::conformance {

void check_selection(Report& report, Decoder& decoder, const DecoderExample& example) {
  const at::NoGradGuard no_grad;
  const DecoderStep first = decoder.step(example.tokens.select(1, 0), decoder.begin(example.features));
  const at::Tensor token = example.tokens.select(1, 1);
  const at::Tensor next = decoder.step(token, first.state).logits;
  const auto goes_on = [&](const DecoderState& state, const at::Tensor& rows) {
    return close(decoder.step(token.index_select(0, rows), state).logits, next.index_select(0, rows));
  };
  const at::Tensor twice = at::arange(example.images(), at::kLong).repeat_interleave(2);
  const DecoderState widened = first.state.select(twice);
  report.part("step after state.select", [&] {
    report.demand(goes_on(widened, twice),
                  "step: a state whose rows were selected does not continue as the original would");
  });
  report.part("step after state.select_images", [&] {
    const at::Tensor images = at::tensor({example.images() - 1, std::int64_t{0}}, at::kLong);
    report.demand(goes_on(widened.select_images(images, 2), images.repeat_interleave(2)),
                  "step: a state whose images were selected does not continue as the original would");
  });
}

}  // namespace tagloom::conformance
