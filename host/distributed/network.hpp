#pragma once

/// Machines' addresses, as sockets take them: what Gloo and c10d decide for themselves by the machine's own
/// name, which often leads nowhere (Debian's /etc/hosts gives it the address 127.0.1.1).

#include <cstdint>
#include <netdb.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace tagloom::distributed {

/// An address of IPv4 or IPv6, with a port.
class Address {
 public:
  Address(const sockaddr* any, socklen_t size);

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  [[nodiscard]] int family() const { return storage_.ss_family; }
  /// Means the machine that uses it, whichever that is.
  [[nodiscard]] bool is_loopback() const;
  /// Means something only together with an interface of the machine that uses it.
  [[nodiscard]] bool is_link_local() const;
  /// In digits, without the port.
  [[nodiscard]] std::string text() const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_;
};

/// A socket that is closed at the end.
class Socket {
 public:
  explicit Socket(int family, int type);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  /// Negative if there is none.
  [[nodiscard]] int get() const { return descriptor_; }
  /// This end's.
  [[nodiscard]] std::optional<Address> own_address() const;

 private:
  int descriptor_;
};

/// What looking up a machine's name gave.
struct Lookup {
  /// Those of IPv4 first, so that all processes come to the same one.
  std::vector<Address> addresses;
  /// What getaddrinfo returned; 0 if there are addresses.
  int error = 0;
};
/// Asks the name servers, too, and may take seconds.
Lookup look_up(const std::string& host, std::uint16_t port);
/// From digits, as `Address::text` gives them.
std::optional<Address> from_digits(const std::string& text);

/// Whether this machine has the address, whoever has its port.
bool is_own(const Address& address);
/// The address from which this machine sends to `other`; nothing if no way leads there. Sends nothing.
std::optional<Address> own_address_towards(const Address& other);

/// A network interface of this machine, with the addresses that other machines can use first.
struct Interface {
  std::string name;
  std::vector<Address> addresses;
};
std::vector<Interface> interfaces();

/// Differs between machines, and between containers that have networks of their own.
std::string machine_identity();

}  // namespace tagloom::distributed
