#include <tagloom/base/error.hpp>
#include <tagloom/labels.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

namespace tagloom {
namespace {

/// From memory that is not page-locked, a copy to a GPU would wait for all that the GPU still has to do.
at::Tensor moved(const at::Tensor& tensor, at::Device device) {
  return device.is_cuda() && tensor.is_cpu() ? tensor.pin_memory().to(device, /*non_blocking=*/true)
                                             : tensor.to(device);
}

}  // namespace

LabelBatch LabelBatch::to(at::Device device) const {
  return {moved(inputs, device), moved(targets, device), moved(lengths, device), moved(multi_hot, device),
          sequences};
}

at::Tensor LabelBatch::mask() const {
  const at::Tensor steps = at::arange(targets.size(1), lengths.options());
  return steps.unsqueeze(0).le(lengths.unsqueeze(1));
}

BatchSizes LabelBatch::batch_sizes() const {
  BatchSizes sizes;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const std::size_t steps = sequences[i].size() + 1;
    if (sizes.size() < steps) sizes.resize(steps);
    std::fill_n(sizes.begin(), steps, static_cast<std::int64_t>(i) + 1);
  }
  return sizes;
}

LabelBatch make_label_batch(std::span<const std::vector<std::int64_t>> sequences,
                            const Vocabulary& vocabulary, std::int64_t steps) {
  const auto batch = static_cast<std::int64_t>(sequences.size());
  LabelBatch labels{at::full({batch, steps}, vocabulary.stop(), at::kLong),
                    at::full({batch, steps}, vocabulary.stop(), at::kLong),
                    at::empty({batch}, at::kLong),
                    at::zeros({batch, vocabulary.size()}, at::kFloat),
                    {sequences.begin(), sequences.end()}};
  auto inputs = labels.inputs.accessor<std::int64_t, 2>();
  auto targets = labels.targets.accessor<std::int64_t, 2>();
  auto lengths = labels.lengths.accessor<std::int64_t, 1>();
  auto multi_hot = labels.multi_hot.accessor<float, 2>();
  for (std::int64_t i = 0; i < batch; ++i) {
    const std::vector<std::int64_t>& sequence = sequences[static_cast<std::size_t>(i)];
    const auto length = static_cast<std::int64_t>(sequence.size());
    if (length >= steps)
      throw DataError(
          fmt::format("An image has {} labels, but sequences of {} steps hold {} and the stop token; "
                      "train with more steps.",
                      length, steps, steps - 1));
    lengths[i] = length;
    inputs[i][0] = vocabulary.start();
    for (std::int64_t t = 0; t < length; ++t) {
      const std::int64_t label = sequence[static_cast<std::size_t>(t)];
      targets[i][t] = label;
      inputs[i][t + 1] = label;  // in range: length < steps
      multi_hot[i][label] = 1;
    }
  }
  return labels;
}

}  // namespace tagloom
