#include "convnet/onednn/builder.hpp"

#include "convnet/onednn/api.hpp"

namespace tagloom::onednn {

Map Builder::make(const dnnl::memory::desc& desc) {
  return {arena_.add(desc.get_size()), desc};
}

Map Builder::external(const dnnl::memory::desc& desc) {
  return {arena_.add_external(), desc};
}

void Builder::append(const dnnl::primitive& primitive, const std::vector<std::pair<int, Map>>& maps,
                     std::unordered_map<int, dnnl::memory> others) {
  for (const auto& [argument, map] : maps) {
    arena_.use(map.buffer, steps_.size());
    others[argument] = arena_.view(map.buffer, map.desc);
  }
  steps_.emplace_back([primitive, arguments = std::move(others)](dnnl::stream& stream) {
    primitive.execute(stream, arguments);
  });
}

void Builder::append(const Map& from, const Map& to, std::function<void(const void*, void*)> work) {
  for (const Map& map : {from, to})
    arena_.use(map.buffer, steps_.size());
  steps_.emplace_back([source = arena_.view(from.buffer, from.desc), target = arena_.view(to.buffer, to.desc),
                       work = std::move(work)](dnnl::stream& stream) {
    stream.wait();
    work(source.get_data_handle(), target.get_data_handle());
  });
}

void Builder::append_reorder(const Map& from, const Map& to) {
  append<dnnl::reorder>({engine(), from.desc, engine(), to.desc, attributes_of()},
                        {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
}

Map Builder::in_layout(const Map& map, const dnnl::memory::desc& wanted) {
  if (map.desc == wanted) return map;
  const Map laid_out = make(wanted);
  append_reorder(map, laid_out);
  return laid_out;
}

Map Builder::to_overwrite(const Map& map, bool is_read_later) {
  if (!is_read_later) return map;
  const Map copy = make(map.desc);
  append_reorder(map, copy);
  return copy;
}

Map Builder::to_overwrite(const Map& map, bool is_read_later, const dnnl::memory::desc& wanted) {
  return map.desc == wanted ? to_overwrite(map, is_read_later) : in_layout(map, wanted);
}

std::pair<std::vector<Step>, Arena> Builder::finish() {
  arena_.place();
  return {std::move(steps_), std::move(arena_)};
}

}  // namespace tagloom::onednn
