#include "sources/libarchive/tar_index.hpp"

#include "sources/image_bytes.hpp"
#include "sources/member_name.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <array>
#include <unordered_map>
#include <utility>

namespace tagloom::sources {
namespace {

/// Why a member cannot be an image, before it is looked into.
std::string why_never(const std::string& name, const TarPass::Member& member) {
  if (member.kind == TarPass::Kind::link) return "that are links";
  if (member.kind == TarPass::Kind::other) return "neither a file nor a folder";
  if (name.empty()) return "without a name";
  if (has_hidden_part(name)) return "hidden";
  return member.bytes > kMostImageBytes ? kTooLarge : "";
}

/// One call of look_through.
class Looking {
 public:
  Looking(TarPass& pass, const std::string& archive, const AtImage& at_image)
      : pass_(pass), archive_(archive), at_image_(at_image) {}

  TarIndex run() && {
    std::string last;
    try {
      for (std::uint64_t number = 0; const auto member = pass_.next(); ++number) {
        throw_if_stop_requested();
        last = member->name;
        if (member->kind != TarPass::Kind::folder) look_at(*member, number);
      }
    } catch (const TarDamage& damage) {
      index_.damage = damage_sentence(archive_, last, damage);
    } catch (const DataError& error) {
      index_.damage = error.what();
    }
    leave_out_overtaken();
    return std::move(index_);
  }

 private:
  void look_at(const TarPass::Member& member, std::uint64_t number) {
    std::string name = member_name(member.name);
    std::string why = why_never(name, member);
    std::array<std::byte, datasets::kFormatBytes> bytes;
    std::span<std::byte> beginning;
    if (why.empty()) {
      beginning = std::span(bytes).first(pass_.read(bytes));
      why = why_left_out(name, datasets::image_format(beginning));
    }
    if (!why.empty()) return index_.left_out.add(fmt::format("{} in {}", name, archive_), why);
    at_image_(member, beginning);
    const auto [known, is_new] = latest_.try_emplace(name, index_.images.size());
    if (!is_new) overtaken_.push_back(std::exchange(known->second, index_.images.size()));
    index_.images.push_back({number, member.position});
    index_.names.push_back(std::move(name));
  }

  /// As unpacking would: a later file replaces one of its name.
  void leave_out_overtaken() {
    if (overtaken_.empty()) return;
    for (const std::size_t image : overtaken_)
      index_.left_out.add(fmt::format("{} in {}", index_.names[image], archive_),
                          "that another of the same name follows");
    TarIndex kept{.images = {}, .names = {}, .left_out = index_.left_out, .damage = index_.damage};
    for (std::size_t i = 0; i < index_.images.size(); ++i) {
      if (latest_.at(index_.names[i]) != i) continue;
      kept.images.push_back(index_.images[i]);
      kept.names.push_back(index_.names[i]);
    }
    index_ = std::move(kept);
  }

  TarPass& pass_;
  const std::string& archive_;
  const AtImage& at_image_;
  TarIndex index_;
  std::unordered_map<std::string, std::size_t> latest_;
  std::vector<std::size_t> overtaken_;
};

}  // namespace

TarIndex look_through(TarPass& pass, const std::string& archive, const AtImage& at_image) {
  return Looking(pass, archive, at_image).run();
}

std::string damage_sentence(const std::string& archive, const std::string& member, const TarDamage& damage) {
  const std::string where =
      member.empty() ? "from its beginning" : fmt::format("behind its member {}", shown(member));
  return fmt::format(
      "the archive {} is damaged or cut short: it cannot be read {} (libarchive says: {}); copy it again.",
      shown(archive), where, damage.what());
}

}  // namespace tagloom::sources
