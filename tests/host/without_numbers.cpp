#include "without_numbers.hpp"

#include <ATen/ATen.h>
#include <ATen/ExpandUtils.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace tagloom::testing {
namespace {

constexpr c10::DispatchKey kKey = c10::DispatchKey::TESTING_ONLY_GenericMode;

at::Tensor empty(at::IntArrayRef sizes, c10::optional<at::ScalarType> type, c10::optional<at::Layout> layout,
                 c10::optional<at::Device> /*device*/, c10::optional<bool> pinned,
                 c10::optional<at::MemoryFormat> format) {
  const c10::impl::ExcludeDispatchKeyGuard once(kKey);
  return at::empty(sizes, type, layout, at::Device(at::kMeta), pinned, format);
}

TORCH_LIBRARY_IMPL(_, TESTING_ONLY_GenericMode, all) {
  all.fallback(torch::CppFunction::makeFallthrough());
}
TORCH_LIBRARY_IMPL(aten, TESTING_ONLY_GenericMode, of_libtorch) {
  of_libtorch.impl("empty.memory_format", empty);
}

at::Scalar number(const at::Tensor& /*self*/) {
  return 1;
}

at::Tensor scalar(const at::Tensor& self) {
  return at::empty({}, self.options());
}

at::Tensor& unary(const at::Tensor& self, at::Tensor& out) {
  out.resize_(self.sizes());
  return out;
}

at::Tensor& binary(const at::Tensor& self, const at::Tensor& other, at::Tensor& out) {
  out.resize_(at::infer_size(self.sizes(), other.sizes()));
  return out;
}

at::Tensor& nan_to_num(const at::Tensor& self, c10::optional<double> /*nan*/,
                       c10::optional<double> /*posinf*/, c10::optional<double> /*neginf*/, at::Tensor& out) {
  return unary(self, out);
}

at::Tensor where(const at::Tensor& condition, const at::Tensor& self, const at::Tensor& other) {
  const std::vector<std::int64_t> both = at::infer_size(self.sizes(), other.sizes());
  return at::empty(at::infer_size(condition.sizes(), both),
                   self.options().dtype(at::result_type(self, other)));
}

at::Tensor index_select(const at::Tensor& self, std::int64_t dim, const at::Tensor& index) {
  std::vector<std::int64_t> sizes = self.sizes().vec();
  sizes[static_cast<std::size_t>(c10::maybe_wrap_dim(dim, self.dim()))] = index.numel();
  return at::empty(sizes, self.options());
}

at::Tensor embedding_dense_backward(const at::Tensor& grad_output, const at::Tensor& /*indices*/,
                                    std::int64_t num_weights, std::int64_t /*padding_idx*/,
                                    bool /*scale_grad_by_freq*/) {
  return at::empty({num_weights, grad_output.size(-1)}, grad_output.options());
}

std::tuple<at::Tensor, at::Tensor> log_sigmoid_forward(const at::Tensor& self) {
  return {at::empty_like(self), at::empty({0}, self.options())};
}

at::Tensor log_sigmoid_backward(const at::Tensor& grad_output, const at::Tensor& /*self*/,
                                const at::Tensor& /*buffer*/) {
  return at::empty_like(grad_output);
}

/// Those that this LibTorch lacks.
class Operations {
 public:
  Operations() : library_(torch::Library::IMPL, "aten", c10::DispatchKey::Meta, __FILE__, __LINE__) {
    add("_local_scalar_dense", number);
    for (const char* name : {"min", "max"})
      add(name, scalar);
    for (const char* name : {"abs.out", "logical_not.out"})
      add(name, unary);
    for (const char* name : {"logical_and.out", "logical_or.out", "logical_xor.out"})
      add(name, binary);
    add("nan_to_num.out", nan_to_num);
    add("where.self", where);
    add("log_sigmoid_forward", log_sigmoid_forward);
    add("log_sigmoid_backward", log_sigmoid_backward);
    add("index_select", index_select);
    add("embedding_dense_backward", embedding_dense_backward);
  }

 private:
  template <class Function>
  void add(const std::string& name, Function* function) {
    const std::size_t dot = name.find('.');
    const std::string overload = dot == std::string::npos ? "" : name.substr(dot + 1);
    const auto operation = c10::Dispatcher::singleton().findSchemaOrThrow(
        ("aten::" + name.substr(0, dot)).c_str(), overload.c_str());
    if (!operation.hasKernelForDispatchKey(c10::DispatchKey::Meta)) library_.impl(name.c_str(), function);
  }

  torch::Library library_;
};

c10::DispatchKey key_with_operations() {
  static const Operations operations;
  return kKey;
}

}  // namespace

MadeWithoutNumbers::MadeWithoutNumbers() : included_(key_with_operations()) {}

}  // namespace tagloom::testing
