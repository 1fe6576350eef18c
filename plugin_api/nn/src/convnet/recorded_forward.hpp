#pragma once

/// A convolutional network's forward pass on a GPU as CUDA graphs, one for each size of its input: what it
/// launches is recorded once and repeated with one launch. A size's first batches run as they are, and so do
/// all of a size that comes after the first few, or where recording fails, which a warning says once.

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>

namespace tagloom {

class RecordedForward {
 public:
  using Forward = std::function<at::Tensor(const at::Tensor& images)>;

  /// Whether this build can record: a LibTorch with CUDA, and CUDA's headers.
  static bool is_possible();

  /// `forward` reads nothing back and draws nothing.
  explicit RecordedForward(Forward forward);
  ~RecordedForward();
  RecordedForward(const RecordedForward&) = delete;
  RecordedForward& operator=(const RecordedForward&) = delete;

  /// What `forward` returns of images on a GPU, in the network's type.
  at::Tensor operator()(const at::Tensor& images);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tagloom
