#include "distributed/world.hpp"

#include "distributed/group.hpp"
#include "runtime/exceptions.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace tagloom::distributed {
namespace {

std::chrono::milliseconds timeout_setting() {
  constexpr long kDefaultSeconds = 600;
  const char* text = std::getenv("TAGLOOM_PROCESS_TIMEOUT");
  if (text == nullptr) return std::chrono::seconds(kDefaultSeconds);
  char* end = nullptr;
  const long seconds = std::strtol(text, &end, 10);
  if (end == text || *end != '\0' || seconds < 1)
    throw UsageError(
        fmt::format("TAGLOOM_PROCESS_TIMEOUT is \"{}\"; give a whole number of seconds from 1 on.", text));
  return std::chrono::seconds(seconds);
}

at::ScalarType exchanged_as(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

/// All numbers of the tensors of one exchanged type, one after another on the exchange's device: one exchange
/// instead of many.
class Flat {
 public:
  Flat(const std::vector<at::Tensor>& tensors, at::TensorOptions options) {
    const at::ScalarType type = c10::typeMetaToScalarType(options.dtype());
    std::int64_t count = 0;
    for (const at::Tensor& tensor : tensors) {
      if (exchanged_as(tensor) != type) continue;
      parts_.push_back(tensor);
      count += tensor.numel();
    }
    numbers_ = at::empty({count}, options);
    each([](at::Tensor slice, const at::Tensor& part) { slice.copy_(part); });
  }
  [[nodiscard]] bool empty() const { return numbers_.numel() == 0; }
  [[nodiscard]] const at::Tensor& numbers() const { return numbers_; }
  void write_back() const {
    each([](const at::Tensor& slice, at::Tensor part) { part.copy_(slice); });
  }

 private:
  template <class Copy>
  void each(const Copy& copy) const {
    std::int64_t first = 0;
    for (const at::Tensor& part : parts_) {
      copy(numbers_.narrow(0, first, part.numel()).view(part.sizes()), part);
      first += part.numel();
    }
  }
  std::vector<at::Tensor> parts_;
  at::Tensor numbers_;
};

}  // namespace

struct World::Group {
  std::unique_ptr<Collectives> collectives;
};

namespace {

/// Runs an exchange and says in one sentence what its failure means.
template <class Exchange>
auto guarded(const World& world, const std::string& what, const Exchange& exchange) {
  try {
    return exchange();
  } catch (const std::exception& error) {
    std::throw_with_nested(LostProcess(fmt::format(
        "Process {} of {} lost another one while {}: it ended, hangs, or cannot be reached ({}); see what "
        "that one printed, and start all of them again.",
        world.rank(), world.size(), what, runtime::reason(error))));
  }
}

}  // namespace

World::World() = default;
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

World::World(const Environment& environment, at::Device device) : environment_(environment) {
  if (is_alone()) return;
  const auto timeout = timeout_setting();
  group_ = std::make_unique<Group>();
  group_->collectives =
      guarded(*this, fmt::format("all were to meet at {}:{}", environment.address, environment.port),
              [&] { return make_collectives(environment, device, timeout); });
  if (!group_->collectives)
    throw UsageError(fmt::format(
        "WORLD_SIZE is {}, but this tagloom was built without Gloo, over which several processes "
        "talk{}; build it with a LibTorch that has Gloo and its headers (Debian: libgloo-dev), or "
        "start one process.",
        size(), backends().empty() ? "" : " on a CPU (it has " + backends() + " for GPUs)"));
}

void World::sum(const std::vector<at::Tensor>& tensors, const std::string& what) {
  if (is_alone()) return;
  const at::NoGradGuard no_grad;
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const Flat flat(tensors, at::TensorOptions(group_->collectives->device()).dtype(type));
    if (flat.empty()) continue;
    guarded(*this, what, [&] { group_->collectives->sum(flat.numbers()); });
    flat.write_back();
  }
}

void World::take_from_first(const std::vector<at::Tensor>& tensors, const std::string& what) {
  if (is_alone()) return;
  const at::NoGradGuard no_grad;
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const Flat flat(tensors, at::TensorOptions(group_->collectives->device()).dtype(type));
    if (flat.empty()) continue;
    guarded(*this, what, [&] { group_->collectives->take_from_first(flat.numbers()); });
    flat.write_back();
  }
}

bool World::any(bool yes, const std::string& what) {
  if (is_alone()) return yes;
  const at::Tensor count = at::full({}, yes ? 1.0 : 0.0, at::kDouble);
  sum({count}, what);
  return count.item<double>() > 0;
}

std::vector<std::string> World::gather(const std::string& text, const std::string& what) {
  if (is_alone()) return {text};
  return guarded(*this, what, [&] {
    Collectives& group = *group_->collectives;
    const auto own = static_cast<std::int64_t>(text.size());
    const std::vector<at::Tensor> sizes =
        group.gather(at::full({1}, own, at::TensorOptions(group.device()).dtype(at::kLong)));
    std::int64_t longest = 1;
    for (const at::Tensor& each : sizes)
      longest = std::max(longest, each.item<std::int64_t>());
    const at::Tensor bytes = at::zeros({longest}, at::kByte);
    std::memcpy(bytes.data_ptr(), text.data(), text.size());
    const std::vector<at::Tensor> all = group.gather(bytes.to(group.device()));
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const at::Tensor here = all[i].to(at::kCPU);
      texts.emplace_back(static_cast<const char*>(here.data_ptr()),
                         static_cast<std::size_t>(sizes[i].item<std::int64_t>()));
    }
    return texts;
  });
}

std::pair<std::int64_t, std::int64_t> World::part_of(std::int64_t count) const {
  return {count * rank() / size(), count * (rank() + 1) / size()};
}

}  // namespace tagloom::distributed
