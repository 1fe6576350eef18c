#include "decoder/decoder_example.hpp"
#include "module/instance.hpp"

#include <tagloom/conformance/decoder.hpp>

#include <utility>

namespace tagloom::conformance {
namespace {

ModuleCase module_case(const CreateDecoder& create, const DecoderExample& example) {
  return {.call = "teacher_forced",
          .create =
              [&create, &example] {
                const auto decoder = create();
                return Instance{.module = decoder,
                                .logits =
                                    [decoder, &example](at::ScalarType type) {
                                      return decoder->teacher_forced(example.features.to(at::kCPU, type),
                                                                     example.tokens);
                                    },
                                .product_weights = decoder->product_weights()};
              },
          .broken = [&example](const at::Tensor& logits,
                               at::ScalarType type) { return broken_sequence(logits, example.sizes(type)); }};
}

void check(Report& report, const CreateDecoder& create, const DecoderSetup& setup) {
  report.begin("its creation");
  const auto decoder = create();
  decoder->eval();
  report.begin("needs");
  const FeatureNeeds needs = decoder->needs();
  report.add(broken_needs(needs));
  if (!report.is_clean()) return;
  const DecoderExample example(setup, needs);
  check_shapes(report, *decoder, example);
  // What comes next would say the same in other words.
  if (report.is_clean()) check_shapes(report, *decoder, example.first(1));
  if (!report.is_clean()) return;
  check_sequence(report, *decoder, example);
  report.part("step", [&] { check_selection(report, *decoder, example); });
  check_module(report, module_case(create, example));
}

}  // namespace

Violations check_decoder(const CreateDecoder& create, const DecoderSetup& setup, const Observer& observer) {
  return watched(observer, [&](Report& report) { check(report, create, setup); });
}

}  // namespace tagloom::conformance
