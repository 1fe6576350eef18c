#include "convnet/onednn/arena.hpp"

#include "convnet/onednn/api.hpp"

#include <algorithm>
#include <new>
#include <numeric>

namespace tagloom::onednn {
namespace {

/// A cache line, and what vectors and tiles like.
constexpr std::size_t kAlignment = 64;

}  // namespace

Arena::Buffer Arena::add(std::size_t bytes) {
  lives_.push_back({.bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment});
  return lives_.size() - 1;
}

Arena::Buffer Arena::add_external() {
  lives_.push_back({.external = true});
  return lives_.size() - 1;
}

void Arena::point(Buffer external, void* memory) {
  for (dnnl::memory& view : lives_[external].views)
    view.set_data_handle(memory);
}

dnnl::memory Arena::view(Buffer buffer, const dnnl::memory::desc& desc) {
  return lives_[buffer].views.emplace_back(dnnl::memory(desc, engine(), DNNL_MEMORY_NONE));
}

void Arena::use(Buffer buffer, std::size_t step) {
  Life& life = lives_[buffer];
  if (!life.used) life.first = step;
  life.used = true;
  life.last = step;
}

std::size_t Arena::lowest_offset(const Life& life, const std::vector<const Life*>& placed) const {
  std::size_t offset = 0;
  // In the order of their places: the first gap that is wide enough.
  for (const Life* other : placed) {
    if (other->last < life.first || life.last < other->first) continue;
    if (offset + life.bytes <= other->offset) break;
    offset = std::max(offset, other->offset + other->bytes);
  }
  return offset;
}

void Arena::place() {
  std::vector<Life*> by_size;
  for (Life& life : lives_)
    if (!life.external) by_size.push_back(&life);
  std::ranges::stable_sort(by_size, std::ranges::greater(), &Life::bytes);
  std::vector<const Life*> placed;
  for (Life* life : by_size) {
    life->offset = lowest_offset(*life, placed);
    bytes_ = std::max(bytes_, life->offset + life->bytes);
    placed.insert(std::ranges::upper_bound(placed, life->offset, {}, &Life::offset), life);
  }
  memory_.reset(std::aligned_alloc(kAlignment, std::max(bytes_, kAlignment)));
  if (!memory_) throw std::bad_alloc();
  for (Life* life : by_size)
    for (dnnl::memory& view : life->views)
      view.set_data_handle(static_cast<char*>(memory_.get()) + life->offset);
}

}  // namespace tagloom::onednn
