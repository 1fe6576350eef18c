#pragma once

/// A function of tensors that is recorded and repeated (recorder.hpp), each shape of its arguments, types
/// included, by a recording of its own: for work without gradients whose kernels are shorter than it takes to
/// launch them.

#include <tagloom/nn/recorder.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace tagloom {

class TAGLOOM_API RecordedCalls {
 public:
  using Tensors = std::vector<at::Tensor>;
  /// Does the same for all arguments of a shape, reads nothing back from the device and draws nothing. Some
  /// arguments and results may be undefined.
  using Function = std::function<Tensors(const Tensors& arguments)>;

  struct Settings {
    /// Calls of a shape that run as they are before one is recorded; the last of them is listened to, and
    /// where it waits for the device (device_reads.hpp) none is.
    int warm_up = 2;
    /// A recording keeps its arguments and results. Calls of more shapes than these run as they are.
    std::size_t most_shapes = 2;
    /// Gets the error for which nothing is recorded, once.
    std::function<void(const std::exception&)> note = [](const std::exception&) {};
    /// Called before it where that is a recording which failed: others may be void (recorder.hpp).
    std::function<void()> failed = [] {};
  };

  /// Without a recorder all calls run as they are.
  RecordedCalls(std::unique_ptr<Recorder> recorder, Function function, Settings settings);
  ~RecordedCalls();
  RecordedCalls(const RecordedCalls&) = delete;
  RecordedCalls& operator=(const RecordedCalls&) = delete;

  /// What the function returns of the arguments, which the next call may overwrite. Throws what the function
  /// throws; an error that is none of tagloom's may have come from recording, after which the function runs
  /// as it is.
  Tensors operator()(const Tensors& arguments);

 private:
  struct Shape;

  /// Null when there are too many.
  Shape* shape_of(const Tensors& arguments);
  Tensors warmed_up(Shape& shape, const Tensors& arguments);
  /// Whether it could be.
  bool record(Shape& shape, const Tensors& arguments);
  void give_up();

  std::unique_ptr<Recorder> recorder_;
  Function function_;
  Settings settings_;
  std::vector<std::unique_ptr<Shape>> shapes_;
};

}  // namespace tagloom
