#pragma once

/// The type of products, one for all processes.

#include "distributed/world.hpp"
#include "runtime/precision.hpp"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

namespace tagloom::distributed {

/// `runtime::product_type` of the first process: what is measured there may come out otherwise elsewhere.
c10::ScalarType product_type(World& world, runtime::Precision precision, c10::Device device);

}  // namespace tagloom::distributed
