#include "pickled_tensors.hpp"

#include "pickle_content.hpp"
#include "tensor_text.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

namespace tagloom {
namespace {

using pickle::Dict;
using pickle::StorageRef;
using pickle::TensorRef;
using pickle::Unpickler;
using pickle::Value;

/// Far more than any checkpoint nests or holds; a pickle that refers to itself ends here.
constexpr int kDeepest = 32;
constexpr std::size_t kMostEntries = 1'000'000;
constexpr std::size_t kLongestName = 10'000;
/// Tensors that expand() made have more elements than their storage, by strides of zero, and negated ones are
/// no views of theirs. So many elements all of these together: a small file must not fill the memory.
constexpr std::int64_t kMostUnfolded = 1LL << 26;

bool may_hold_tensors(const Value& value) {
  return pickle::dict_of(value) != nullptr || std::holds_alternative<const TensorRef*>(value) ||
         std::holds_alternative<pickle::Sequence*>(value);
}

using NamedRefs = std::vector<std::pair<std::string, const TensorRef*>>;

/// The tensors' descriptions in dictionaries and in lists within them.
class Collector {
 public:
  explicit Collector(const Unpickler& unpickler) : unpickler_(unpickler) {}

  void collect(const Dict& dict, const std::string& prefix, int depth = 0) {
    if (is_optimizer(dict)) return;
    for (const auto& [key, value] : dict.items) {
      if (++entries_ > kMostEntries) unpickler_.fail("its dictionaries have too many entries");
      if (may_hold_tensors(value)) collect(value, prefix + pickle::key_text(key), depth);
    }
  }

  NamedRefs take() { return std::move(refs_); }

 private:
  void collect(const Value& value, const std::string& name, int depth) {
    if (depth > kDeepest || name.size() > kLongestName) unpickler_.fail("its dictionaries nest without end");
    if (const Dict* inner = pickle::dict_of(value)) collect(*inner, name + ".", depth + 1);
    if (const auto* tensor = std::get_if<const TensorRef*>(&value)) refs_.emplace_back(name, *tensor);
    const auto* list = std::get_if<pickle::Sequence*>(&value);
    // Lists may be long, and may be in themselves: each is gone through once.
    if (list == nullptr || depth == kDeepest || !lists_.insert(*list).second) return;
    for (std::size_t i = 0; i < (*list)->items.size(); ++i)
      if (may_hold_tensors((*list)->items[i]))
        collect((*list)->items[i], fmt::format("{}.{}", name, i), depth + 1);
  }

  const Unpickler& unpickler_;
  std::set<const pickle::Sequence*> lists_;
  std::size_t entries_ = 0;
  NamedRefs refs_;
};

/// Makes tensors of their descriptions.
class Builder {
 public:
  Builder(const Unpickler& unpickler, const StorageReader& reader) : unpickler_(unpickler), reader_(reader) {}

  /// A view of its storage, once every element it reaches is known to be inside.
  at::Tensor build(const TensorRef& ref) {
    const at::Tensor& storage = storage_of(*ref.storage);
    const auto refuse = [&] { unpickler_.fail("a tensor reaches beyond its storage " + ref.storage->key); };
    if (ref.sizes.size() != ref.strides.size()) refuse();
    std::int64_t first = 0;
    bool inside = ref.offset >= 0 && ref.storage->view_offset >= 0 &&
                  !__builtin_add_overflow(ref.offset, ref.storage->view_offset, &first);
    std::int64_t last = first;
    std::int64_t elements = 1;
    for (std::size_t i = 0; i < ref.sizes.size(); ++i) {
      const std::int64_t size = ref.sizes[i];
      const std::int64_t stride = ref.strides[i];
      std::int64_t reach = 0;
      inside = inside && size >= 0 && stride >= 0 && !__builtin_mul_overflow(elements, size, &elements) &&
               !__builtin_mul_overflow(std::max(size - 1, std::int64_t{0}), stride, &reach) &&
               !__builtin_add_overflow(last, reach, &last);
    }
    inside = inside && (elements == 0 ? first <= storage.numel() : last < storage.numel());
    if (!inside) refuse();
    if (elements > storage.numel() || ref.negated) count_unfolded(elements);
    const at::Tensor view = storage.as_strided(ref.sizes, ref.strides, first);
    return ref.negated ? view.neg() : view;
  }

 private:
  void count_unfolded(std::int64_t elements) {
    if (elements > kMostUnfolded - unfolded_)
      unpickler_.fail("its tensors have far more elements than are stored");
    unfolded_ += elements;
  }

  const at::Tensor& storage_of(const StorageRef& ref) {
    const auto found = storages_.find(ref.key);
    return found != storages_.end() ? found->second : storages_.emplace(ref.key, reader_(ref)).first->second;
  }

  const Unpickler& unpickler_;
  const StorageReader& reader_;
  std::map<std::string, at::Tensor> storages_;
  std::int64_t unfolded_ = 0;
};

void refuse_unread(const NamedRefs& refs, const std::filesystem::path& path) {
  const auto unread =
      std::ranges::find_if(refs, [](const auto& ref) { return ref.second->storage == nullptr; });
  if (unread != refs.end())
    throw DataError(fmt::format(
        "{}: tensor {} has the type {}, which cannot be read; save it as a dense tensor of float32.",
        shown(path), tensor_name(unread->first), tensor_name(unread->second->unread_type)));
}

}  // namespace

NamedTensors tensors_of(const Value& value, const Unpickler& unpickler, const std::filesystem::path& path,
                        const StorageReader& reader) {
  Collector collector(unpickler);
  if (const Dict* dict = pickle::dict_of(value)) collector.collect(*dict, "");
  const NamedRefs refs = collector.take();
  if (refs.empty()) throw DataError(fmt::format("{} {}.", shown(path), pickle::without_weights(value)));
  refuse_unread(refs, path);
  Builder builder(unpickler, reader);
  NamedTensors tensors;
  for (const auto& [name, ref] : refs)
    tensors.emplace_back(name, builder.build(*ref));
  return tensors;
}

at::Tensor elements_from(const void* bytes, std::int64_t count, at::ScalarType type) {
  at::Tensor elements = at::empty({count}, type == at::kBool ? at::kByte : type);
  if (count > 0) std::memcpy(elements.data_ptr(), bytes, elements.nbytes());
  return type == at::kBool ? elements.ne(0) : elements;
}

}  // namespace tagloom
