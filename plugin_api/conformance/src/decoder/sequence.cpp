#include "decoder/decoder_example.hpp"
#include "example.hpp"
#include "module/instance.hpp"

#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>

namespace tagloom::conformance {
namespace {

/// `[images, steps]`, bool: which steps are taken.
at::Tensor taken(const BatchSizes& sizes, const DecoderExample& example) {
  at::Tensor mask = at::zeros(example.tokens.sizes(), at::kBool);
  for (std::size_t t = 0; t < sizes.size(); ++t)
    mask.select(1, static_cast<std::int64_t>(t)).narrow(0, 0, sizes[t]).fill_(true);
  return mask;
}

void check_equals_the_loop(Report& report, Decoder& decoder, const DecoderExample& example,
                           const BatchSizes& sizes) {
  const at::Tensor fused = decoder.teacher_forced(example.features, example.tokens, sizes);
  const at::Tensor loop = decoder.Decoder::teacher_forced(example.features, example.tokens, sizes);
  report.demand(close(fused, loop), "teacher_forced: logits differ from those of the loop over step");
  report.add(without_gradient("teacher_forced", fused));
  const Gradients of_fused = gradients(decoder, fused);
  const Gradients of_loop = gradients(decoder, loop);
  for (std::size_t i = 0; i < of_loop.names.size(); ++i) {
    const at::Tensor& wanted = of_loop.values[i];
    const at::Tensor& found = of_fused.values[i];
    report.demand(wanted.defined(), "parameter " + of_loop.names[i] + " receives no gradient");
    report.demand(
        !wanted.defined() || (found.defined() && close(found, wanted)),
        "teacher_forced: the gradient of " + of_loop.names[i] + " differs from that of the loop over step");
  }
}

/// The same logits as with every step where one is taken, and zeros elsewhere.
void check_steps_not_taken(Report& report, Decoder& decoder, const DecoderExample& example,
                           const BatchSizes& sizes) {
  const at::NoGradGuard no_grad;
  const at::Tensor fewer = decoder.teacher_forced(example.features, example.tokens, sizes);
  report.add(broken_sequence(fewer, example.sizes()));
  if (fewer.dim() != 3 || fewer.size(1) != DecoderExample::kSteps) return;
  const at::Tensor mask = taken(sizes, example).unsqueeze(2);
  report.demand(fewer.masked_fill(mask, 0).eq(0).all().item<bool>(),
                "teacher_forced: logits are not zero where no step is taken");
  const at::Tensor all = decoder.teacher_forced(example.features, example.tokens);
  report.demand(close(fewer * mask, all * mask),
                "teacher_forced: logits depend on which images take later steps");
}

void check_image_alone(Report& report, Decoder& decoder, const DecoderExample& example) {
  const at::NoGradGuard no_grad;
  const DecoderExample alone = example.first(1);
  const at::Tensor all = decoder.teacher_forced(example.features, example.tokens);
  report.demand(close(decoder.teacher_forced(alone.features, alone.tokens), all.narrow(0, 0, 1)),
                "teacher_forced: an image's logits depend on the other images of its batch");
}

}  // namespace

void check_sequence(Report& report, Decoder& decoder, const DecoderExample& example) {
  constexpr std::int64_t kImages = DecoderExample::kImages;
  report.part("teacher_forced", [&] {
    check_equals_the_loop(report, decoder, example, every_step(kImages, DecoderExample::kSteps));
  });
  // The third image has no label, the second one, and nobody takes the fifth step.
  const BatchSizes few = {kImages, 2, 1, 1};
  report.part("teacher_forced with an image without labels", [&] {
    if (report.is_clean()) check_equals_the_loop(report, decoder, example, few);
    check_steps_not_taken(report, decoder, example, few);
  });
  report.part("teacher_forced with no label in the batch",
              [&] { check_steps_not_taken(report, decoder, example, {kImages}); });
  report.part("teacher_forced of one image", [&] { check_image_alone(report, decoder, example); });
}

}  // namespace tagloom::conformance
