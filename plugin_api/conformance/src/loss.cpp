#include "example.hpp"
#include "report.hpp"
#include "threads.hpp"

#include <tagloom/conformance/autocast.hpp>
#include <tagloom/conformance/loss.hpp>
#include <tagloom/conformance/promises/loss.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tagloom::conformance {
namespace {

using Sequences = std::vector<std::vector<std::int64_t>>;

const Sequences kSequences = {{3, 0, 4}, {1}, {}};
constexpr std::int64_t kLabels = 5;
constexpr std::int64_t kSteps = 4;

Vocabulary example_vocabulary() {
  return Vocabulary({"sky", "sea", "boat", "sun", "sand"});
}

LabelBatch example_labels(const Sequences& sequences = kSequences, std::int64_t steps = kSteps) {
  return make_label_batch(sequences, example_vocabulary(), steps);
}

at::Tensor example_logits(std::int64_t images = 3, std::int64_t steps = kSteps) {
  return at::arange(3 * 6 * (kLabels + 1), at::kFloat)
      .mul(0.37)
      .sin()
      .view({3, 6, kLabels + 1})
      .narrow(0, 0, images)
      .narrow(1, 0, steps)
      .contiguous();
}

double total(const Loss& loss, const at::Tensor& logits, const LabelBatch& labels) {
  return loss.compute(logits, labels).total.item<double>();
}

bool near(double a, double b) {
  return std::abs(a - b) < 1e-5;
}

/// The loss of a batch of any kind: the total, or nothing if something is wrong with it. `of` says which
/// batch.
std::optional<double> check_value(Report& report, const Loss& loss, const at::Tensor& given,
                                  const LabelBatch& labels, const std::string& of) {
  const at::Tensor logits = given.clone().set_requires_grad(true);
  const LossValue value = loss.compute(logits, labels);
  report.add(broken_value(value, logits));
  if (!report.is_clean()) return {};
  report.demand(is_finite(value.total), "compute: the total" + of + " is not finite");
  report.demand(logits.equal(given), "compute: the logits that it was given are changed");
  value.total.backward();
  const bool arrives = logits.grad().defined() && logits.grad().abs().max().item<double>() > 0;
  report.demand(arrives, "compute: the logits" + of + " receive no gradient");
  report.demand(!arrives || is_finite(logits.grad()), "compute: the gradient" + of + " is not finite");
  return value.total.item<double>();
}

void check_targets(Report& report, const Loss& loss) {
  const at::Tensor targets = loss.targets(example_logits(), example_labels());
  if (const Broken broken = broken_targets(targets, example_logits())) {
    report.add(broken);
    return;
  }
  const at::Tensor rows = targets.to(at::kLong).contiguous();
  for (std::size_t i = 0; i < kSequences.size(); ++i) {
    const std::int64_t* row = rows.data_ptr<std::int64_t>() + static_cast<std::int64_t>(i) * kSteps;
    const auto labels = static_cast<std::ptrdiff_t>(kSequences[i].size());
    report.demand(std::is_permutation(row, row + labels, kSequences[i].begin(), kSequences[i].end()),
                  "targets: an image's labels are not all there in its first steps");
    report.demand(row[labels] == example_vocabulary().stop(),
                  "targets: the stop token does not follow the labels");
  }
}

void check_steps_that_do_not_matter(Report& report, const Loss& loss, double whole) {
  const LabelBatch labels = example_labels();
  if (!loss.reads_steps_after_stop())
    report.demand(
        near(total(loss, example_logits() * labels.mask().unsqueeze(2), labels), whole),
        "compute: logits after an image's own stop change the total; say so by reads_steps_after_stop");
  report.demand(near(total(loss, example_logits(3, 6), example_labels(kSequences, 6)), whole),
                "compute: steps after every stop change the total");
}

void check_mixed_precision(Report& report, const Loss& loss, double exact) {
  const AutocastScope mixed(at::kCPU, true);
  const auto rounded =
      check_value(report, loss, example_logits().to(at::kBFloat16), example_labels(), " of bfloat16 logits");
  report.demand(!rounded || std::abs(*rounded - exact) <= kBfloat16Rounding * std::max(1.0, std::abs(exact)),
                "compute: the total of bfloat16 logits is far from that of float32 ones");
}

void check_instances(Report& report, const Loss& first, const Loss& second) {
  check_threads(report, {.call = "compute",
                         .result = "totals",
                         .first = [&] { return first.compute(example_logits(), example_labels()).total; },
                         .second = [&] { return second.compute(example_logits(), example_labels()).total; },
                         .tolerance = kRounding});
}

void check(Report& report, const CreateLoss& create) {
  report.begin("its creation");
  const auto loss = create();
  report.part("logits_kind", [&] { report.add(broken_kind(loss->logits_kind())); });
  std::optional<double> exact;
  report.part("compute", [&] { exact = check_value(report, *loss, example_logits(), example_labels(), ""); });
  if (!report.is_clean() || !exact) return;
  report.part("targets", [&] { check_targets(report, *loss); });
  report.part("compute", [&] { check_steps_that_do_not_matter(report, *loss, *exact); });
  report.part("compute of one image", [&] {
    (void)check_value(report, *loss, example_logits(1), example_labels({kSequences[0]}), " of one image");
  });
  report.part("compute without labels", [&] {
    (void)check_value(report, *loss, example_logits(), example_labels({{}, {}, {}}),
                      " of images without labels");
  });
  report.part("compute of bfloat16 logits", [&] { check_mixed_precision(report, *loss, *exact); });
  report.part("compute", [&] { check_instances(report, *loss, *create()); });
}

}  // namespace

Violations check_loss(const CreateLoss& create, const Observer& observer) {
  return watched(observer, [&](Report& report) { check(report, create); });
}

}  // namespace tagloom::conformance
