#include "convnet/onednn/api.hpp"
#include "convnet/onednn/operations.hpp"

namespace tagloom::onednn {

using dnnl::memory;

Map append_space_to_depth(Builder& plan, const Map& images) {
  const memory::dims sizes = sizes_of(images.desc);
  const std::int64_t width = sizes[3];
  const std::int64_t rows = sizes[2] / 4;
  const std::int64_t columns = width / 4;
  // Only another order of six sizes: image, row, row of 4, column, column of 4, colour.
  const memory::dims six = {sizes[0], rows, 4, columns, 4, 3};
  const memory::desc from(six, memory::data_type::f32,
                          {3 * sizes[2] * width, 4 * width, width, 4, 1, sizes[2] * width});
  const memory::desc to(six, plan.type(), {rows * columns * 48, columns * 48, 12, 48, 3, 1});
  const Map made = plan.in_layout({images.buffer, from}, to);
  return {made.buffer, {{sizes[0], 48, rows, columns}, plan.type(), memory::format_tag::nhwc}};
}

}  // namespace tagloom::onednn
