// Before PyTorch 1.6: pickles one after another, and the storages behind them.

#include "pickled_tensors.hpp"
#include "torch_save.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>

#include <cstring>
#include <map>
#include <optional>

namespace tagloom {
namespace {

using pickle::StorageRef;
using pickle::Unpickler;
using pickle::Value;

/// For every key a count of elements (int64), then the elements.
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

NamedTensors read_torch_legacy(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  Unpickler unpickler(bytes, shown(path));
  unpickler.load();  // the magic number, by which the file was recognised
  unpickler.load();  // the protocol's version
  unpickler.load();  // what machine wrote it; its storages are little-endian by definition
  const Value value = unpickler.load();
  const Value keys = unpickler.load();
  // Read with the first tensor: only now are all of them known to be of types that can be.
  std::optional<std::map<std::string, at::Tensor>> storages;
  return tensors_of(value, unpickler, path, [&](const StorageRef& ref) {
    if (!storages) storages = legacy_storages(bytes, keys, unpickler);
    const auto found = storages->find(ref.key);
    if (found == storages->end()) unpickler.fail("it lacks the storage " + ref.key);
    return found->second;
  });
}

}  // namespace tagloom
