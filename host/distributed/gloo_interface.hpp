#pragma once

/// GLOO_SOCKET_IFNAME, as PyTorch has it: the network interfaces over which processes talk, with commas
/// between.

#include "distributed/environment.hpp"

#include <string>
#include <vector>

namespace tagloom::distributed {

/// An address in digits for each interface that the variable names, of `family` where it has one; empty if
/// it is not set. Throws UsageError, which lists the interfaces that there are, for one that does not exist
/// or has no address.
std::vector<std::string> named_interfaces(const Variables& variables, int family);

}  // namespace tagloom::distributed
