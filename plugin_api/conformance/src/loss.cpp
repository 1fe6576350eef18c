#include <tagloom/conformance/loss.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tagloom::conformance {
namespace {

const std::vector<std::vector<std::int64_t>> kSequences = {{3, 0, 4}, {1}, {}};
constexpr std::int64_t kLabels = 5;

at::Tensor example_logits(std::int64_t steps) {
  const auto batch = static_cast<std::int64_t>(kSequences.size());
  return at::arange(batch * 6 * (kLabels + 1), at::kFloat)
      .mul(0.37)
      .sin()
      .view({batch, 6, kLabels + 1})
      .narrow(1, 0, steps)
      .contiguous()
      .set_requires_grad(true);
}

}  // namespace

Violations check_loss(const Loss& loss) {
  Violations violations;
  const auto demand = [&](bool kept, const char* promise) {
    if (!kept) violations.emplace_back(promise);
  };
  const Vocabulary vocabulary({"sky", "sea", "boat", "sun", "sand"});
  at::Tensor logits = example_logits(4);
  const LossValue value = loss.compute(logits, make_label_batch(kSequences, vocabulary, 4));
  demand(value.total.dim() == 0 && value.total.requires_grad(),
         "compute: the total is not a scalar with gradient");
  if (!violations.empty()) return violations;
  demand(std::isfinite(value.total.item<double>()), "compute: the total is not finite");
  for (const auto& [name, part] : value.parts)
    demand(part.dim() == 0 && !part.requires_grad(), "compute: a part is not a scalar without gradient");
  value.total.backward();
  const at::Tensor targets = loss.targets(logits, make_label_batch(kSequences, vocabulary, 4));
  for (std::size_t i = 0; i < kSequences.size(); ++i) {
    const auto row = targets[static_cast<std::int64_t>(i)];
    std::vector<std::int64_t> labels;
    for (std::size_t t = 0; t < kSequences[i].size(); ++t)
      labels.push_back(row[static_cast<std::int64_t>(t)].item<std::int64_t>());
    demand(std::ranges::is_permutation(labels, kSequences[i]),
           "targets: an image's labels are not all there in its first steps");
    demand(row[static_cast<std::int64_t>(labels.size())].item<std::int64_t>() == vocabulary.stop(),
           "targets: the stop token does not follow the labels");
  }
  demand(logits.grad().defined() && logits.grad().abs().max().item<double>() > 0,
         "compute: the logits receive no gradient");

  if (!loss.reads_steps_after_stop()) {
    const LabelBatch labels = make_label_batch(kSequences, vocabulary, 4);
    const at::Tensor zeroed = logits.detach() * labels.mask().unsqueeze(2);
    demand(std::abs(loss.compute(zeroed, labels).total.item<double>() - value.total.item<double>()) < 1e-5,
           "compute: logits after an image's own stop change the total; say so by reads_steps_after_stop");
  }

  const LossValue padded = loss.compute(example_logits(6), make_label_batch(kSequences, vocabulary, 6));
  demand(std::abs(padded.total.item<double>() - value.total.item<double>()) < 1e-5,
         "compute: steps after every stop change the total");
  return violations;
}

}  // namespace tagloom::conformance
