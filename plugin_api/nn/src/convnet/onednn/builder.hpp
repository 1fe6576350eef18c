#pragma once

/// A plan while it is made: the steps so far, and the maps that they read and write.

#include "convnet/onednn/arena.hpp"
#include "convnet/onednn/weights.hpp"

#include <tagloom/nn/convnet/graph.hpp>

#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tagloom::onednn {

/// `[batch, channels, height, width]` in some layout.
struct Map {
  Arena::Buffer buffer = 0;
  dnnl::memory::desc desc;
};

using Step = std::function<void(dnnl::stream&)>;

class Builder {
 public:
  Builder(dnnl::memory::data_type type, Weights& weights) : type_(type), weights_(weights) {}

  /// That of maps and filters.
  [[nodiscard]] dnnl::memory::data_type type() const { return type_; }
  Weights& weights() { return weights_; }

  /// A map in memory of its own.
  Map make(const dnnl::memory::desc& desc);
  /// A map in memory that is named at each run.
  Map external(const dnnl::memory::desc& desc);
  /// A step that computes `primitive`; oneDNN's numbers of arguments say what is what. Its attributes are
  /// those of attributes_of.
  template <class Primitive>
  void append(const typename Primitive::primitive_desc& primitive, std::vector<std::pair<int, Map>> maps,
              std::unordered_map<int, dnnl::memory> others = {}) {
    maps.emplace_back(DNNL_ARG_SCRATCHPAD, make(primitive.scratchpad_desc()));
    append(Primitive(primitive), maps, std::move(others));
  }
  /// A step of our own that reads one map and writes another, whose places in memory it is given.
  void append(const Map& from, const Map& to, std::function<void(const void*, void*)> work);
  /// The same numbers, in the layout and the type of `to`.
  void append_reorder(const Map& from, const Map& to);
  /// The same numbers in the wanted layout and type: the map itself, if it has them.
  Map in_layout(const Map& map, const dnnl::memory::desc& wanted);
  /// The same numbers in memory that may be overwritten: the map itself, if nobody reads it any more.
  Map to_overwrite(const Map& map, bool is_read_later);

  /// The same numbers in that layout, in memory that may be overwritten.
  Map to_overwrite(const Map& map, bool is_read_later, const dnnl::memory::desc& wanted);

  /// What was appended, and the arena that it computes in. Once.
  std::pair<std::vector<Step>, Arena> finish();

 private:
  void append(const dnnl::primitive& primitive, const std::vector<std::pair<int, Map>>& maps,
              std::unordered_map<int, dnnl::memory> others);

  dnnl::memory::data_type type_;
  Weights& weights_;
  std::vector<Step> steps_;
  Arena arena_;
};

}  // namespace tagloom::onednn
