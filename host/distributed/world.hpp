#pragma once

/// Several processes that train or score one model together, and what they say to each other. One process
/// alone is a world, too, in which every call is free. All processes must make the same calls in the same
/// order; a call waits for the others, within the environment's time limit. It throws LostProcess when one
/// is lost, and Interrupted when a signal asks to stop and the others do not take part soon; all calls after
/// that throw the same. Used by one thread.

#include "distributed/environment.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::distributed {

/// Another process ended, or did not answer in time.
class LostProcess : public Error {
 public:
  using Error::Error;
};

class Collectives;

class World {
 public:
  /// One process.
  World();
  /// Meets the others at the environment's address, to exchange what is computed on `device`, within the
  /// environment's time limit in all. Throws NoMeeting if they do not come together, UsageError if this build
  /// cannot work in several processes or a variable names what is not there.
  World(const Environment& environment, at::Device device);
  /// Has met the others already, and talks over `collectives`.
  World(const Environment& environment, std::unique_ptr<Collectives> collectives);
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  [[nodiscard]] int rank() const { return environment_.rank; }
  [[nodiscard]] int size() const { return environment_.size; }
  [[nodiscard]] int local_rank() const { return environment_.local_rank; }
  /// The one that prints and writes.
  [[nodiscard]] bool is_first() const { return rank() == 0; }
  [[nodiscard]] bool is_alone() const { return size() == 1; }

  /// Replaces each tensor by the sum over all processes, computed in float32 (float64 for those). Any device
  /// and floating type. `what` completes "while ...", for the error's sentence.
  void sum(const std::vector<at::Tensor>& tensors, const std::string& what);
  /// Overwrites the tensors with those of the first process.
  void take_from_first(const std::vector<at::Tensor>& tensors, const std::string& what);
  /// Whether any process says yes.
  [[nodiscard]] bool any(bool yes, const std::string& what);
  /// Everybody's text, in the order of ranks, at every process.
  [[nodiscard]] std::vector<std::string> gather(const std::string& text, const std::string& what);

  /// This process's part of `count` things: from first to (excluding) second. Parts are contiguous, in the
  /// order of ranks, and differ by one at most.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> part_of(std::int64_t count) const;

 private:
  class Group;
  Environment environment_;
  std::unique_ptr<Group> group_;
};

/// What processes tell each other of a failure begins with its kind; empty where there is none.
constexpr char kStopped = 's';
constexpr char kFailed = 'e';

/// Throws what all processes must throw after `told` by each of them: Interrupted if one was stopped, else an
/// Error if one failed. `own` is this process's failure, told as `own_told`; it is thrown itself if its kind
/// is the one.
void throw_failure(const std::vector<std::string>& told, const std::string& own_told,
                   const std::exception_ptr& own);

/// Returns what `call` does, if it does at every process; where it throws an Error at one, all throw, so that
/// none waits for another that has turned to something else; and where it throws Interrupted at one, all
/// throw Interrupted. `what` completes "while ...".
template <class Call>
auto agreed(World& world, const std::string& what, const Call& call) {
  if (world.is_alone()) return call();
  std::optional<decltype(call())> result;
  std::exception_ptr failure;
  std::string told;
  try {
    result.emplace(call());
  } catch (const LostProcess&) {
    throw;
  } catch (const Interrupted& stopped) {
    failure = std::current_exception();
    told = std::string(1, kStopped) + stopped.what();
  } catch (const Error& error) {
    failure = std::current_exception();
    told = std::string(1, kFailed) + error.what();
  }
  throw_failure(world.gather(told, what), told, failure);
  return std::move(*result);
}

}  // namespace tagloom::distributed
