#include "pickle_content.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace tagloom::pickle {
namespace {

constexpr std::size_t kEntriesNamed = 3;
constexpr std::string_view kHowToSave =
    "in Python, torch.save(model.state_dict(), \"weights.pth\") writes what is read here";

bool has_key(const Dict& dict, std::string_view key) {
  return std::ranges::any_of(dict.items, [&](const auto& item) { return key_text(item.first) == key; });
}

std::string type_of(const Object& object) {
  constexpr std::size_t kLongest = 100;
  return shown(std::string_view(*object.type).substr(0, kLongest));
}

std::string in_words(const Value& value) {
  if (const auto* object = std::get_if<Object*>(&value)) return "of the kind " + type_of(**object);
  if (dict_of(value) != nullptr) return "a dictionary";
  if (std::holds_alternative<Sequence*>(value)) return "a list";
  if (std::holds_alternative<const std::string*>(value)) return "a text";
  if (std::holds_alternative<None>(value)) return "None";
  if (std::holds_alternative<bool>(value) || std::holds_alternative<std::int64_t>(value) ||
      std::holds_alternative<double>(value))
    return "a number";
  return "of a kind that cannot be read";
}

std::string entries_of(const Dict& dict) {
  std::string text;
  for (std::size_t i = 0; i < std::min(dict.items.size(), kEntriesNamed); ++i) {
    const auto& [key, value] = dict.items[i];
    text += fmt::format("{}\"{}\" is {}", i == 0 ? "" : ", ", shown(key_text(key).substr(0, 50)),
                        in_words(value));
  }
  return text + (dict.items.size() > kEntriesNamed ? ", ..." : "");
}

/// The first module among the entries.
const Object* module_in(const Dict& dict) {
  for (const auto& [key, value] : dict.items)
    if (const auto* object = std::get_if<Object*>(&value); object != nullptr && (*object)->is_module)
      return *object;
  return nullptr;
}

std::string whole_model(const Object& model) {
  return fmt::format(
      "holds a whole model (of the class {}), which only Python code can build again, not its weights alone; "
      "{}",
      type_of(model), kHowToSave);
}

std::string dictionary(const Dict& dict) {
  if (dict.items.empty())
    return "holds an empty dictionary: there was nothing in it when it was saved; give another file";
  if (const Object* model = module_in(dict)) return whole_model(*model);
  const bool optimizers = std::ranges::all_of(dict.items, [](const auto& item) {
    const Dict* inner = dict_of(item.second);
    return inner == nullptr || inner->items.empty() || is_optimizer(*inner);
  });
  const bool any = std::ranges::any_of(dict.items, [](const auto& item) {
    const Dict* inner = dict_of(item.second);
    return inner != nullptr && is_optimizer(*inner);
  });
  if (is_optimizer(dict) || (optimizers && any))
    return "holds the state of an optimiser, but no weights; give the file that holds the model's";
  return fmt::format("holds a dictionary without tensors ({}); give the file that holds the model's weights",
                     entries_of(dict));
}

}  // namespace

const Dict* dict_of(const Value& value) {
  if (const auto* dict = std::get_if<Dict*>(&value)) return *dict;
  const auto* object = std::get_if<Object*>(&value);
  return object != nullptr && !(*object)->dict.items.empty() ? &(*object)->dict : nullptr;
}

std::string key_text(const Value& key) {
  if (const auto* name = std::get_if<const std::string*>(&key)) return **name;
  if (const auto* number = std::get_if<std::int64_t>(&key)) return std::to_string(*number);
  return "?";
}

bool is_optimizer(const Dict& dict) {
  return has_key(dict, "param_groups") && has_key(dict, "state");
}

std::string without_weights(const Value& value) {
  if (const Dict* dict = dict_of(value)) return dictionary(*dict);
  if (const auto* object = std::get_if<Object*>(&value)) {
    if ((*object)->is_module) return whole_model(**object);
    return fmt::format("holds an object of the kind {}, not a dictionary of tensors; {}", type_of(**object),
                       kHowToSave);
  }
  if (std::holds_alternative<const TensorRef*>(value))
    return fmt::format("holds a single tensor without a name, not a dictionary of them; {}", kHowToSave);
  if (const auto* sequence = std::get_if<Sequence*>(&value)) {
    const bool tensors = std::ranges::any_of(
        (*sequence)->items, [](const Value& item) { return std::holds_alternative<const TensorRef*>(item); });
    return fmt::format("holds a list{}, not a dictionary of tensors; {}",
                       tensors ? " of tensors without names" : "", kHowToSave);
  }
  return fmt::format("holds something that is {}, not a dictionary of tensors; {}", in_words(value),
                     kHowToSave);
}

}  // namespace tagloom::pickle
