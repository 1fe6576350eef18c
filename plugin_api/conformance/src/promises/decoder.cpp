#include <tagloom/conformance/promises/decoder.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

#include <fmt/format.h>

#include <string_view>

namespace tagloom::conformance {
namespace {

using Group = std::map<std::string, at::Tensor>;

/// `subject` is e.g. "begin: state", `row` what a row is.
Broken wrong_rows(std::string_view subject, const Group& group, std::string_view row, std::int64_t rows) {
  for (const auto& [name, tensor] : group) {
    if (!tensor.defined() || tensor.dim() == 0 || tensor.size(0) != rows)
      return fmt::format("{} \"{}\" is {}, not [{} = {}, ...]", subject, name, shape_text(tensor), row, rows);
  }
  return {};
}

}  // namespace

Broken broken_begin(const DecoderState& state, std::int64_t images) {
  if (auto rows = wrong_rows("begin: state", state.tensors, "hypotheses", images)) return rows;
  return wrong_rows("begin: memory", state.memory, "images", images);
}

Broken broken_step(const DecoderStep& step, const DecoderSizes& sizes) {
  if (auto shape = wrong_shape("step: logits are", step.logits,
                               {{"hypotheses", sizes.rows}, {"labels + 1", sizes.labels + 1}}))
    return shape;
  if (auto type = wrong_logits_type("step: logits are", step.logits, sizes.features)) return type;
  if (step.attention.defined()) {
    if (auto shape = wrong_shape("step: attention is", step.attention,
                                 {{"hypotheses", sizes.rows}, {"pixels", sizes.pixels}}))
      return shape;
  }
  return wrong_rows("step: state", step.state.tensors, "hypotheses", sizes.rows);
}

Broken broken_sequence(const at::Tensor& logits, const DecoderSizes& sizes) {
  if (auto shape =
          wrong_shape("teacher_forced: logits are", logits,
                      {{"images", sizes.rows}, {"steps", sizes.steps}, {"labels + 1", sizes.labels + 1}}))
    return shape;
  return wrong_logits_type("teacher_forced: logits are", logits, sizes.features);
}

}  // namespace tagloom::conformance
