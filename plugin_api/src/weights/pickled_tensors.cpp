#include "weights/pickled_tensors.hpp"

#include "weights/pickle_content.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/error.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cstring>
#include <map>

namespace tagloom {
namespace {

using pickle::Dict;
using pickle::StorageRef;
using pickle::TensorRef;
using pickle::Unpickler;
using pickle::Value;

/// Far more than any checkpoint nests or holds; a pickle that refers to itself ends here.
constexpr int kDeepestDictionary = 32;
constexpr std::size_t kMostEntries = 1'000'000;

/// The tensor as a view of its storage, once every element it reaches is known to be inside.
at::Tensor build(const TensorRef& ref, const at::Tensor& storage, const Unpickler& unpickler) {
  const auto refuse = [&] { unpickler.fail("a tensor reaches beyond its storage " + ref.storage->key); };
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
  // No more elements than the storage has: a stride of zero must not unfold a small file into a large tensor.
  inside = inside && elements <= storage.numel() &&
           (elements == 0 ? first <= storage.numel() : last < storage.numel());
  if (!inside) refuse();
  return storage.as_strided(ref.sizes, ref.strides, first);
}

class Collector {
 public:
  Collector(const Unpickler& unpickler, const StorageReader& reader)
      : unpickler_(unpickler), reader_(reader) {}

  void collect(const Dict& dict, const std::string& prefix, int depth = 0) {
    if (depth > kDeepestDictionary) unpickler_.fail("its dictionaries nest without end");
    if (is_optimizer(dict)) return;
    for (const auto& [key, value] : dict.items) {
      if (++entries_ > kMostEntries) unpickler_.fail("its dictionaries have too many entries");
      const std::string name = prefix + pickle::key_text(key);
      if (const Dict* inner = pickle::dict_of(value)) collect(*inner, name + ".", depth + 1);
      if (const auto* tensor = std::get_if<const TensorRef*>(&value))
        tensors_.emplace_back(name, build(**tensor, storage(*(*tensor)->storage), unpickler_));
    }
  }

  NamedTensors take() { return std::move(tensors_); }

 private:
  const at::Tensor& storage(const StorageRef& ref) {
    const auto found = storages_.find(ref.key);
    return found != storages_.end() ? found->second : storages_.emplace(ref.key, reader_(ref)).first->second;
  }

  const Unpickler& unpickler_;
  const StorageReader& reader_;
  std::map<std::string, at::Tensor> storages_;
  std::size_t entries_ = 0;
  NamedTensors tensors_;
};

}  // namespace

NamedTensors tensors_of(const Value& value, const Unpickler& unpickler, const std::filesystem::path& path,
                        const StorageReader& reader) {
  Collector collector(unpickler, reader);
  if (const Dict* dict = pickle::dict_of(value)) collector.collect(*dict, "");
  NamedTensors tensors = collector.take();
  if (tensors.empty()) throw DataError(fmt::format("{} {}.", shown(path), pickle::without_weights(value)));
  return tensors;
}

at::Tensor elements_from(const void* bytes, std::int64_t count, at::ScalarType type) {
  at::Tensor elements = at::empty({count}, type == at::kBool ? at::kByte : type);
  if (count > 0) std::memcpy(elements.data_ptr(), bytes, elements.nbytes());
  return type == at::kBool ? elements.ne(0) : elements;
}

}  // namespace tagloom
