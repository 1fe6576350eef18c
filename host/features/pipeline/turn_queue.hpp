#pragma once

/// What several threads make, out of order, for one that takes it in order, and a bound on how much of it
/// waits. Items belong to turns, numbered from 0: each turn is one thread's, which gives its items one by one
/// and says which is the last. They are taken turn by turn. Who is far ahead of what is taken next waits, and
/// so does who gives more than a turn may hold: so little memory is held however slow the taker is. All
/// functions may be called by several threads.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace tagloom::features {

/// Whether a turn ends with an item.
enum class Last { no, yes };

template <class Item>
class TurnQueue {
 public:
  struct Bounds {
    /// Turns that may have begun, the one that is being taken included.
    std::size_t turns = 2;
    /// Items of one turn that may wait.
    std::size_t items = 2;
  };

  explicit TurnQueue(Bounds bounds) : bounds_(bounds) {}

  /// Waits for room. False if nothing is taken any more: the item is gone.
  bool give(std::size_t turn, Item item, Last last) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || has_room(turn); });
    if (closed_) return false;
    Turn& its = turns_[turn];
    its.items.push_back(std::move(item));
    its.whole = last == Last::yes;
    changed_.notify_all();
    return true;
  }

  /// Waits for the next item; nothing after the last, once the queue is closed.
  std::optional<Item> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || has_next(); });
    if (!has_next()) return std::nullopt;
    Turn& current = turns_[current_];
    Item item = std::move(current.items.front());
    current.items.pop_front();
    if (current.whole && current.items.empty()) turns_.erase(current_++);
    changed_.notify_all();
    return item;
  }

  /// Nothing more is given. What waits is still taken, up to the first turn that lacks an item.
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  struct Turn {
    std::deque<Item> items;
    bool whole = false;
  };

  [[nodiscard]] bool has_room(std::size_t turn) const {
    if (turn >= current_ + bounds_.turns) return false;
    const auto found = turns_.find(turn);
    return found == turns_.end() || found->second.items.size() < bounds_.items;
  }
  [[nodiscard]] bool has_next() const {
    const auto found = turns_.find(current_);
    return found != turns_.end() && !found->second.items.empty();
  }

  const Bounds bounds_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, Turn> turns_;
  std::size_t current_ = 0;
  bool closed_ = false;
};

}  // namespace tagloom::features
