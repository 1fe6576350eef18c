#include "annotation_world.hpp"

#include "features/build_cache.hpp"
#include "places.hpp"
#include "training/train.hpp"
#include "training_world.hpp"

#include <tagloom/datasets/demo.hpp>

#include <vector>

namespace tagloom::annotation {

PaintedWorld::PaintedWorld() {
  datasets::write_demo(data(), {.images = 80, .width = 64, .height = 64});
  tagloom::testing::write_text(weights(), "2.5");
  features::build_cache({.data = data(),
                         .output = cache(),
                         .encoder = "mean_colour",
                         .encoder_options = {{"weights", weights()}},
                         .map = true,
                         .device = "cpu"},
                        painters(), {});
  train(ria(), training::kRia);
  train(attention(), training::kAttention);
  train(classifier(), training::kClassifier);
}

void PaintedWorld::train(const std::filesystem::path& output, const models::ModelSpec& model) const {
  training::TrainConfig config = training::small(output, model);
  config.data = data();
  config.caches = {cache()};
  config.threshold = {.fixed = 0.3F};
  training::train(config, painters(), {});
}

const PaintedWorld& painted_world() {
  static const PaintedWorld made;
  return made;
}

const registry::Registry& painters() {
  static const registry::Registry found(
      std::vector<registry::PluginFolder>{{TAGLOOM_TEST_PLUGINS}, {TAGLOOM_TEST_FIXTURES "/mean_colour"}});
  return found;
}

}  // namespace tagloom::annotation
