#include "features/pipeline/stage_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace tagloom::features {
namespace {

constexpr std::size_t index(Stage stage) {
  return static_cast<std::size_t>(stage);
}

constexpr std::size_t index(Activity activity) {
  return static_cast<std::size_t>(activity);
}

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::string_view words(Stage stage, Activity activity) {
  switch (stage) {
    case Stage::loading:
      return activity == Activity::resizing ? "image resizing" : "image decoding";
    case Stage::encoding:
      return "the encoder";
    case Stage::packing:
      return "compression";
    case Stage::writing:
      break;
  }
  return "writing";
}

/// Which part of the time of its threads.
double share(const Seconds& seconds, Stage stage, Activity activity) {
  const auto& its = seconds[index(stage)];
  const double all = std::accumulate(its.begin(), its.end(), 0.0);
  return all > 0 ? its[index(activity)] / all : 0;
}

Seconds difference(const Seconds& now, const Seconds& before) {
  Seconds result = now;
  for (std::size_t stage = 0; stage < kStages; ++stage)
    for (std::size_t activity = 0; activity < kActivities; ++activity)
      result[stage][activity] -= before[stage][activity];
  return result;
}

}  // namespace

std::string_view bottleneck(const Seconds& seconds) {
  std::string_view slowest;
  double most = 0;
  // Where two never wait it is the encoder, which is what usually takes the time.
  for (const Stage stage : {Stage::encoding, Stage::loading, Stage::packing, Stage::writing}) {
    const double work = share(seconds, stage, Activity::work);
    const double resizing = share(seconds, stage, Activity::resizing);
    if (work + resizing <= most) continue;
    most = work + resizing;
    slowest = words(stage, resizing > work ? Activity::resizing : Activity::work);
  }
  return slowest;
}

std::string shares_text(const Seconds& seconds) {
  constexpr double kPercent = 100;
  std::string text;
  const auto add = [&](Stage stage, Activity activity) {
    text += fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", words(stage, activity),
                        kPercent * share(seconds, stage, activity));
  };
  add(Stage::loading, Activity::work);
  add(Stage::loading, Activity::resizing);
  for (const Stage stage : {Stage::encoding, Stage::packing, Stage::writing})
    add(stage, Activity::work);
  return text;
}

StageTimes::Watch::Watch(StageTimes* times, Stage stage) : times_(times), stage_(stage) {
  if (times_ == nullptr) return;
  const std::scoped_lock lock(times_->mutex_);
  since_ = times_->now_();
  times_->watches_.push_back(this);
}

StageTimes::Watch::~Watch() {
  if (times_ == nullptr) return;
  const std::scoped_lock lock(times_->mutex_);
  times_->count(*this, times_->now_());
  std::erase(times_->watches_, this);
}

void StageTimes::Watch::does(Activity activity) {
  if (times_ == nullptr) return;
  const std::scoped_lock lock(times_->mutex_);
  times_->count(*this, times_->now_());
  activity_ = activity;
}

void StageTimes::count(Watch& watch, std::chrono::steady_clock::time_point now) {
  seconds_[index(watch.stage_)][index(watch.activity_)] += seconds_between(watch.since_, now);
  watch.since_ = now;
}

Seconds StageTimes::total() const {
  const std::scoped_lock lock(mutex_);
  const auto now = now_();
  Seconds result = seconds_;
  for (const Watch* watch : watches_)
    result[index(watch->stage_)][index(watch->activity_)] += seconds_between(watch->since_, now);
  return result;
}

std::string_view StageTimes::recent_bottleneck() {
  constexpr std::chrono::seconds kOften(1);
  const auto now = now_();
  {
    const std::scoped_lock lock(mutex_);
    if (!said_.empty() && now - said_at_ < kOften) return said_;
  }
  const Seconds counted = total();
  const std::scoped_lock lock(mutex_);
  said_at_ = now;
  said_ = bottleneck(difference(counted, said_of_));
  said_of_ = counted;
  return said_;
}

}  // namespace tagloom::features
