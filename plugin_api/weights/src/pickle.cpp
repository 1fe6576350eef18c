#include "pickle.hpp"

#include <tagloom/base/error.hpp>

#include <bit>

namespace tagloom::pickle {

// Opcodes are named as in Python's pickletools. Those that are only in protocols 0 and 1, which torch.save
// writes on request, are not known.

namespace {

/// How every pickle of a later protocol begins.
constexpr std::byte kProto{0x80};

}  // namespace

Unpickler::Unpickler(std::span<const std::byte> bytes, std::string file)
    : bytes_(bytes), file_(std::move(file)) {}

void Unpickler::fail(const std::string& reason) const {
  throw DataError(file_ + " is damaged, or torch.save did not write it: " + reason +
                  "; copy or fetch it again.");
}

Value Unpickler::load() {
  if (position_ == 0 && !bytes_.empty() && bytes_.front() != kProto)
    throw DataError(file_ +
                    " was written by torch.save with pickle_protocol=0 or 1, which is not read; load it in "
                    "Python and save it again without pickle_protocol.");
  stack_.clear();
  memo_.clear();
  while (true) {
    const auto code = static_cast<unsigned char>(take_unsigned(1));
    if (code == '.') return pop();  // STOP
    const bool known = load_scalar(code) || load_text(code) || load_sequence(code) || load_dict(code) ||
                       load_memo(code) || load_object(code);
    if (!known) fail("its pickle has the unknown opcode " + std::to_string(code));
  }
}

bool Unpickler::load_scalar(unsigned char code) {
  switch (code) {
    case 0x80:  // PROTO
      take(1);
      return true;
    case 0x95:  // FRAME
      take(8);
      return true;
    case 'N':  // NONE
      push(None{});
      return true;
    case 0x88:  // NEWTRUE
      push(true);
      return true;
    case 0x89:  // NEWFALSE
      push(false);
      return true;
    case 'J':  // BININT
      push(std::int64_t{static_cast<std::int32_t>(take_unsigned(4))});
      return true;
    case 'K':  // BININT1
      push(static_cast<std::int64_t>(take_unsigned(1)));
      return true;
    case 'M':  // BININT2
      push(static_cast<std::int64_t>(take_unsigned(2)));
      return true;
    case 0x8a:  // LONG1
      push(integer(take_unsigned(1)));
      return true;
    case 0x8b:  // LONG4
      push(integer(take_unsigned(4)));
      return true;
    case 'G': {  // BINFLOAT
      std::uint64_t bits = 0;
      for (const std::byte byte : take(8))
        bits = bits << 8 | std::to_integer<std::uint64_t>(byte);
      push(std::bit_cast<double>(bits));
      return true;
    }
    default:
      return false;
  }
}

bool Unpickler::load_text(unsigned char code) {
  switch (code) {
    case 0x8c:  // SHORT_BINUNICODE
    case 'U':   // SHORT_BINSTRING
    case 'C':   // SHORT_BINBYTES
      push_text(take_unsigned(1));
      return true;
    case 'X':  // BINUNICODE
    case 'T':  // BINSTRING
    case 'B':  // BINBYTES
      push_text(take_unsigned(4));
      return true;
    case 0x8d:  // BINUNICODE8
    case 0x8e:  // BINBYTES8
    case 0x96:  // BYTEARRAY8
      push_text(take_unsigned(8));
      return true;
    default:
      return false;
  }
}

bool Unpickler::load_sequence(unsigned char code) {
  switch (code) {
    case '(':  // MARK
      push(Mark{});
      return true;
    case ']':   // EMPTY_LIST
    case ')':   // EMPTY_TUPLE
    case 0x8f:  // EMPTY_SET
      push_sequence({});
      return true;
    case 'l':   // LIST
    case 't':   // TUPLE
    case 0x91:  // FROZENSET
      push_sequence(pop_to_mark());
      return true;
    case 'a':  // APPEND
      extend_top({pop()});
      return true;
    case 'e':   // APPENDS
    case 0x90:  // ADDITEMS
      extend_top(pop_to_mark());
      return true;
    case 0x85:    // TUPLE1
    case 0x86:    // TUPLE2
    case 0x87: {  // TUPLE3
      std::vector<Value> items(std::size_t{code} - 0x84U);
      for (std::size_t i = items.size(); i-- > 0;)
        items[i] = pop();
      push_sequence(std::move(items));
      return true;
    }
    default:
      return false;
  }
}

bool Unpickler::load_dict(unsigned char code) {
  switch (code) {
    case '}':  // EMPTY_DICT
      push(&dicts_.emplace_back());
      return true;
    case 'd': {  // DICT
      const std::vector<Value> items = pop_to_mark();
      push(&dicts_.emplace_back());
      set_top_items(items);
      return true;
    }
    case 's': {  // SETITEM
      const Value value = pop();
      const Value key = pop();
      set_top_items({key, value});
      return true;
    }
    case 'u':  // SETITEMS
      set_top_items(pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool Unpickler::load_memo(unsigned char code) {
  const auto get = [this](std::uint64_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) fail("its pickle refers to a value that it does not have");
    push(found->second);
  };
  switch (code) {
    case 'q':  // BINPUT
      memo_[take_unsigned(1)] = top();
      return true;
    case 'r':  // LONG_BINPUT
      memo_[take_unsigned(4)] = top();
      return true;
    case 0x94: {  // MEMOIZE
      const Value value = top();
      memo_[memo_.size()] = value;
      return true;
    }
    case 'h':  // BINGET
      get(take_unsigned(1));
      return true;
    case 'j':  // LONG_BINGET
      get(take_unsigned(4));
      return true;
    case '0':  // POP
      pop();
      return true;
    case '1':  // POP_MARK
      pop_to_mark();
      return true;
    case '2':  // DUP
      push(Value(top()));
      return true;
    default:
      return false;
  }
}

std::span<const std::byte> Unpickler::take(std::uint64_t bytes) {
  if (bytes > bytes_.size() - position_) fail("it ends in the middle of a pickle");
  const auto taken = bytes_.subspan(position_, bytes);
  position_ += bytes;
  return taken;
}

std::uint64_t Unpickler::take_unsigned(std::size_t bytes) {
  std::uint64_t value = 0;
  std::size_t shift = 0;
  for (const std::byte byte : take(bytes)) {
    value |= std::to_integer<std::uint64_t>(byte) << shift;
    shift += 8;
  }
  return value;
}

std::string Unpickler::take_line() {
  std::string line;
  while (true) {
    const auto character = static_cast<char>(take_unsigned(1));
    if (character == '\n') return line;
    line += character;
  }
}

Value Unpickler::integer(std::size_t bytes) {
  // Longer ones never count or place anything in a weights file.
  if (bytes > 8) {
    take(bytes);
    return Opaque{};
  }
  std::uint64_t value = take_unsigned(bytes);
  if (bytes > 0 && bytes < 8 && (value >> (8 * bytes - 1) & 1) != 0)
    value |= ~std::uint64_t{0} << (8 * bytes);
  return static_cast<std::int64_t>(value);
}

void Unpickler::push_text(std::uint64_t bytes) {
  const auto text = take(bytes);
  push(&texts_.emplace_back(reinterpret_cast<const char*>(text.data()), text.size()));
}

void Unpickler::push_sequence(std::vector<Value> items) {
  push(&sequences_.emplace_back(Sequence{std::move(items)}));
}

Value& Unpickler::top() {
  if (stack_.empty()) fail("its pickle uses a value before it makes one");
  return stack_.back();
}

Value Unpickler::pop() {
  const Value value = top();
  stack_.pop_back();
  return value;
}

std::vector<Value> Unpickler::pop_to_mark() {
  std::size_t mark = stack_.size();
  while (mark > 0 && !std::holds_alternative<Mark>(stack_[mark - 1]))
    --mark;
  if (mark == 0) fail("its pickle closes a list that it did not open");
  std::vector<Value> items(stack_.begin() + static_cast<std::ptrdiff_t>(mark), stack_.end());
  stack_.resize(mark - 1);
  return items;
}

void Unpickler::extend_top(const std::vector<Value>& items) {
  // What is appended to an object that is no list here vanishes.
  if (const auto* sequence = std::get_if<Sequence*>(&top()))
    (*sequence)->items.insert((*sequence)->items.end(), items.begin(), items.end());
}

void Unpickler::set_top_items(const std::vector<Value>& items) {
  if (items.size() % 2 != 0) fail("its pickle has a dictionary key without a value");
  const auto* dict = std::get_if<Dict*>(&top());
  const auto* object = std::get_if<Object*>(&top());
  if (dict == nullptr && object == nullptr) return;
  Dict& filled = dict != nullptr ? **dict : (*object)->dict;
  for (std::size_t i = 0; i < items.size(); i += 2)
    filled.items.emplace_back(items[i], items[i + 1]);
}

}  // namespace tagloom::pickle
