#pragma once

/// Another program that has a port.

#include <vector>

namespace tagloom::testing {

/// A port of this machine that nobody listens on.
int free_port();

/// A port of this machine on which another program takes datagrams (UDP), as long as it lives.
class DatagramPort {
 public:
  DatagramPort();
  ~DatagramPort();
  DatagramPort(const DatagramPort&) = delete;
  DatagramPort& operator=(const DatagramPort&) = delete;
  [[nodiscard]] int port() const { return port_; }

 private:
  int descriptor_;
  int port_;
};

/// Listens at 127.0.0.1 and 127.0.0.2 (at all addresses), and never answers: the kernel takes who comes.
class Listener {
 public:
  enum class Begins { now, later };
  explicit Listener(Begins begins = Begins::now);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] int port() const { return port_; }
  void begin() const;
  /// Waits until somebody comes, and keeps the connection open.
  void wait_for_guest();
  /// Takes who comes and closes, until the listener's end; on a thread of the caller's.
  void turn_away() const;
  /// Lets `turn_away` return.
  void end() const;

 private:
  int descriptor_;
  int port_;
  std::vector<int> guests_;
};

}  // namespace tagloom::testing
