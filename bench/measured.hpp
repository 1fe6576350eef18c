#pragma once

/// Timing of a row on the bench's device (setup.hpp), and what of the device it uses. A GPU is waited for
/// before the first call and after the last one, not in between: the host runs ahead, as in training.

#include <c10/core/ScalarType.h>

#include <benchmark/benchmark.h>
#include <cstdint>
#include <functional>

namespace torch::nn {
class Module;
}

namespace tagloom::bench {

/// The least that a call does, whoever computes it.
struct Floor {
  /// Read from and written to the device's memory.
  double bytes = 0;
  /// Those of matrix products; a multiplication and an addition are two.
  double operations = 0;
  /// The type of the products, which says at what rate the device computes them at best.
  at::ScalarType type = at::kFloat;
  std::int64_t images = 0;
};

/// What one of the parameters takes part in, for `floor_of_step`.
struct StepSizes {
  std::int64_t images = 0;
  /// Rows of tokens of all steps.
  std::int64_t tokens = 0;
  /// Pixels of all maps; 0 if the model reads none.
  std::int64_t pixels = 0;
};

/// That of a training step of a model: each weight's three products (its output, the gradients of its
/// input and of itself; a weight of the images has no gradient of the input), Adam's pass, and the map read
/// forward and backward.
Floor floor_of_step(const torch::nn::Module& model, const StepSizes& sizes, at::ScalarType type);

/// The steps that a search takes, which ends when all images are done, on a CPU.
struct SearchSteps {
  std::int64_t count = 0;
  /// How often the maps of the whole batch are read: images that are done are not looked at.
  double whole_maps = 0;
};

/// That of a search: the same weights forward only, read at each step, and the maps.
Floor floor_of_search(const torch::nn::Module& model, const StepSizes& sizes, const SearchSteps& steps,
                      at::ScalarType type);

/// Waits until the device has done all that it was given.
void wait_for_device();

/// Runs the row: `call` a few times to warm up, then as often as the benchmark asks. Counters of the row:
/// `floor_ms` is what the floor would take at the peaks of the device, which are measured once a process by a
/// copy and by a square product; `of_floor`, `of_bandwidth` and `of_peak` are shares of these in the time
/// that the row took. On a GPU `kernels` and `launches` count what one call gives to the device, by
/// LibTorch's profiler; a label says so where that cannot. `first_row_peak_mib` is the most memory that the
/// process held when its first row had run once, before the peaks were measured.
void time(benchmark::State& state, const Floor& floor, const std::function<void()>& call);

}  // namespace tagloom::bench
