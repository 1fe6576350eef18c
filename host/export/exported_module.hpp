#pragma once

/// The TorchScript module that an export makes: recorded methods, scripted ones that call them, and what they
/// need as attributes.

#include "export/recording.hpp"

#include <torch/csrc/jit/api/module.h>

#include <string>
#include <unordered_map>

namespace tagloom::torchscript {

class ExportedModule {
 public:
  ExportedModule();

  /// Makes a graph (recording.hpp) the method `name`. Its tensors become buffers, each once however many
  /// methods use it, so that `module.to(...)` moves them; devices named in it become that of its first
  /// argument.
  void add_method(const std::string& name, const std::shared_ptr<Graph>& graph);
  /// Adds what the TorchScript source defines; it may call the methods and read the attributes that are
  /// there.
  void add_source(const std::string& source) { module_.define(source); }

  void add_buffer(const std::string& name, const at::Tensor& tensor) {
    module_.register_buffer(name, tensor);
  }
  void add_number(const std::string& name, std::int64_t value);
  void add_number(const std::string& name, double value);
  void add_texts(const std::string& name, const std::vector<std::string>& texts);

  [[nodiscard]] const torch::jit::Module& module() const { return module_; }

 private:
  /// The buffer's name.
  const std::string& buffer_of(const at::Tensor& tensor);
  void move_tensors(Graph& graph, torch::jit::Value* self);

  torch::jit::Module module_;
  std::unordered_map<const c10::TensorImpl*, std::string> buffers_;
};

}  // namespace tagloom::torchscript
