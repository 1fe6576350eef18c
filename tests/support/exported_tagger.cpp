#include "support/exported_tagger.hpp"

#include <torch/script.h>

namespace exported {

std::vector<std::vector<Tag>> tags_of(const std::string& file, const std::vector<at::Tensor>& pictures) {
  const torch::NoGradGuard no_grad;
  torch::jit::Module tagger = torch::jit::load(file);
  std::vector<at::Tensor> images;
  for (const at::Tensor& picture : pictures)
    images.push_back(tagger.get_method("prepare")({picture}).toTensor());
  const auto found = tagger.forward({torch::stack(images)}).toTuple();
  const at::Tensor labels = found->elements()[0].toTensor();
  const at::Tensor confidences = found->elements()[1].toTensor();
  const at::Tensor counts = found->elements()[2].toTensor();
  const auto names = tagger.attr("labels").toList();
  std::vector<std::vector<Tag>> tags(pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    for (std::int64_t k = 0; k < counts[row].item<std::int64_t>(); ++k)
      tags[i].push_back(
          {names.get(labels[row][k].item<std::int64_t>()).toStringRef(), confidences[row][k].item<float>()});
  }
  return tags;
}

}  // namespace exported
