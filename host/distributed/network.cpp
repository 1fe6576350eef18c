#include "distributed/network.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <system_error>
#include <unistd.h>

namespace tagloom::distributed {
namespace {

const sockaddr_in& v4(const Address& address) {
  return *reinterpret_cast<const sockaddr_in*>(address.get());
}

const in6_addr& v6(const Address& address) {
  return reinterpret_cast<const sockaddr_in6*>(address.get())->sin6_addr;
}

bool is_internet(const sockaddr* address) {
  return address != nullptr && (address->sa_family == AF_INET || address->sa_family == AF_INET6);
}

Lookup look_up(const char* host, const char* port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* first = nullptr;
  Lookup found{.error = getaddrinfo(host, port, &hints, &first)};
  if (found.error != 0) return found;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(first, freeaddrinfo);
  for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
    if (is_internet(each->ai_addr)) found.addresses.emplace_back(each->ai_addr, each->ai_addrlen);
  }
  if (found.addresses.empty()) found.error = EAI_NONAME;
  std::ranges::stable_partition(found.addresses,
                                [](const Address& address) { return address.family() == AF_INET; });
  return found;
}

}  // namespace

Address::Address(const sockaddr* any, socklen_t size) : size_(size) {
  std::memcpy(&storage_, any, std::min<std::size_t>(size, sizeof(storage_)));
}

bool Address::is_loopback() const {
  constexpr std::uint32_t kNetwork = 127;
  if (family() == AF_INET) return ntohl(v4(*this).sin_addr.s_addr) >> 24 == kNetwork;
  const in6_addr& address = v6(*this);
  return IN6_IS_ADDR_LOOPBACK(&address) ||
         (IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == kNetwork);
}

bool Address::is_link_local() const {
  constexpr std::uint32_t kNetwork = 0xA9FE;  // 169.254
  return family() == AF_INET ? ntohl(v4(*this).sin_addr.s_addr) >> 16 == kNetwork
                             : IN6_IS_ADDR_LINKLOCAL(&v6(*this));
}

std::string Address::text() const {
  std::array<char, NI_MAXHOST> digits{};
  if (getnameinfo(get(), size_, digits.data(), digits.size(), nullptr, 0, NI_NUMERICHOST) != 0) return "?";
  return digits.data();
}

Socket::Socket(int family, int type) : descriptor_(socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::optional<Address> Socket::own_address() const {
  sockaddr_storage own{};
  socklen_t size = sizeof(own);
  auto* const any = reinterpret_cast<sockaddr*>(&own);
  if (getsockname(descriptor_, any, &size) != 0) return std::nullopt;
  return Address(any, size);
}

Lookup look_up(const std::string& host, std::uint16_t port) {
  return look_up(host.c_str(), std::to_string(port).c_str(), AI_NUMERICSERV);
}

std::optional<Address> from_digits(const std::string& text) {
  const Lookup found = look_up(text.c_str(), nullptr, AI_NUMERICHOST);
  return found.addresses.empty() ? std::nullopt : std::optional(found.addresses.front());
}

bool is_own(const Address& address) {
  const Socket probe(address.family(), SOCK_DGRAM);
  const bool bound = probe.get() >= 0 && bind(probe.get(), address.get(), address.size()) == 0;
  // Any other reason, such as a program that has the port, says nothing of the address.
  return bound || (errno != EADDRNOTAVAIL && errno != EAFNOSUPPORT);
}

std::optional<Address> own_address_towards(const Address& other) {
  const Socket probe(other.family(), SOCK_DGRAM);
  if (connect(probe.get(), other.get(), other.size()) != 0) return std::nullopt;
  return probe.own_address();
}

std::vector<Interface> interfaces() {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(first, freeifaddrs);
  std::vector<Interface> found;
  for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
    auto known = std::ranges::find(found, std::string(each->ifa_name), &Interface::name);
    if (known == found.end()) known = found.insert(known, {.name = each->ifa_name, .addresses = {}});
    if (is_internet(each->ifa_addr))
      known->addresses.emplace_back(
          each->ifa_addr, each->ifa_addr->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
  }
  for (Interface& each : found)
    std::ranges::stable_partition(each.addresses,
                                  [](const Address& address) { return !address.is_link_local(); });
  return found;
}

std::string machine_identity() {
  std::string identity;
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), identity);
  std::error_code unknown;
  return identity + " " + std::filesystem::read_symlink("/proc/self/ns/net", unknown).string();
}

}  // namespace tagloom::distributed
