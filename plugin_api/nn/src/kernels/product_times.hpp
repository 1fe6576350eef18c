#pragma once

/// How long small products take in float32 and in bfloat16, and the file that remembers it.

#include <tagloom/nn/product_type.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace tagloom {

/// The best of a few tries: some 40 ms, on a processor of today.
ProductTimes measure(at::Device device, Work work);

/// What the times of a processor depend on: its model, threads, instruction set, LibTorch, our kernels.
std::string machine();

/// Times by machine and work. A file that is missing, or says something else, remembers nothing.
class RememberedTimes {
 public:
  explicit RememberedTimes(std::filesystem::path file) : file_(std::move(file)) {}

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] std::optional<ProductTimes> find(const std::string& machine, Work work) const;
  /// Beside what is remembered of other machines. False if the file cannot be written: the next process
  /// measures again.
  bool add(const std::string& machine, Work work, ProductTimes times) const;

 private:
  std::filesystem::path file_;
};

/// Empty where the user has no folder for such files.
std::filesystem::path usual_file_of_times();

}  // namespace tagloom
