#pragma once

/// A small world to train in: the demo set's labels, and caches whose features are sums of one vector a
/// label.

#include "registry/registry.hpp"
#include "support/files.hpp"
#include "training/config.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace tagloom::training {

class World {
 public:
  World();
  [[nodiscard]] std::filesystem::path data() const { return folder_ / "data"; }
  [[nodiscard]] std::filesystem::path cache() const { return folder_ / "features.h5"; }
  [[nodiscard]] std::filesystem::path flipped() const { return folder_ / "flipped.h5"; }

 private:
  tagloom::testing::TemporaryFolder folder_;
};

const World& world();

/// What a cache holds of an image other than its features.
struct CachedImage {
  bool is_there = true;
  /// In front of the name that the data set has.
  std::string prefix = {};
  /// The hash of its file.
  std::string hash;
};

struct CacheContent {
  bool flipped = false;
  std::function<CachedImage(const std::string& image_name)> image = [](const std::string& name) {
    return CachedImage{.hash = name};
  };
};

/// A cache of the images of a data set in the demo set's layout.
void write_world_cache(const std::filesystem::path& data, const std::filesystem::path& cache,
                       const CacheContent& content);

/// A run of a few seconds.
TrainConfig small(const std::filesystem::path& output, const models::ModelSpec& model);

const registry::Registry& registry();

inline const registry::Assignments kTiny = {{"hidden", "24"}, {"embedding", "8"}};
inline const models::ModelSpec kRia{.decoder = "ria", .decoder_options = kTiny};
inline const models::ModelSpec kSr{.classifier = "linear", .decoder = "sr_cnn_rnn", .decoder_options = kTiny};
inline const models::ModelSpec kAttention{
    .decoder = "attention", .decoder_options = {{"hidden", "24"}, {"embedding", "8"}, {"attention", "12"}}};
inline const models::ModelSpec kClassifier{.classifier = "linear"};

/// What a checkpoint holds, without wall time.
std::string content(const std::filesystem::path& path);
/// What a log holds, likewise.
std::string log_without_seconds(const std::filesystem::path& checkpoint);

/// While it lives, LibTorch computes on one thread, so that equal steps give equal bits.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

}  // namespace tagloom::training
