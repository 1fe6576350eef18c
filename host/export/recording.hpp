#pragma once

/// LibTorch's record of what a function of tensors computes: a graph that LibTorch can run, store and load
/// without the function.

#include <ATen/core/Tensor.h>
#include <ATen/core/stack.h>
#include <torch/csrc/jit/ir/ir.h>

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

namespace tagloom::torchscript {

using Tensors = std::vector<at::Tensor>;
using Graph = torch::jit::Graph;
/// Takes tensors and lists of tensors.
using Function = std::function<Tensors(const torch::jit::Stack&)>;

/// What `function` does with these arguments: a graph with an input an argument, of its type, that returns a
/// list of tensors. Numbers that follow from the arguments' sizes, devices and all tensors that are no
/// argument are constants of the graph. None of them may
/// need a gradient. What the function throws is passed on.
std::shared_ptr<Graph> record(const torch::jit::Stack& arguments, const Function& function);

/// What `function` returns while it is recorded, where it may compute in another way than otherwise.
std::vector<at::Tensor> results_while_recorded(const torch::jit::Stack& arguments, const Function& function);

/// A function that computes something else for other sizes; the text says so in the middle of a sentence.
class NoOneRecord : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A function's record for so many images at a step, for one image more, for one step later, and for both.
struct Samples {
  std::int64_t images = 0;
  std::int64_t step = 0;
  std::array<std::shared_ptr<Graph>, 4> graphs;
};

/// Makes the first of the graphs one for any number of images at any step, and returns it: each whole number
/// in it that differs between the graphs becomes `a + b images + c step + d images step`, which is how sizes
/// are made up. The images are the rows of the graph's first tensor. Graphs of a function that knows no step,
/// which are equal in pairs, are of step 0; others get a second input, the step. Throws NoOneRecord if the
/// graphs are not of the same operations.
std::shared_ptr<Graph> for_any_size(const Samples& samples);

/// The first tensor that is given to a graph: an argument, or the first of a list. Inserts what gets it.
torch::jit::Value* first_tensor(Graph& graph);

}  // namespace tagloom::torchscript
