#pragma once

/// Reads Python pickles as `torch.save` writes them, without Python and without running anything: the only
/// calls that are understood are those that describe tensors and dictionaries; whatever else a pickle wants
/// to call or build becomes an Object, which is a name and nothing more. Tensors stay descriptions here (a
/// storage's key, sizes, strides); their bytes lie elsewhere in the file and are the caller's business.
/// Memory used is proportional to the pickle's size, whatever it says.

#include <c10/core/ScalarType.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace tagloom::pickle {

/// A storage as a persistent id names it.
struct StorageRef {
  std::string key;
  at::ScalarType type = at::kFloat;
  std::int64_t elements = 0;
  /// Where in the storage a legacy "view" begins.
  std::int64_t view_offset = 0;
};

/// A tensor as `_rebuild_tensor_v2` describes it. Nothing of it is checked yet.
struct TensorRef {
  /// Null if the tensor is of a type that cannot be read.
  const StorageRef* storage = nullptr;
  std::int64_t offset = 0;
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> strides;
  /// The storage has the elements' opposites (torch's "negative bit").
  bool negated = false;
  /// Which type that is: "float8_e4m3fn", "ComplexFloat", "sparse_tensor".
  std::string_view unread_type = {};
};

struct None {};
struct Opaque {};
struct Mark {};
/// A class or function by its dotted name; never looked up, never called.
struct Global {
  const std::string* name;
};

struct Sequence;
struct Dict;
struct Object;

/// Cheap to copy: what is large lies in the unpickler, so that neither cycles nor deep nesting cost anything
/// to free.
using Value = std::variant<None, Opaque, Mark, bool, std::int64_t, double, const std::string*, Global,
                           Sequence*, Dict*, Object*, const StorageRef*, const TensorRef*>;

/// A list, tuple or set.
struct Sequence {
  std::vector<Value> items;
};
struct Dict {
  std::vector<std::pair<Value, Value>> items;
};
/// What a class or function unknown here would have made.
struct Object {
  /// Dotted, of the class or function.
  const std::string* type = nullptr;
  /// What was put into it, if it is a kind of dictionary.
  Dict dict;
  /// Its attributes are those of a torch.nn.Module.
  bool is_module = false;
};

/// Owns every value it returned. Reads one pickle after another from the same bytes.
class Unpickler {
 public:
  /// `file` names the file in errors (DataError). The bytes must outlive the unpickler.
  Unpickler(std::span<const std::byte> bytes, std::string file);

  /// The value of the next pickle.
  Value load();

  /// Where the next pickle, or what follows the last one, begins.
  [[nodiscard]] std::size_t position() const { return position_; }
  /// Every storage named so far, by key.
  [[nodiscard]] const std::map<std::string, StorageRef>& storages() const { return storages_; }

  [[noreturn]] void fail(const std::string& reason) const;

 private:
  bool load_scalar(unsigned char code);
  bool load_text(unsigned char code);
  bool load_sequence(unsigned char code);
  bool load_dict(unsigned char code);
  bool load_memo(unsigned char code);
  bool load_object(unsigned char code);

  Value call(const Value& function, const Value& arguments);
  Value object(const Value& type);
  void set_attributes(const Value& attributes);
  Value ordered_dict(const Sequence& arguments);
  Value tensor(const Sequence& arguments);
  Value unread_tensor(std::string_view type);
  Value storage(const Value& persistent_id);
  Value integer(std::size_t bytes);

  std::span<const std::byte> take(std::uint64_t bytes);
  std::uint64_t take_unsigned(std::size_t bytes);
  std::string take_line();
  void push(Value value) { stack_.push_back(value); }
  void push_text(std::uint64_t bytes);
  void push_sequence(std::vector<Value> items);
  Value pop();
  Value& top();
  std::vector<Value> pop_to_mark();
  void extend_top(const std::vector<Value>& items);
  void set_top_items(const std::vector<Value>& items);

  std::span<const std::byte> bytes_;
  std::string file_;
  std::size_t position_ = 0;
  std::size_t items_copied_ = 0;
  std::vector<Value> stack_;
  std::unordered_map<std::uint64_t, Value> memo_;
  std::map<std::string, StorageRef> storages_;
  // Deques: what they hold never moves.
  std::deque<std::string> texts_;
  std::deque<Sequence> sequences_;
  std::deque<Dict> dicts_;
  std::deque<Object> objects_;
  std::deque<StorageRef> storage_refs_;
  std::deque<TensorRef> tensor_refs_;
};

}  // namespace tagloom::pickle
