#pragma once

/// A network's weights out of a file as people have it. Trainers store them with an optimiser's state and
/// averaged copies around them ("state_dict", "model", "state_dict_ema"), wrappers put a name before every
/// other ("module." of DataParallel, "_orig_mod." of torch.compile, "backbone." of a larger model), in any
/// order. Every encoder gets rid of all of it here, by looking for where the network's own names begin.

#include <tagloom/base/export.hpp>
#include <tagloom/weights/named_tensors.hpp>

#include <functional>
#include <string>

namespace tagloom {

struct NetworkWeights {
  NamedTensors tensors;
  /// Which of several sets of weights in the file these are, and why: part of a sentence for the user. Empty
  /// if there was one.
  std::string chosen;
};

/// The tensors of a file with the network's names, without what is around them. Where the file has
/// several sets of them that are equally complete, averaged ones are preferred, else the first counts. If no
/// name is the network's, all tensors are returned as they are, for `load_strictly` to refuse.
///
/// `translate` brings the names of other packages to the network's own and drops what it does not have (a
/// classifier); it is given a set of weights without what is around it.
TAGLOOM_API NetworkWeights
network_weights(const torch::nn::Module& network, const NamedTensors& file,
                const std::function<NamedTensors(const NamedTensors&)>& translate = {});

}  // namespace tagloom
