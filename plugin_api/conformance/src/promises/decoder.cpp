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

Broken broken_needs(const FeatureNeeds& needs) {
  if (needs.pooled || needs.map || needs.concepts) return {};
  return "needs: asks for no features";
}

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

Broken broken_memory(const DecoderState& next, const DecoderState& before) {
  for (const auto& [name, tensor] : before.memory) {
    const auto found = next.memory.find(name);
    if (found == next.memory.end())
      return fmt::format("step: memory \"{}\" of the state before is missing in the next", name);
    if (auto rows = wrong_rows("step: memory", {*found}, "images", tensor.size(0))) return rows;
  }
  for (const auto& [name, unused] : next.memory)
    if (!before.memory.contains(name))
      return fmt::format("step: memory \"{}\" is new, which begin alone may make", name);
  if (next.kept != before.kept) return "step: kept is not what begin made";
  return {};
}

Broken broken_sequence(const at::Tensor& logits, const DecoderSizes& sizes) {
  if (auto shape =
          wrong_shape("teacher_forced: logits are", logits,
                      {{"images", sizes.rows}, {"steps", sizes.steps}, {"labels + 1", sizes.labels + 1}}))
    return shape;
  return wrong_logits_type("teacher_forced: logits are", logits, sizes.features);
}

}  // namespace tagloom::conformance
