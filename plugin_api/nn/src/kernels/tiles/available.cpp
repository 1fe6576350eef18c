#include "products.hpp"
#include "tile.hpp"

#include <ATen/core/Tensor.h>

#include <cpuid.h>
#include <cstdlib>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

namespace tagloom::tiles {
namespace {

bool processor_has_tiles() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  constexpr unsigned kTiles = 1U << 24;
  constexpr unsigned kBfloat16 = 1U << 22;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kTiles) != 0 && (d & kBfloat16) != 0 &&
         __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512bf16") != 0;
}

/// Tiles are large, so that Linux has a process ask before it saves them at each change of threads.
bool kernel_grants_tiles() {
  constexpr int kRequest = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr int kTileData = 18;     // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequest, kTileData) == 0;
}

bool switched_off() {
  const char* setting = std::getenv("TAGLOOM_TILES");
  return setting != nullptr && std::strcmp(setting, "0") == 0;
}

/// From more rows on oneDNN is as fast; measured on two processors with weights of 2048 x 300 to 8192 x 2048
/// numbers.
constexpr std::int64_t kMostForward = 1024;
constexpr std::int64_t kMostBackward = 384;

bool is_large(std::int64_t out, std::int64_t in) {
  constexpr std::int64_t kLarge = std::int64_t{1} << 16;
  return out >= kBlock && in >= kBlock && out * in >= kLarge;
}

bool is_plain(const at::Tensor& tensor) {
  return tensor.is_cpu() && tensor.scalar_type() == at::kBFloat16 && tensor.is_contiguous();
}

bool pay(const at::Tensor& rows, const at::Tensor& other, std::int64_t most) {
  return available() && is_plain(rows) && is_plain(other) && rows.size(0) > 0 && rows.size(0) <= most;
}

}  // namespace

bool available() {
  static const bool can = !switched_off() && processor_has_tiles() && kernel_grants_tiles();
  return can;
}

bool pay_forward(const at::Tensor& x, const at::Tensor& weight) {
  return pay(x, weight, kMostForward) && is_large(weight.size(0), weight.size(1));
}

bool pay_backward(const at::Tensor& grad_output, const at::Tensor& weight) {
  return pay(grad_output, weight, kMostBackward) && is_large(weight.size(0), weight.size(1));
}

bool pay_of_weight(const at::Tensor& grad_output, const at::Tensor& x) {
  return pay(grad_output, x, kMostBackward) && is_large(grad_output.size(1), x.size(1));
}

}  // namespace tagloom::tiles
