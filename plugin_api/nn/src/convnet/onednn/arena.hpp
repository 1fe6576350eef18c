#pragma once

/// The memory of a plan's maps: one block, in which maps that do not live at the same time share a place.
/// Places are given largest first, each the lowest that is free during the map's life (greedy by size;
/// Pisarchyk & Lee, Efficient Memory Management for Deep Neural Net Inference, 2020).

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

namespace tagloom::onednn {

class Arena {
 public:
  using Buffer = std::size_t;

  Buffer add(std::size_t bytes);
  /// Somebody else's memory, which `point` names before the steps run.
  Buffer add_external();
  void point(Buffer external, void* memory);
  /// Memory whose bytes are the buffer's, from `place` on.
  dnnl::memory view(Buffer buffer, const dnnl::memory::desc& desc);
  /// The buffer is read or written by the step of that number. Steps come in order.
  void use(Buffer buffer, std::size_t step);
  /// Allocates, once, after all steps are known.
  void place();
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Life {
    std::size_t bytes = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    bool used = false;
    bool external = false;
    std::size_t offset = 0;
    std::vector<dnnl::memory> views = {};
  };
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  [[nodiscard]] std::size_t lowest_offset(const Life& life, const std::vector<const Life*>& placed) const;

  std::vector<Life> lives_;
  std::unique_ptr<void, Free> memory_;
  std::size_t bytes_ = 0;
};

}  // namespace tagloom::onednn
