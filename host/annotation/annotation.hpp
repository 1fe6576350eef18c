#pragma once

/// What was found in one picture, and where such findings go: the two things that whoever writes annotations
/// (as text, as JSON, as drawings) needs to know.

#include "features/image_files.hpp"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace tagloom::annotation {

struct Tag {
  std::string label;
  /// Calibrated probability that the label belongs to the picture.
  float confidence = 0;
};

/// What was found in one picture.
struct Annotation {
  /// As the user named it: the path given, or below the folder given.
  std::string name;
  features::ImageFile file;
  /// In the order of emission, or of falling confidence from a classifier.
  std::vector<Tag> tags;
  /// `[tags, height, width]`, float32 on the CPU: where the model looked for each tag; undefined unless asked
  /// for.
  at::Tensor attention;
};

/// A picture that could not be read.
struct Unreadable {
  std::string name;
  features::ImageFile file;
  /// Says why.
  std::string sentence;
};

/// Where annotations go, one after another; all calls come from one thread.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(const Annotation& annotation) = 0;
  /// In the place of the picture's annotation.
  virtual void leave_out(const Unreadable& /*picture*/) {}
  /// Once, after the last. Not called if something failed.
  virtual void finish() {}
  /// Where a call goes on behind pictures that an earlier one did: whether it needs the next of these again.
  [[nodiscard]] virtual bool needs_earlier() const { return false; }
  /// For the user: what of that which was asked for could not be written, in lines; empty if all was.
  [[nodiscard]] virtual std::string unwritten() const { return {}; }
};

}  // namespace tagloom::annotation
