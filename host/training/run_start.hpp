#pragma once

/// What a run is before its first step: what it reads, the interrupted run that it goes on with, and what the
/// user should know of both.

#include "distributed/world.hpp"
#include "training/config.hpp"
#include "training/inputs.hpp"
#include "training/learner.hpp"
#include "training/run_state.hpp"
#include "training/train.hpp"

#include <tagloom/featurecache/stream.hpp>

#include <optional>

namespace tagloom::training {

/// As all processes read them. Throws DataError, and what require_same_settings does if they were started
/// with different options.
Inputs shared_inputs(const TrainConfig& config, distributed::World& world);

/// The run that `config` asks to be resumed; nothing if it does not. Throws DataError.
std::optional<StoredRun> interrupted_run(const TrainConfig& config, distributed::World& world);

/// What `auto` was when the run began, it is now, on whatever machine.
TrainConfig with_its_precision(TrainConfig config, const StoredRun& run);

/// What features are read for.
featurecache::FeatureStream::Settings feature_settings(const Learner& learner);

/// What of the data makes the result another one than the user may think.
void warn_of(const Inputs& inputs, const TrainListener& listener);

}  // namespace tagloom::training
