// The few calls that a pickle may make: those that torch.save needs to describe dictionaries and tensors.

#include "pickle.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace tagloom::pickle {
namespace {

/// More dimensions than any tensor has; keeps repeated use of one long tuple from filling the memory.
constexpr std::size_t kMostDimensions = 64;
/// Keys are numbers of a few digits, or addresses; the same holds for them.
constexpr std::size_t kLongestKey = 200;

struct StorageType {
  std::string_view name;
  at::ScalarType type;
};

constexpr std::array kStorageTypes = {
    StorageType{"DoubleStorage", at::kDouble}, StorageType{"FloatStorage", at::kFloat},
    StorageType{"HalfStorage", at::kHalf},     StorageType{"BFloat16Storage", at::kBFloat16},
    StorageType{"LongStorage", at::kLong},     StorageType{"IntStorage", at::kInt},
    StorageType{"ShortStorage", at::kShort},   StorageType{"CharStorage", at::kChar},
    StorageType{"ByteStorage", at::kByte},     StorageType{"BoolStorage", at::kBool}};

/// What torch calls to build a tensor ends in what kind of tensor it is.
constexpr std::string_view kRebuild = "torch._utils._rebuild_";

std::string_view without_torch(std::string_view global) {
  for (const std::string_view module : {"torch.cuda.", "torch.storage.", "torch."})
    if (global.starts_with(module)) return global.substr(module.size());
  return global;
}

std::optional<at::ScalarType> storage_type(std::string_view global) {
  if (!global.starts_with("torch.")) return std::nullopt;
  const auto* const known = std::ranges::find(kStorageTypes, without_torch(global), &StorageType::name);
  return known == kStorageTypes.end() ? std::nullopt : std::optional(known->type);
}

template <typename T>
std::optional<T> as(const Value& value) {
  const T* held = std::get_if<T>(&value);
  return held == nullptr ? std::nullopt : std::optional<T>(*held);
}

const Sequence* sequence_of(const Value& value) {
  return as<Sequence*>(value).value_or(nullptr);
}
const std::string* text_of(const Value& value) {
  return as<const std::string*>(value).value_or(nullptr);
}

std::optional<std::vector<std::int64_t>> integers_of(const Value& value) {
  const Sequence* sequence = sequence_of(value);
  if (sequence == nullptr || sequence->items.size() > kMostDimensions) return std::nullopt;
  std::vector<std::int64_t> integers;
  for (const Value& item : sequence->items) {
    const auto integer = as<std::int64_t>(item);
    if (!integer) return std::nullopt;
    integers.push_back(*integer);
  }
  return integers;
}

/// As the last argument of `_rebuild_tensor_v2`, a small dictionary, says.
bool is_negated(const Sequence& arguments) {
  const auto metadata = arguments.items.size() > 6 ? as<Dict*>(arguments.items[6]) : std::nullopt;
  return metadata && (*metadata)->items.size() < kMostDimensions &&
         std::ranges::any_of((*metadata)->items, [](const auto& item) {
           const std::string* name = text_of(item.first);
           return name != nullptr && *name == "neg" && as<bool>(item.second).value_or(false);
         });
}

}  // namespace

bool Unpickler::load_object(unsigned char code) {
  switch (code) {
    case 'c': {  // GLOBAL
      std::string name = take_line() + ".";
      name += take_line();
      push(Global{&texts_.emplace_back(std::move(name))});
      return true;
    }
    case 0x93: {  // STACK_GLOBAL
      const std::string* name = text_of(pop());
      const std::string* module = text_of(pop());
      if (name == nullptr || module == nullptr) fail("its pickle names a class by something that is no text");
      // Names are short; a long text used again and again must not fill the memory.
      const bool plausible = name->size() + module->size() < 1000;
      push(plausible ? Value(Global{&texts_.emplace_back(*module + "." + *name)}) : Value(Opaque{}));
      return true;
    }
    case 'R': {  // REDUCE
      const Value arguments = pop();
      const Value function = pop();
      push(call(function, arguments));
      return true;
    }
    case 0x81:  // NEWOBJ
      pop();
      push(object(pop()));
      return true;
    case 0x92:  // NEWOBJ_EX
      pop();
      pop();
      push(object(pop()));
      return true;
    case 'b':  // BUILD
      set_attributes(pop());
      return true;
    case 'Q':  // BINPERSID
      push(storage(pop()));
      return true;
    default:
      return false;
  }
}

Value Unpickler::call(const Value& function, const Value& arguments) {
  auto global = as<Global>(function);
  const Sequence* given = sequence_of(arguments);
  if (!global || given == nullptr) return Opaque{};
  // A tensor with attributes or of a class of its own: (function, class, its arguments, attributes).
  if (*global->name == "torch._tensor._rebuild_from_type_v2" && given->items.size() >= 3) {
    global = as<Global>(given->items[0]);
    given = sequence_of(given->items[2]);
    if (!global || given == nullptr) return Opaque{};
  }
  const std::string& name = *global->name;
  if (name == "collections.OrderedDict") return ordered_dict(*given);
  if (name == "torch._utils._rebuild_tensor_v2" || name == "torch._utils._rebuild_tensor")
    return tensor(*given);
  // For types that have no storage of their own: (untyped storage, offset, sizes, strides, -, -, type).
  const auto type = given->items.size() > 6 ? as<Global>(given->items[6]) : std::nullopt;
  if (name == "torch._utils._rebuild_tensor_v3" && type) return unread_tensor(without_torch(*type->name));
  if (given->items.empty()) return object(*global);
  const bool forwards = name == "torch._utils._rebuild_parameter" ||
                        name == "torch._utils._rebuild_parameter_with_state" ||
                        name == "torch._utils._rebuild_device_tensor_from_cpu_tensor" || name == "torch.Size";
  if (forwards) return given->items.front();
  // Quantised, sparse, nested, without values, of a subclass that builds itself.
  if (name.starts_with(kRebuild)) return unread_tensor(std::string_view(name).substr(kRebuild.size()));
  return object(name == "copy_reg._reconstructor" || name == "copyreg._reconstructor" ? given->items.front()
                                                                                      : Value(*global));
}

Value Unpickler::object(const Value& type) {
  const auto global = as<Global>(type);
  if (!global) return Opaque{};
  return &objects_.emplace_back(Object{.type = global->name, .dict = {}, .is_module = false});
}

void Unpickler::set_attributes(const Value& attributes) {
  // Those of a state dictionary are of no use here.
  const auto built = as<Object*>(top());
  const auto dict = as<Dict*>(attributes);
  if (!built || !dict) return;
  (*built)->is_module = std::ranges::any_of((*dict)->items, [](const auto& item) {
    const std::string* name = text_of(item.first);
    return name != nullptr && *name == "_modules";
  });
}

Value Unpickler::ordered_dict(const Sequence& arguments) {
  Dict& dict = dicts_.emplace_back();
  const Sequence* pairs = arguments.items.empty() ? nullptr : sequence_of(arguments.items.front());
  if (pairs == nullptr) return &dict;
  // A pickle can hand the same list to any number of dictionaries; an honest one does so at most once.
  items_copied_ += pairs->items.size();
  if (items_copied_ > bytes_.size()) fail("its pickle copies dictionaries without end");
  for (const Value& item : pairs->items) {
    const Sequence* pair = sequence_of(item);
    if (pair == nullptr || pair->items.size() != 2)
      fail("its pickle has a dictionary of something but pairs");
    dict.items.emplace_back(pair->items[0], pair->items[1]);
  }
  return &dict;
}

Value Unpickler::tensor(const Sequence& arguments) {
  if (arguments.items.size() < 4) fail("its pickle has an incomplete tensor");
  if (const auto type = as<Global>(arguments.items[0])) {
    std::string_view storage_type = without_torch(*type->name);
    if (storage_type.ends_with("Storage")) storage_type.remove_suffix(std::string_view("Storage").size());
    return unread_tensor(storage_type);
  }
  const auto storage = as<const StorageRef*>(arguments.items[0]);
  if (!storage) return Opaque{};
  const auto offset = as<std::int64_t>(arguments.items[1]);
  auto sizes = integers_of(arguments.items[2]);
  auto strides = integers_of(arguments.items[3]);
  if (!offset || !sizes || !strides) fail("its pickle has a tensor whose shape is no tuple of integers");
  return &tensor_refs_.emplace_back(
      TensorRef{*storage, *offset, std::move(*sizes), std::move(*strides), is_negated(arguments)});
}

Value Unpickler::unread_tensor(std::string_view type) {
  return &tensor_refs_.emplace_back(TensorRef{.unread_type = type});
}

Value Unpickler::storage(const Value& persistent_id) {
  const Sequence* id = sequence_of(persistent_id);
  const std::string* kind = id == nullptr || id->items.empty() ? nullptr : text_of(id->items[0]);
  // Legacy files refer to the source of whole modules, too: ("module", class, file, source).
  if (kind != nullptr && *kind == "module" && id->items.size() >= 2) return id->items[1];
  if (kind == nullptr || *kind != "storage") return Opaque{};
  if (id->items.size() < 5) fail("its pickle has an incomplete storage");
  const auto global = as<Global>(id->items[1]);
  const std::string* key = text_of(id->items[2]);
  const auto elements = as<std::int64_t>(id->items[4]);
  if (!global || key == nullptr || key->size() > kLongestKey || !elements || *elements < 0)
    fail("its pickle has a storage without type, key or size");
  const auto type = storage_type(*global->name);
  // The name of its type: no tensor can come from it.
  if (!type) return *global;
  StorageRef ref{*key, *type, *elements, 0};
  const auto [known, is_new] = storages_.try_emplace(*key, ref);
  if (!is_new && (known->second.type != ref.type || known->second.elements != ref.elements))
    fail("its pickle describes the storage " + *key + " in two ways");
  // Legacy files: (key of the view, where it begins in the storage, its size).
  const Sequence* view = id->items.size() > 5 ? sequence_of(id->items[5]) : nullptr;
  if (view != nullptr && view->items.size() == 3)
    ref.view_offset = as<std::int64_t>(view->items[1]).value_or(-1);
  return &storage_refs_.emplace_back(std::move(ref));
}

}  // namespace tagloom::pickle
