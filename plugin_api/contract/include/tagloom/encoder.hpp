#pragma once

/// An encoder turns images into features, once. It declares how its images must be prepared, what its
/// features look like and which weights it runs with, so that a cache can record all three and refuse to mix
/// them.

#include <tagloom/features.hpp>
#include <tagloom/options.hpp>

#include <array>
#include <string>

namespace tagloom {

enum class ResizeRule {
  /// Both sides to `size`, the aspect ratio is not kept: no label is cropped away.
  squish,
  /// The shorter side to `resize_to`, then the central `size` x `size`.
  center_crop,
};

/// How a decoded RGB image becomes the encoder's input: resized bilinearly (antialiased when it shrinks),
/// scaled to [0, 1], then `(x - mean) / std` per channel, channels in the order red, green, blue.
struct Preprocessing {
  std::int64_t size = 0;
  ResizeRule rule = ResizeRule::squish;
  std::int64_t resize_to = 0;
  std::array<float, 3> mean = {0, 0, 0};
  std::array<float, 3> std = {1, 1, 1};

  /// Whether there are images of that size, and a crop is cut from something that large.
  [[nodiscard]] bool possible() const {
    return size > 0 && (rule == ResizeRule::squish || resize_to >= size);
  }
  bool operator==(const Preprocessing&) const = default;
};

/// Where an encoder's weights come from.
struct EncoderWeights {
  /// "random (seed N)", or the file as the user gave it; of several sets in it, " (which and why)" follows.
  std::string source;
  /// Hash of names and values: equal weights, equal fingerprint, whatever the file format. Never empty: an
  /// encoder without weights says so by a word of its own.
  std::string fingerprint;
  /// True when nothing was loaded: features are then fit for a demonstration, not for results.
  bool random = false;
};

/// Two instances may be used at the same time, each by a thread. Whatever is thrown becomes a sentence that
/// names the encoder; nothing is printed on standard output, which belongs to results.
class TAGLOOM_API Encoder {
 public:
  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  virtual ~Encoder() = default;

  /// Images `[batch, 3, size, size]`, float32, prepared as `preprocessing()` says, on any device. Returns
  /// float32 features on the encoder's device; `map` is left undefined unless `needs.map`. Carries no
  /// gradient. Not safe to call from two threads at once.
  virtual Features encode(const at::Tensor& images, FeatureNeeds needs) = 0;

  virtual void to(at::Device device) = 0;

  [[nodiscard]] virtual Preprocessing preprocessing() const = 0;
  [[nodiscard]] virtual FeatureShape feature_shape() const = 0;
  [[nodiscard]] virtual EncoderWeights weights() const = 0;
};

}  // namespace tagloom
