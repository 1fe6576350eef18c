#include "decoder/decoder_example.hpp"
#include "example.hpp"

#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>

namespace tagloom::conformance {
namespace {

void check_step(Report& report, Decoder& decoder, const DecoderExample& example) {
  const DecoderState state = decoder.begin(example.features);
  report.add(broken_begin(state, example.images()));
  if (!report.is_clean()) return;
  const DecoderStep step = decoder.step(example.tokens.select(1, 0), state);
  report.add(broken_step(step, example.sizes()));
  report.add(broken_memory(step.state, state));
  if (!report.is_clean()) return;
  report.add(not_finite("step", step.logits));
  if (step.attention.defined())
    report.demand(close(step.attention.sum(1), at::ones({example.images()})),
                  "step: attention does not sum to one over the pixels");
}

}  // namespace

void check_shapes(Report& report, Decoder& decoder, const DecoderExample& example) {
  const at::NoGradGuard no_grad;
  const Features before = clone(example.features);
  report.part("begin and step", [&] { check_step(report, decoder, example); });
  if (!report.is_clean()) return;
  report.part("teacher_forced", [&] {
    const at::Tensor logits = decoder.teacher_forced(example.features, example.tokens);
    report.add(broken_sequence(logits, example.sizes()));
    if (report.is_clean()) report.add(not_finite("teacher_forced", logits));
  });
  report.demand(equal(example.features, before), "the features that it was given are changed");
}

}  // namespace tagloom::conformance
