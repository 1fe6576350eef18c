#pragma once

/// Rows on their way into a cache, in the form in which it stores them: checked, hashed, packed. That is the
/// part of writing a cache which needs no file, so that a thread can do it while another writes.

#include <tagloom/featurecache/schema.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace tagloom::featurecache {

/// The image a row of features belongs to.
struct ImageKey {
  /// Any bytes but zero; what is no UTF-8 is stored as `stored_name` has it.
  std::string name;
  /// Hash of the image file's bytes.
  std::string hash;
};

/// In the floating type from which rows of this type are made (float32 for int8), in this process's memory: a
/// copy, unless they are that already.
[[nodiscard]] Features to_store(const Features& features, StoredType type);

/// A batch. May be made in any thread, and moved.
class PackedRows {
 public:
  struct Impl;

  /// `features` as `to_store` gives them, with all that `info.has` names; they are shared, not copied, so
  /// that nobody may change them any more. Throws NumericError, naming the image, if a value is NaN, infinite
  /// or beyond float16 (65504).
  PackedRows(const CacheInfo& info, std::span<const ImageKey> images, const Features& features);
  PackedRows(PackedRows&& other) noexcept;
  PackedRows& operator=(PackedRows&& other) noexcept;
  ~PackedRows();

  [[nodiscard]] std::size_t size() const;

 private:
  friend class CacheWriter;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tagloom::featurecache
