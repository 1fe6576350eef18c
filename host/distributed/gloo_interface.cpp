#include "distributed/gloo_interface.hpp"

#include "distributed/network.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tagloom::distributed {
namespace {

std::string usable(const std::vector<Interface>& all) {
  std::vector<std::string> names;
  for (const Interface& each : all) {
    if (!each.addresses.empty())
      names.push_back(fmt::format("{} ({})", each.name, each.addresses.front().text()));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string address_of(const std::string& name, const std::vector<Interface>& all, int family) {
  const auto found = std::ranges::find(all, name, &Interface::name);
  if (found == all.end())
    throw UsageError(
        fmt::format("GLOO_SOCKET_IFNAME names {}, but this machine has no such network interface; "
                    "it has {}.",
                    shown(name), usable(all)));
  if (found->addresses.empty())
    throw UsageError(fmt::format("GLOO_SOCKET_IFNAME names {}, which has no address; those that have are {}.",
                                 shown(name), usable(all)));
  const auto fitting = std::ranges::find(found->addresses, family, &Address::family);
  return (fitting == found->addresses.end() ? found->addresses.front() : *fitting).text();
}

}  // namespace

std::vector<std::string> named_interfaces(const Variables& variables, int family) {
  const std::string names = variables("GLOO_SOCKET_IFNAME").value_or("");
  std::vector<std::string> addresses;
  const std::vector<Interface> all = names.empty() ? std::vector<Interface>() : interfaces();
  for (std::size_t begin = 0; begin < names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    if (end > begin) addresses.push_back(address_of(names.substr(begin, end - begin), all, family));
    begin = end + 1;
  }
  return addresses;
}

}  // namespace tagloom::distributed
