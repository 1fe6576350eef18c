#pragma once

/// What the threads of a build do with their time, and which stage all others wait for. Stages hand on what
/// they made through queues of bounded length; so all but the slowest one wait most of the time, for what
/// comes or for room to put it. The bottleneck is the stage whose threads wait the smallest part of their
/// time. All functions may be called by several threads.

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::features {

/// In the order in which an image meets them.
enum class Stage { loading, encoding, packing, writing };
inline constexpr std::size_t kStages = 4;

/// What a thread of a stage does. Loading has two parts, which are told apart; all others have one, `work`.
enum class Activity { waiting, work, resizing };
inline constexpr std::size_t kActivities = 3;

/// Seconds, of all threads of each stage together.
using Seconds = std::array<std::array<double, kActivities>, kStages>;

/// In words that follow "waiting for": "image decoding", "image resizing", "the encoder", "compression",
/// "writing". Empty where nothing was measured.
[[nodiscard]] std::string_view bottleneck(const Seconds& seconds);
/// Each part's share of its threads' time, in a line: "image decoding 40 %, ...".
[[nodiscard]] std::string shares_text(const Seconds& seconds);

class StageTimes {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  explicit StageTimes(Clock now = std::chrono::steady_clock::now) : now_(std::move(now)) {}
  StageTimes(const StageTimes&) = delete;
  StageTimes& operator=(const StageTimes&) = delete;

  /// A thread's own clock, which ends with it; it waits until it says something else. One that has no times
  /// to report to does nothing.
  class Watch {
   public:
    Watch(StageTimes* times, Stage stage);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// From now on.
    void does(Activity activity);

   private:
    friend class StageTimes;
    StageTimes* times_;
    Stage stage_;
    Activity activity_ = Activity::waiting;
    std::chrono::steady_clock::time_point since_;
  };

  /// Since the beginning, with what is going on at this moment.
  [[nodiscard]] Seconds total() const;
  /// The bottleneck of late: of the last second or more, so that a line that is redrawn often is not a
  /// lottery.
  [[nodiscard]] std::string_view recent_bottleneck();

 private:
  void count(Watch& watch, std::chrono::steady_clock::time_point now);

  Clock now_;
  mutable std::mutex mutex_;
  Seconds seconds_{};
  std::vector<const Watch*> watches_;
  /// What `recent_bottleneck` said last, and what was counted then.
  std::chrono::steady_clock::time_point said_at_;
  Seconds said_of_{};
  std::string_view said_;
};

}  // namespace tagloom::features
