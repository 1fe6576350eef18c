#include "sources/libarchive/packed_tar.hpp"

#include "sources/libarchive/spool.hpp"
#include "sources/member_name.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <utility>

namespace tagloom::sources {

/// A pass over a packed tar that gets on as far as somebody wants to read.
class UnpackedTar {
 public:
  explicit UnpackedTar(std::shared_ptr<const PackedImages> images)
      : images_(std::move(images)), pass_(bytes_of(images_->file, 0)) {}

  /// That it takes on the disk by now.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  std::vector<std::byte> read(std::size_t image) {
    std::unique_lock lock(mutex_);
    while (places_.size() <= image && !failure_) {
      throw_if_stop_requested();
      unpack_next();
    }
    if (places_.size() <= image) std::rethrow_exception(failure_);
    const Spool::Place place = places_[image];
    lock.unlock();
    return spool_.read(place);
  }

 private:
  void unpack_next() {
    try {
      const auto member = pass_.next();
      // Somebody may have written into the file since it was looked through.
      if (!member) throw TarDamage("it has fewer members than a moment ago");
      if (number_++ == images_->numbers[places_.size()]) {
        if (member_name(member->name) != images_->names[places_.size()])
          throw TarDamage("it has other members than a moment ago");
        places_.push_back(spool_.append(pass_, {}));
      }
      last_ = member->name;
      bytes_ = spool_.bytes();
    } catch (const TarDamage& damage) {
      failure_ =
          std::make_exception_ptr(DataError(damage_sentence(images_->file->path().string(), last_, damage)));
    } catch (...) {  // amid a member: the pass cannot go on
      failure_ = std::current_exception();
    }
  }

  const std::shared_ptr<const PackedImages> images_;
  std::mutex mutex_;
  TarPass pass_;
  Spool spool_;
  std::vector<Spool::Place> places_;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::uint64_t number_ = 0;
  std::string last_;
  /// Why no more is unpacked.
  std::exception_ptr failure_;
};

void UnpackedTars::make_room() {
  constexpr std::size_t kAlways = 1;
  constexpr std::size_t kMost = 15;
  constexpr std::uint64_t kMostBytes = std::uint64_t{2} << 30;
  std::uint64_t bytes = 0;
  for (const Kept& kept : kept_)
    bytes += kept.tar->bytes();
  while (kept_.size() > kMost || (kept_.size() > kAlways && bytes > kMostBytes)) {
    bytes -= kept_.front().tar->bytes();
    kept_.pop_front();
  }
}

std::shared_ptr<UnpackedTar> UnpackedTars::of(const std::shared_ptr<const PackedImages>& images) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(kept_, images, &Kept::images);
  if (found != kept_.end()) {
    std::rotate(found, std::next(found), kept_.end());
    return kept_.back().tar;
  }
  make_room();
  try {
    return kept_.emplace_back(Kept{images, std::make_shared<UnpackedTar>(images)}).tar;
  } catch (const TarDamage& damage) {
    throw DataError(damage_sentence(images->file->path().string(), "", damage));
  }
}

namespace {

class PackedTar final : public Archive {
 public:
  PackedTar(std::shared_ptr<const PackedImages> images, std::shared_ptr<UnpackedTars> unpacked)
      : images_(std::move(images)), unpacked_(std::move(unpacked)) {}

  [[nodiscard]] std::vector<std::byte> read(std::size_t member) const override {
    return unpacked_->of(images_)->read(member);
  }

 private:
  std::shared_ptr<const PackedImages> images_;
  std::shared_ptr<UnpackedTars> unpacked_;
};

}  // namespace

std::shared_ptr<const Archive> packed_tar(std::shared_ptr<const File> file, const TarIndex& index,
                                          std::shared_ptr<UnpackedTars> unpacked) {
  PackedImages images{.file = std::move(file), .numbers = {}, .names = index.names};
  for (const TarIndex::Image& image : index.images)
    images.numbers.push_back(image.number);
  return std::make_shared<PackedTar>(std::make_shared<const PackedImages>(std::move(images)),
                                     std::move(unpacked));
}

}  // namespace tagloom::sources
