#include "support/listener.hpp"

#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace tagloom::testing {
namespace {

/// Gives the socket a port that no other has, at all addresses.
int bound(int descriptor) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (descriptor < 0 || bind(descriptor, any, size) != 0 || getsockname(descriptor, any, &size) != 0)
    throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

}  // namespace

int free_port() {
  return Listener(Listener::Begins::later).port();
}

DatagramPort::DatagramPort()
    : descriptor_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), port_(bound(descriptor_)) {}

DatagramPort::~DatagramPort() {
  close(descriptor_);
}

Listener::Listener(Begins begins)
    : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port_(bound(descriptor_)) {
  if (begins == Begins::now) begin();
}

Listener::~Listener() {
  for (const int guest : guests_)
    close(guest);
  close(descriptor_);
}

void Listener::begin() const {
  constexpr int kWaiting = 16;
  if (listen(descriptor_, kWaiting) != 0) throw std::runtime_error("cannot listen");
}

void Listener::wait_for_guest() {
  guests_.push_back(accept(descriptor_, nullptr, nullptr));
  if (guests_.back() < 0) throw std::runtime_error("nobody came");
}

void Listener::turn_away() const {
  for (int guest = 0; (guest = accept(descriptor_, nullptr, nullptr)) >= 0;)
    close(guest);
}

void Listener::end() const {
  shutdown(descriptor_, SHUT_RDWR);
}

}  // namespace tagloom::testing
