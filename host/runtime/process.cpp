#include "runtime/process.hpp"

#include "runtime/device.hpp"
#include "runtime/processors.hpp"

#include <tagloom/nn/bfloat16.hpp>
#include <tagloom/nn/product_type.hpp>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <malloc.h>

namespace tagloom::runtime {
namespace {

bool keeps_memory() {
  const char* setting = std::getenv("TAGLOOM_KEEP_MEMORY");
  return setting == nullptr || std::strcmp(setting, "0") != 0;
}

void keep_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  mallopt(M_TOP_PAD, 1 << 28);
}

const char* variable_or(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

/// Set by the launcher, since OpenMP has read them when main starts. The number goes first.
std::string waiting() {
  if (const std::string spins = variable_or("GOMP_SPINCOUNT", ""); !spins.empty())
    return fmt::format("spin {} times, then sleep (GOMP_SPINCOUNT of GCC's OpenMP)", spins);
  return fmt::format("{} (OMP_WAIT_POLICY)", variable_or("OMP_WAIT_POLICY", "OpenMP's choice"));
}

std::string bfloat16_products() {
  if (!multiplies_bfloat16(at::kCPU)) return "none: they are computed in float32";
  return fmt::format("in hardware, of few rows {} (TAGLOOM_TILES)",
                     uses_matrix_tiles() ? "by own code on matrix tiles" : "by LibTorch");
}

/// What --precision auto means on the device that is taken when none is named.
std::string automatic_products(Work work) {
  const ProductChoice choice = product_choice(device_named("auto"), work);
  std::string text = choice.type == at::kBFloat16 ? "bfloat16" : "float32";
  if (choice.times.float32 > 0)
    text += fmt::format(": {:.1f} ms in float32, {:.1f} ms in bfloat16", choice.times.float32,
                        choice.times.bfloat16);
  return fmt::format("{}; {} (TAGLOOM_PRECISION)", text, choice.origin);
}

std::string threads() {
  const ProcessorBounds bounds = processor_bounds();
  return fmt::format("{} of {} processors, bounded by {} (OMP_NUM_THREADS)", at::get_num_threads(),
                     bounds.online, what_bounds(own_variable, bounds));
}

std::string gpus() {
  if (!at::hasCUDA()) return "none that LibTorch sees";
  return std::to_string(c10::impl::VirtualGuardImpl(c10::kCUDA).deviceCount());
}

}  // namespace

void prepare_process() {
  if (keeps_memory()) keep_memory();
  // A file that may not grow fails to be written, which is said, instead of ending the process.
  std::signal(SIGXFSZ, SIG_IGN);
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq"))
    setenv("ATEN_CPU_CAPABILITY", "avx512", /*overwrite=*/0);
#endif
  if (std::getenv("OMP_NUM_THREADS") == nullptr) at::set_num_threads(own_processors());
}

std::vector<Setting> process_settings() {
  return {
      {"LibTorch", TORCH_VERSION},
      {"GPUs", gpus()},
      {"threads", threads()},
      {"instructions",
       fmt::format("{} (ATEN_CPU_CAPABILITY)", variable_or("ATEN_CPU_CAPABILITY", "LibTorch's choice"))},
      {"OpenBLAS",
       fmt::format("kernels of {} (OPENBLAS_CORETYPE)", variable_or("OPENBLAS_CORETYPE", "its choice"))},
      {"bfloat16 products", bfloat16_products()},
      {"auto, decoders", automatic_products(Work::rows)},
      {"auto, encoders", automatic_products(Work::images)},
      {"idle threads", waiting()},
      {"memory kept", fmt::format("{} (TAGLOOM_KEEP_MEMORY)", keeps_memory() ? "yes" : "no")},
      {"malloc", fmt::format("{} (GLIBC_TUNABLES)", variable_or("GLIBC_TUNABLES", "glibc's choice"))},
  };
}

}  // namespace tagloom::runtime
