#pragma once

/// What a run records of itself: every setting and what it is trained on. Two runs with one record end alike,
/// so that a state or a checkpoint belongs to the run whose record it holds.

#include "runtime/settings.hpp"
#include "training/config.hpp"
#include "training/inputs.hpp"
#include "training/learner.hpp"

#include <cstdint>

namespace tagloom::training {

/// As given: defaults of components are not in it.
runtime::Settings run_record(const TrainConfig& config, const Inputs& inputs);
/// In full; `images_a_step` of all processes together.
runtime::Settings run_record(const TrainConfig& config, const Inputs& inputs, const Learner& learner,
                             const registry::Assignments& ordering_options, std::int64_t images_a_step);

}  // namespace tagloom::training
