#include "checkpoint/restore_model.hpp"

#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>

namespace tagloom::checkpoint {

std::shared_ptr<models::Model> restore_model(const Checkpoint& checkpoint, const registry::Registry& registry,
                                             const std::filesystem::path& path) {
  DecoderSetup setup{
      .labels = checkpoint.vocabulary.size(), .features = checkpoint.features.shape, .embeddings = {}};
  // Pretrained embeddings bring their own width; their values come with the weights below.
  if (checkpoint.embedding > 0)
    setup.embeddings = at::zeros({checkpoint.vocabulary.size() + 2, checkpoint.embedding});
  auto model = models::create_model(checkpoint.model, setup, registry);
  load_strictly(*model, checkpoint.weights, "model weights from " + shown(path));
  model->eval();
  return model;
}

}  // namespace tagloom::checkpoint
