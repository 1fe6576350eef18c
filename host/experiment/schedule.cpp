#include "experiment/schedule.hpp"

#include "experiment/fail_as.hpp"
#include "experiment/log_end.hpp"
#include "experiment/record.hpp"
#include "runtime/exit_status.hpp"
#include "runtime/progress.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file_lock.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <poll.h>

namespace tagloom::experiment {
namespace {

/// How often it is looked for what has ended, and for a note to stop.
constexpr int kGlance = 50;
/// For training to save its step, and for results to be written.
constexpr std::chrono::seconds kPatience{10};
/// What a cell is taken to need of which nothing is known.
constexpr std::int64_t kUsualBytes = std::int64_t{1} << 30;

/// "SIGTERM"; a real-time signal has no name.
std::string name_of_signal(int signal) {
  const char* const name = sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

/// Why a step failed, for people.
std::string failure_of(const Step& step, const ChildEnd& end) {
  // It ended in good order, and what it says of going on is not what the user of an experiment does.
  if (end.signal == 0 && end.status > 128)
    return fmt::format("{} was stopped by {}; the same command goes on with it; all that it said is in {}.",
                       step.what, name_of_signal(end.status - 128), shown(step.log));
  const std::string how = end.signal > 0 ? "was ended by " + name_of_signal(end.signal)
                                         : fmt::format("failed with status {}", end.status);
  const std::string words = failure_in(step.log);
  const std::string damage = step.damage();
  return fmt::format("{} {}{}; all that it said is in {}.{}{}", step.what, how,
                     words.empty() ? "" : fmt::format(", saying \"{}\"", shown(words)), shown(step.log),
                     damage.empty() ? "" : " ", damage);
}

[[noreturn]] void stopped(const std::vector<Child*>& children) {
  end_in_good_order(children, kPatience);
  throw Interrupted("stopped; nothing that was done is lost: the same command goes on.");
}

/// Throws if the step that was done last is to be done again.
void check_is_another(const Step& step, const std::string& done) {
  if (step.what == done)
    throw DataError(done + " is done, but what came of it is not there; somebody took it away.");
}

std::string running_line(const std::string& name, const Step& step, const Child& child) {
  return fmt::format("{:<24}  {:<18}  {:>7}  {}", name, step.what, runtime::clock_text(child.seconds()),
                     last_lines_in(step.log, 1));
}

/// A process of a run that was killed may be about to end, and have the lock of what it wrote until then.
void wait_for_former(const Step& step) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  std::error_code unknown;
  while (!stop_requested() && std::chrono::steady_clock::now() < until) {
    if (step.lock.empty() || !std::filesystem::exists(step.lock, unknown)) return;
    try {
      (void)FileLock::take(step.lock);
      return;
    } catch (const DataError&) {
      (void)poll(nullptr, 0, kGlance);
    }
  }
}

std::unique_ptr<Child> started(const Step& step, const ScheduleOptions& options, const Slot& slot) {
  // A command makes no folder above what it writes.
  if (!step.folder.empty()) make_folder(step.folder);
  wait_for_former(step);
  return std::make_unique<Child>(Launch{.program = options.program,
                                        .words = step.words,
                                        .log = step.log,
                                        .processors = slot.processors,
                                        .environment = slot.environment});
}

/// One cell at work, on its slot.
struct AtWork {
  const Cell* cell;
  std::size_t slot;
  FileLock lock;
  Step step;
  std::unique_ptr<Child> child;
  int retries;
};

class Schedule {
 public:
  Schedule(const std::vector<Cell>& cells, Workshop& workshop, const ScheduleOptions& options, Board& board)
      : workshop_(workshop), options_(options), board_(board) {
    for (const Cell& cell : cells)
      waiting_.push_back(&cell);
    for (std::size_t slot = options.slots.size(); slot-- > 0;)
      free_slots_.push_back(slot);
  }

  Outcome run() && {
    const EndsInGoodOrder ends_its_processes;
    while (!waiting_.empty() || !working_.empty()) {
      if (stop_requested()) stopped(children());
      begin_what_fits();
      for (auto at = working_.begin(); at != working_.end();)
        at = goes_on(*at) ? std::next(at) : working_.erase(at);
      show();
      if (!working_.empty()) (void)poll(nullptr, 0, kGlance);
    }
    return std::move(outcome_);
  }

 private:
  void begin_what_fits() {
    while (!waiting_.empty() && !free_slots_.empty() && has_memory_for_another()) {
      const Cell* const cell = waiting_.front();
      waiting_.pop_front();
      begin(*cell);
    }
  }

  /// As much as the largest so far took, beside what those at work may still ask for.
  [[nodiscard]] bool has_memory_for_another() const {
    if (working_.empty()) return true;
    std::int64_t room = free_bytes();
    for (const AtWork& work : working_)
      room -= std::max<std::int64_t>(0, largest_ - resident_bytes(work.child->process()));
    return room >= largest_;
  }

  void begin(const Cell& cell) {
    try {
      const auto folder = workshop_.folder_of(cell);
      make_folder(folder.parent_path());
      make_folder(folder);
      FileLock lock = FileLock::take(folder / "lock");
      auto step = workshop_.next_step(cell);
      if (!step) return board_.cell_done();
      board_.say(said(cell, step->what));
      const std::size_t slot = free_slots_.back();
      auto child = started(*step, options_, options_.slots[slot]);
      free_slots_.pop_back();
      working_.push_back({.cell = &cell,
                          .slot = slot,
                          .lock = std::move(lock),
                          .step = std::move(*step),
                          .child = std::move(child),
                          .retries = options_.retries});
    } catch (const FileLock::Held& held) {
      outcome_.elsewhere.push_back({.cell = &cell, .owner = held.owner()});
    } catch (const DataError& error) {
      fail(cell, error.what(), runtime::kData);
    }
  }

  /// False when its cell is done with.
  bool goes_on(AtWork& work) {
    const auto end = work.child->ended();
    if (!end) return true;
    largest_ = std::max(known_ ? largest_ : 0, end->peak_bytes);
    known_ = true;
    try {
      if (end->status != 0) return began_again(work, *end);
      work.step.finish(*end);
      board_.say(
          said(*work.cell, fmt::format("{} done in {}", work.step.what, runtime::clock_text(end->seconds))));
      if (auto next = workshop_.next_step(*work.cell)) {
        check_is_another(*next, work.step.what);
        work.step = std::move(*next);
        work.retries = options_.retries;
        board_.say(said(*work.cell, work.step.what));
        start(work);
        return true;
      }
      board_.cell_done();
    } catch (const DataError& error) {
      fail(*work.cell, error.what(), runtime::kData);
    }
    free_slots_.push_back(work.slot);
    return false;
  }

  bool began_again(AtWork& work, const ChildEnd& end) {
    const std::string failure = failure_of(work.step, end);
    if (work.retries-- > 0) {
      board_.say(said(*work.cell, failure + " It begins again."));
      if (auto step = workshop_.next_step(*work.cell)) {
        work.step = std::move(*step);
        start(work);
        return true;
      }
    }
    fail(*work.cell, failure, end.status);
    free_slots_.push_back(work.slot);
    return false;
  }

  void start(AtWork& work) { work.child = started(work.step, options_, options_.slots[work.slot]); }

  void fail(const Cell& cell, const std::string& sentence, int status) {
    board_.cell_failed();
    board_.say(said(cell, "FAILED: " + sentence));
    outcome_.failures.push_back({.cell = cell.name, .sentence = sentence, .status = status});
  }

  [[nodiscard]] std::string said(const Cell& cell, const std::string& what) const {
    return fmt::format("[{}/{}] {}: {}", cell.number, board_.cells(), cell.name, what);
  }

  [[nodiscard]] std::vector<Child*> children() const {
    std::vector<Child*> all;
    for (const AtWork& work : working_)
      all.push_back(work.child.get());
    return all;
  }

  void show() {
    if (!board_.due()) return;
    std::vector<std::string> lines;
    for (const AtWork& work : working_)
      lines.push_back(running_line(work.cell->name, work.step, *work.child));
    board_.show(lines);
  }

  Workshop& workshop_;
  const ScheduleOptions& options_;
  Board& board_;
  std::deque<const Cell*> waiting_;
  std::vector<std::size_t> free_slots_;
  std::list<AtWork> working_;
  /// The most that a process took, or is taken to take.
  std::int64_t largest_ = kUsualBytes;
  bool known_ = false;
  Outcome outcome_;
};

/// The right to make what all cells need.
FileLock only_maker(const std::filesystem::path& folder) {
  try {
    return FileLock::take(folder / "inputs.lock");
  } catch (const FileLock::Held& held) {
    throw Error(fmt::format(
        "{} makes this experiment's data sets and caches; start again when they are there.", held.owner()));
  }
}

}  // namespace

void prepare(Workshop& workshop, const ScheduleOptions& options, Board& board) {
  const EndsInGoodOrder ends_its_process;
  std::optional<FileLock> alone;
  std::string done;
  while (auto step = workshop.inputs().next_step()) {
    check_is_another(*step, done);
    if (!alone) {
      alone.emplace(only_maker(step->log.parent_path()));
      // It may be there by now.
      continue;
    }
    board.say(step->what);
    const auto child = started(*step, options, {});
    std::optional<ChildEnd> end;
    while (!(end = child->ended())) {
      if (stop_requested()) stopped({child.get()});
      if (board.due()) board.show({running_line("", *step, *child)});
      (void)poll(nullptr, 0, kGlance);
    }
    if (end->status != 0) fail_as(end->status, failure_of(*step, *end));
    step->finish(*end);
    done = step->what;
  }
}

Outcome run_cells(const std::vector<Cell>& cells, Workshop& workshop, const ScheduleOptions& options,
                  Board& board) {
  return Schedule(cells, workshop, options, board).run();
}

}  // namespace tagloom::experiment
