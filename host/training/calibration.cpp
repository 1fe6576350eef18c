#include "training/calibration.hpp"

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/restore_model.hpp"
#include "evaluation/cached_images.hpp"
#include "evaluation/calibration.hpp"

#include <fmt/format.h>

#include <span>

namespace tagloom::training {

std::optional<checkpoint::Calibration> calibration_of(const std::filesystem::path& checkpoint,
                                                      const Inputs& inputs,
                                                      const registry::Registry& registry,
                                                      c10::Device device) {
  std::vector<datasets::Sample> samples = inputs.data.validation;
  // Where another split chose the epoch, nobody has asked for the features of these.
  (void)evaluation::leave_out_missing(samples, std::span(inputs.caches).first(1));
  if (samples.empty()) return std::nullopt;
  const checkpoint::Checkpoint best = checkpoint::read_checkpoint(checkpoint);
  const auto model = checkpoint::restore_model(best, registry, checkpoint);
  model->to(device);
  return evaluation::calibrate(
      *model, inputs.cache(), samples, best.vocabulary,
      {.search = {.max_labels = best.max_steps - 1}, .thresholds = best.thresholds, .device = device});
}

std::string calibration_note(const std::optional<checkpoint::Calibration>& calibration,
                             const TrainConfig& config) {
  if (!calibration)
    return fmt::format("Confidences are not calibrated: the run has no validation images ({}).",
                       config.validation == 0 ? "--validation 0" : "the cache has no features of them");
  return fmt::format(
      "Confidences calibrated on {} validation images: temperature {:.2f}, bias {:.2f}; expected calibration "
      "error {:.3f} before, {:.3f} after.",
      calibration->images, calibration->temperature, calibration->bias, calibration->error_before,
      calibration->error_after);
}

}  // namespace tagloom::training
