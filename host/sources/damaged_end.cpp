#include "sources/damaged_end.hpp"

#include <tagloom/base/error.hpp>

#include <utility>

namespace tagloom::sources {
namespace {

class DamagedEnd final : public Archive {
 public:
  DamagedEnd(std::shared_ptr<const Archive> whole, std::size_t members, std::string sentence)
      : whole_(std::move(whole)), members_(members), sentence_(std::move(sentence)) {}

  [[nodiscard]] std::vector<std::byte> read(std::size_t member) const override {
    if (member >= members_) throw DataError(sentence_);
    return whole_->read(member);
  }

 private:
  std::shared_ptr<const Archive> whole_;
  std::size_t members_;
  std::string sentence_;
};

}  // namespace

ArchiveImages with_damaged_end(ArchiveImages images, std::string sentence) {
  images.archive = std::make_shared<DamagedEnd>(images.archive, images.names.size(), std::move(sentence));
  images.names.emplace_back();
  return images;
}

}  // namespace tagloom::sources
