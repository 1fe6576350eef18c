#include "distributed/world.hpp"

#include "distributed/group.hpp"
#include "runtime/abandoned.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace tagloom::distributed {
namespace {

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

/// The processes' connection, which is used up by the first failure.
class World::Group {
 public:
  Group(const Environment& environment, std::unique_ptr<Collectives> collectives)
      : environment_(environment), device_(collectives->device()), collectives_(std::move(collectives)) {}

  [[nodiscard]] at::Device device() const { return device_; }

  /// Runs an exchange and says in one sentence what its failure means.
  template <class Exchange>
  auto run(const std::string& what, const Exchange& exchange) {
    // Whoever went on after it would wait for others that have left.
    if (failure_) std::rethrow_exception(failure_);
    try {
      return exchange(*collectives_);
    } catch (...) {
      failure_ = failure(what);
      leave();
      std::rethrow_exception(failure_);
    }
  }

 private:
  /// Inside a handler.
  [[nodiscard]] std::exception_ptr failure(const std::string& what) const {
    try {
      explain(what);
    } catch (...) {
      return std::current_exception();
    }
  }
  [[noreturn]] void explain(const std::string& what) const;
  /// A thread of the group may wait for ever, for others or for its own end.
  void leave() {
    (void)collectives_.release();
    runtime::leave_without_joining();
  }

  Environment environment_;
  at::Device device_;
  std::unique_ptr<Collectives> collectives_;
  std::exception_ptr failure_;
};

void World::Group::explain(const std::string& what) const {
  const int rank = environment_.rank;
  const int size = environment_.size;
  try {
    throw;
  } catch (const Interrupted&) {
    throw Interrupted(fmt::format("stopped by a signal while process {} of {} waited for the others, {}.",
                                  rank, size, what));
  } catch (const OutOfTime&) {
    throw LostProcess(
        fmt::format("Process {} of {} lost another one while {}: it did not answer for {} s "
                    "(TAGLOOM_PROCESS_TIMEOUT); it "
                    "hangs or cannot be reached. See what it printed, end it, and start all of them again.",
                    rank, size, what, environment_.time_limit.count()));
  } catch (const std::exception&) {
    std::throw_with_nested(LostProcess(
        fmt::format("Process {} of {} lost another one while {}: it ended or cannot be reached; see what it "
                    "printed, and start all of them again.",
                    rank, size, what)));
  }
}

World::World() = default;
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

World::World(const Environment& environment, at::Device device) : environment_(environment) {
  if (is_alone()) return;
  auto collectives = make_collectives(environment, device);
  if (!collectives)
    throw UsageError(fmt::format(
        "WORLD_SIZE is {}, but this tagloom was built without Gloo, over which several processes "
        "talk{}; build it with a LibTorch that has Gloo and its headers (Debian: libgloo-dev), or "
        "start one process.",
        size(), backends().empty() ? "" : " on a CPU (it has " + backends() + " for GPUs)"));
  group_ = std::make_unique<Group>(environment, std::move(collectives));
}

World::World(const Environment& environment, std::unique_ptr<Collectives> collectives)
    : environment_(environment), group_(std::make_unique<Group>(environment, std::move(collectives))) {}

void World::sum(const std::vector<at::Tensor>& tensors, const std::string& what) {
  if (is_alone()) return;
  const at::NoGradGuard no_grad;
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const Flat flat(tensors, at::TensorOptions(group_->device()).dtype(type));
    if (flat.empty()) continue;
    group_->run(what, [&](Collectives& all) { all.sum(flat.numbers()); });
    flat.write_back();
  }
}

void World::take_from_first(const std::vector<at::Tensor>& tensors, const std::string& what) {
  if (is_alone()) return;
  const at::NoGradGuard no_grad;
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const Flat flat(tensors, at::TensorOptions(group_->device()).dtype(type));
    if (flat.empty()) continue;
    group_->run(what, [&](Collectives& all) { all.take_from_first(flat.numbers()); });
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
  return group_->run(what, [&](Collectives& group) {
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

void throw_failure(const std::vector<std::string>& told, const std::string& own_told,
                   const std::exception_ptr& own) {
  for (const char kind : {kStopped, kFailed}) {
    const auto found =
        std::ranges::find_if(told, [&](const std::string& each) { return each.starts_with(kind); });
    if (found == told.end()) continue;
    if (own_told.starts_with(kind)) std::rethrow_exception(own);
    if (kind == kStopped) throw Interrupted(found->substr(1));
    throw Error(found->substr(1));
  }
}

}  // namespace tagloom::distributed
