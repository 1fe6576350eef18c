#pragma once

/// Who came to the meeting point, and by which way: what each process must know of the others before they
/// talk to each other directly.

#include "distributed/meeting.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagloom::distributed {

/// What all processes can write and read at the meeting point.
class Board {
 public:
  virtual ~Board() = default;
  virtual void write(const std::string& key, const std::string& text) = 0;
  /// Nothing until somebody writes it.
  virtual std::optional<std::string> read(const std::string& key) = 0;
  /// Adds to a number that all share, 0 at first, and returns it.
  virtual std::int64_t add(const std::string& key, std::int64_t number) = 0;
};

/// One process, as the others see it.
struct Presence {
  /// Equal for processes that share a network's loopback.
  std::string machine;
  /// Where it would be reached, in digits.
  std::string address;
  /// Whether GLOO_SOCKET_IFNAME decided that, and nothing else may.
  bool by_variable = false;
  /// The GPU that it computes on, of all machines'; empty without one.
  std::string gpu = {};
};

/// Waits until all have come, and returns them in the order of ranks. Throws NoMeeting that names those who
/// have not come by the deadline, or says that what listens there is not process 0 of this run.
std::vector<Presence> roll_call(Board& board, const Meeting& meeting, const Presence& own);

/// Throws UsageError, at every process alike, if two of them compute on one GPU, where NCCL would wait
/// without end.
void require_own_gpus(std::span<const Presence> all);

/// Where process `rank` must listen so that all others reach it, in digits: at the address on its way to the
/// meeting point, unless that is its machine's loopback and others are on other machines; then at the one on
/// its way to those. Throws UsageError, at every process alike, if there is none.
std::string listening_address(std::span<const Presence> all, int rank);

}  // namespace tagloom::distributed
