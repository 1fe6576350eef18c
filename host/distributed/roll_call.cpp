#include "distributed/roll_call.hpp"

#include "distributed/network.hpp"

#include <tagloom/base/json_text.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <thread>

namespace tagloom::distributed {
namespace {

constexpr std::int64_t kMostStarts = 1 << 20;
constexpr auto kLookEvery = std::chrono::milliseconds(20);

std::string key_of(std::string_view what, int rank) {
  return fmt::format("tagloom/{}/{}", what, rank);
}

std::string to_text(const Presence& presence) {
  return to_json_text(nlohmann::json{{"machine", presence.machine},
                                     {"address", presence.address},
                                     {"by_variable", presence.by_variable},
                                     {"gpu", presence.gpu}});
}

Presence presence(const std::string& text) {
  const auto value = nlohmann::json::parse(text);
  return {.machine = value.at("machine"),
          .address = value.at("address"),
          .by_variable = value.at("by_variable"),
          .gpu = value.at("gpu")};
}

void enlist(Board& board, const Meeting& meeting) {
  meeting.wait.begin(std::min(meeting.deadline, Clock::now() + kAnswering),
                     meeting.sentence(meeting.not_process_0()));
  const int rank = meeting.environment.rank;
  const std::int64_t came = board.add(key_of("came", rank), 1);
  // Bytes of another protocol make some number, too.
  if (came < 1 || came > kMostStarts) meeting.fail(meeting.not_process_0());
  if (came > 1)
    meeting.fail(
        fmt::format("another process {} is there already, of this run or of another one; give each "
                    "process its own RANK, and each run its own MASTER_PORT.",
                    rank));
}

bool is_loopback(const Presence& presence) {
  const auto address = from_digits(presence.address);
  return address && address->is_loopback();
}

/// A process on another machine, one that has a useful address if there is one.
const Presence* foreign_to(const Presence& own, std::span<const Presence> all) {
  const Presence* found = nullptr;
  for (const Presence& each : all) {
    if (each.machine == own.machine) continue;
    if (!is_loopback(each)) return &each;
    found = &each;
  }
  return found;
}

void require_reachable(std::span<const Presence> all, std::size_t rank) {
  const Presence& own = all[rank];
  const Presence* const foreign = foreign_to(own, all);
  if (foreign == nullptr || !is_loopback(own)) return;
  if (own.by_variable)
    throw UsageError(fmt::format(
        "GLOO_SOCKET_IFNAME makes process {} listen at {}, where no other machine reaches it, but there are "
        "processes on others; name the interface that leads to them, or unset the variable.",
        rank, own.address));
  if (is_loopback(*foreign))
    throw UsageError(fmt::format(
        "The processes are on several machines, but all come to the meeting point from 127.0.0.1 or ::1, as "
        "through a tunnel, and process {} cannot be reached there; give an address of process 0's machine in "
        "MASTER_ADDR, or name the interface that leads to the others in GLOO_SOCKET_IFNAME.",
        rank));
}

std::string absent(const Environment& environment, const std::vector<int>& missing) {
  constexpr std::size_t kShown = 5;
  const std::span<const int> first(missing.data(), std::min(missing.size(), kShown));
  const std::string more =
      missing.size() > kShown ? fmt::format(" and {} more", missing.size() - kShown) : std::string();
  return fmt::format(
      "process{} {}{} did not come for {} s (TAGLOOM_PROCESS_TIMEOUT); start all {} processes, and "
      "see what the missing printed.",
      missing.size() == 1 ? "" : "es", fmt::join(first, ", "), more, environment.time_limit.count(),
      environment.size);
}

/// Fills in those who have come since, and returns the ranks of those who have not. With very many processes
/// one round takes long: after `end` those left are not asked for.
std::vector<int> still_missing(Board& board, std::vector<std::optional<Presence>>& all,
                               Clock::time_point end) {
  std::vector<int> missing;
  for (std::size_t rank = 0; rank < all.size(); ++rank) {
    if (all[rank]) continue;
    const bool in_time = Clock::now() < end;
    const auto text = in_time ? board.read(key_of("presence", static_cast<int>(rank))) : std::nullopt;
    if (text) {
      all[rank] = presence(*text);
    } else {
      missing.push_back(static_cast<int>(rank));
    }
  }
  return missing;
}

/// The board is process 0's: it may end only when all have read what is on it.
void wait_for_readers(Board& board, const Environment& environment) {
  constexpr std::chrono::seconds kReading(2);
  const auto end = Clock::now() + kReading;
  std::int64_t readers = board.add("tagloom/readers", 1);
  while (environment.rank == 0 && readers < environment.size && Clock::now() < end) {
    std::this_thread::sleep_for(kLookEvery);
    readers = board.add("tagloom/readers", 0);
  }
}

}  // namespace

std::vector<Presence> roll_call(Board& board, const Meeting& meeting, const Presence& own) {
  const Environment& environment = meeting.environment;
  // This loop ends by itself, unless the board stops answering.
  constexpr std::chrono::milliseconds kGrace(500);
  enlist(board, meeting);
  meeting.wait.begin(
      meeting.deadline + kGrace,
      meeting.sentence("process 0 ended or stopped answering; see what it printed, and start all again."));
  board.write(key_of("presence", environment.rank), to_text(own));
  std::vector<std::optional<Presence>> came(static_cast<std::size_t>(environment.size));
  while (true) {
    const auto missing = still_missing(board, came, meeting.deadline);
    if (missing.empty()) break;
    if (Clock::now() >= meeting.deadline) meeting.fail(absent(environment, missing));
    std::this_thread::sleep_for(kLookEvery);
  }
  wait_for_readers(board, environment);
  std::vector<Presence> all;
  for (const auto& each : came)
    all.push_back(*each);
  return all;
}

void require_own_gpus(std::span<const Presence> all) {
  for (std::size_t second = 1; second < all.size(); ++second) {
    if (all[second].gpu.empty()) continue;
    for (std::size_t first = 0; first < second; ++first) {
      if (all[first].gpu != all[second].gpu) continue;
      throw UsageError(fmt::format(
          "Processes {} and {} compute on the same GPU ({}), but several talk to each other only with a "
          "GPU each; start as many processes as there are GPUs, or give --device cpu.",
          first, second, all[first].gpu));
    }
  }
}

std::string listening_address(std::span<const Presence> all, int rank) {
  for (std::size_t each = 0; each < all.size(); ++each)
    require_reachable(all, each);
  const Presence& own = all[static_cast<std::size_t>(rank)];
  const Presence* const foreign = foreign_to(own, all);
  // Process 0 has not gone anywhere to come to the meeting point: its way there says nothing.
  if (own.by_variable || foreign == nullptr || (rank != 0 && !is_loopback(own))) return own.address;
  const auto other = from_digits(foreign->address);
  const auto towards = other ? own_address_towards(*other) : std::nullopt;
  return towards ? towards->text() : own.address;
}

}  // namespace tagloom::distributed
