#include "weights/torch_save.hpp"

#include "weights/pickle.hpp"

#include <tagloom/error.hpp>

#include <ATen/ATen.h>
#include <caffe2/serialize/inline_container.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <memory>

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

/// All elements of a storage, one-dimensional; throws DataError if they are not there.
using StorageReader = std::function<at::Tensor(const StorageRef&)>;

/// A copy of raw bytes as elements; a foreign byte other than 0 and 1 does not become a bool as it is.
at::Tensor elements_from(const void* bytes, std::int64_t count, at::ScalarType type) {
  at::Tensor elements = at::empty({count}, type == at::kBool ? at::kByte : type);
  if (count > 0) std::memcpy(elements.data_ptr(), bytes, elements.nbytes());
  return type == at::kBool ? elements.ne(0) : elements;
}

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
    for (const auto& [key, value] : dict.items) {
      if (++entries_ > kMostEntries) unpickler_.fail("its dictionaries have too many entries");
      const std::string name = prefix + text(key);
      if (const auto* inner = std::get_if<Dict*>(&value)) collect(**inner, name + ".", depth + 1);
      if (const auto* tensor = std::get_if<const TensorRef*>(&value))
        tensors_.emplace_back(name, build(**tensor, storage(*(*tensor)->storage), unpickler_));
    }
  }

  NamedTensors take() { return std::move(tensors_); }

 private:
  static std::string text(const Value& key) {
    if (const auto* name = std::get_if<const std::string*>(&key)) return **name;
    if (const auto* number = std::get_if<std::int64_t>(&key)) return std::to_string(*number);
    return "?";
  }

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

NamedTensors tensors_of(const Value& value, const Unpickler& unpickler, const std::filesystem::path& path,
                        const StorageReader& reader) {
  Collector collector(unpickler, reader);
  if (const auto* dict = std::get_if<Dict*>(&value)) collector.collect(**dict, "");
  NamedTensors tensors = collector.take();
  if (tensors.empty())
    throw DataError(path.string() +
                    " holds no dictionary of tensors; in Python, save the model's state_dict(), " +
                    "not the model itself");
  return tensors;
}

NamedTensors read_records(caffe2::serialize::PyTorchStreamReader& archive,
                          const std::filesystem::path& path) {
  const auto [pickle_data, pickle_bytes] = archive.getRecord("data.pkl");
  Unpickler unpickler({static_cast<const std::byte*>(pickle_data.get()), pickle_bytes}, path.string());
  if (archive.hasRecord("byteorder")) {
    const auto [order, length] = archive.getRecord("byteorder");
    if (std::string_view(static_cast<const char*>(order.get()), length) != "little")
      throw DataError(path.string() +
                      " was written on a big-endian machine; save it again on a little-endian one");
  }
  const StorageReader reader = [&](const StorageRef& ref) {
    const std::string record = "data/" + ref.key;
    if (!archive.hasRecord(record)) unpickler.fail("it lacks the storage " + ref.key);
    const auto [data, bytes] = archive.getRecord(record);
    const auto present = static_cast<std::int64_t>(bytes / c10::elementSize(ref.type));
    if (present < ref.elements) unpickler.fail("its storage " + ref.key + " is shorter than announced");
    return elements_from(data.get(), ref.elements, ref.type);
  };
  const Value value = unpickler.load();
  return tensors_of(value, unpickler, path, reader);
}

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::byte> bytes(std::filesystem::file_size(path));
  if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())))
    throw DataError("cannot read " + path.string() + " to its end; copy or fetch it again");
  return bytes;
}

/// The storages behind the last pickle: for every key a count of elements (int64), then the elements.
std::map<std::string, at::Tensor> legacy_storages(const std::vector<std::byte>& bytes, const Value& keys,
                                                  const Unpickler& unpickler) {
  const auto* list = std::get_if<pickle::Sequence*>(&keys);
  if (list == nullptr) unpickler.fail("it lacks the list of its storages");
  std::map<std::string, at::Tensor> storages;
  std::size_t position = unpickler.position();
  for (const Value& item : (*list)->items) {
    const auto* key = std::get_if<const std::string*>(&item);
    const auto known = key == nullptr ? unpickler.storages().end() : unpickler.storages().find(**key);
    if (known == unpickler.storages().end()) unpickler.fail("it lists a storage that no tensor uses");
    const StorageRef& ref = known->second;
    std::uint64_t count = 0;
    if (bytes.size() - position < sizeof count) unpickler.fail("it ends before its storage " + ref.key);
    std::memcpy(&count, bytes.data() + position, sizeof count);
    position += sizeof count;
    const std::size_t element_bytes = c10::elementSize(ref.type);
    if (count > (bytes.size() - position) / element_bytes)
      unpickler.fail("it ends within its storage " + ref.key);
    const auto elements = static_cast<std::int64_t>(count);
    if (elements < ref.elements) unpickler.fail("its storage " + ref.key + " is shorter than announced");
    storages.insert_or_assign(ref.key, elements_from(bytes.data() + position, elements, ref.type));
    position += count * element_bytes;
  }
  return storages;
}

}  // namespace

NamedTensors read_torch_zip(const std::filesystem::path& path) {
  try {
    caffe2::serialize::PyTorchStreamReader archive(path.string());
    return read_records(archive, path);
  } catch (const c10::Error&) {
    throw DataError(path.string() +
                    " is damaged, or a zip archive that torch.save did not write; fetch it again, " +
                    "or save the model's state_dict() anew");
  }
}

NamedTensors read_torch_legacy(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_bytes(path);
  Unpickler unpickler(bytes, path.string());
  unpickler.load();  // the magic number, by which the file was recognised
  unpickler.load();  // the protocol's version
  unpickler.load();  // what machine wrote it; its storages are little-endian by definition
  const Value value = unpickler.load();
  const Value keys = unpickler.load();
  const auto storages = legacy_storages(bytes, keys, unpickler);
  return tensors_of(value, unpickler, path, [&](const StorageRef& ref) {
    const auto found = storages.find(ref.key);
    if (found == storages.end()) unpickler.fail("it lacks the storage " + ref.key);
    return found->second;
  });
}

}  // namespace tagloom
