#pragma once

/// Whether the components that an experiment names are there, and take the options that it gives them.

#include "experiment/cell.hpp"
#include "registry/registry.hpp"

#include <vector>

namespace tagloom::experiment {

/// Throws UsageError, with file and line, or naming the cell or the cache where no line is to blame, for a
/// component that is not there or an option that it does not take; PluginError for a library that cannot be
/// asked. What a checkpoint says of an encoder is not known here.
void check_components(const Experiment& experiment, const std::vector<Cell>& cells, const Commands& commands,
                      const registry::Registry& registry);

}  // namespace tagloom::experiment
