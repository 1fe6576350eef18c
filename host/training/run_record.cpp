#include "training/run_record.hpp"

#include <string>

namespace tagloom::training {

runtime::Settings run_record(const TrainConfig& config, const Inputs& inputs) {
  auto record = described(config);
  record["data_fingerprint"] = inputs.cache().info().data_fingerprint;
  record["labels_fingerprint"] = inputs.labels_fingerprint;
  if (inputs.left_out > 0) record["left_out"] = std::to_string(inputs.left_out);
  return record;
}

runtime::Settings run_record(const TrainConfig& config, const Inputs& inputs, const Learner& learner,
                             const registry::Assignments& ordering_options, std::int64_t images_a_step) {
  TrainConfig full = config;
  full.model = learner.model().spec();
  full.batch = images_a_step;
  full.precision = learner.in_bfloat16() ? runtime::Precision::bfloat16 : runtime::Precision::float32;
  full.ordering_options = ordering_options;
  full.loss_options = learner.objective().loss_options();
  full.multilabel_loss_options = learner.objective().multilabel_loss_options();
  return run_record(full, inputs);
}

}  // namespace tagloom::training
