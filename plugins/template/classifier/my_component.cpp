#include "my_component.hpp"

#include <tagloom/plugin.hpp>

namespace my_component_plugin {

std::vector<tagloom::OptionSpec> Linear::options() {
  return {{.name = "dropout",
           .default_value = 0.3,
           .help = "dropout on the pooled feature",
           .minimum = 0,
           .maximum = 0.99}};
}

Linear::Linear(const tagloom::Options& options, const tagloom::ClassifierSetup& setup) {
  // The names are those of the checkpoint.
  dropout_ = register_module("dropout", torch::nn::Dropout(options.real("dropout")));
  output_ = register_module("output", torch::nn::Linear(setup.features.channels, setup.labels));
}

at::Tensor Linear::forward(const tagloom::Features& features) {
  return output_->forward(dropout_->forward(features.pooled));
}

}  // namespace my_component_plugin

TAGLOOM_ABOUT("0.1.0", "Whoever wrote it", "not said")
TAGLOOM_CLASSIFIER(my_component, my_component_plugin::Linear, "One linear layer on the pooled feature", "")
