#include "layouts/coco_file.hpp"

#include "layouts/label_json.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

/// What one entry of a list says.
struct Entry {
  std::map<std::string, std::int64_t, std::less<>> numbers;
  std::map<std::string, std::string, std::less<>> texts;
};

/// Entries are objects in lists of the outermost object; what lies deeper is passed over.
class CocoEvents : public JsonEvents {
 public:
  explicit CocoEvents(const fs::path& path) : JsonEvents(path) {}

  CocoFile take() && {
    read();
    for (const auto& [list, was_there] : std::array<std::pair<const char*, bool>, 3>{
             {{"images", has_images_}, {"annotations", has_annotations_}, {"categories", has_categories_}}})
      if (!was_there)
        throw DataError(
            fmt::format("{} has no list \"{}\", as COCO's files of instances have; give one that "
                        "has.",
                        shown(path()), list));
    return std::move(file_);
  }

 private:
  static constexpr int kOutermost = 1;
  static constexpr int kList = 2;
  static constexpr int kEntry = 3;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(std::int64_t number) override {
    if (is_wanted()) entry_.numbers[key_] = number;
    return true;
  }
  bool number_unsigned(std::uint64_t number) override {
    return number_integer(static_cast<std::int64_t>(number));
  }
  bool number_float(double, const std::string&) override { return true; }
  bool string(std::string& text) override {
    if (is_wanted()) entry_.texts[key_] = text;
    return true;
  }
  bool binary(nlohmann::json::binary_t&) override { return true; }

  bool start_object(std::size_t) override {
    ++depth_;
    if (depth_ == kEntry && is_in_list_) {
      ++index_;
      entry_ = {};
      is_in_entry_ = true;
    }
    return true;
  }
  bool end_object() override {
    if (depth_ == kEntry && is_in_entry_) {
      keep_entry();
      is_in_entry_ = false;
    }
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    ++depth_;
    if (depth_ == kList && is_outermost_an_object_) {
      is_in_list_ = true;
      index_ = 0;
      has_images_ = has_images_ || list_ == "images";
      has_annotations_ = has_annotations_ || list_ == "annotations";
      has_categories_ = has_categories_ || list_ == "categories";
    }
    return true;
  }
  bool end_array() override {
    if (depth_ == kList) is_in_list_ = false;
    --depth_;
    return true;
  }
  bool key(std::string& name) override {
    if (depth_ == 0) return true;
    if (depth_ == kOutermost) {
      is_outermost_an_object_ = true;
      list_ = name;
    }
    if (depth_ == kEntry) key_ = name;
    return true;
  }

  [[nodiscard]] bool is_wanted() const {
    constexpr std::array<std::string_view, 5> kWanted = {"id", "file_name", "image_id", "category_id",
                                                         "name"};
    return depth_ == kEntry && is_in_entry_ && std::ranges::find(kWanted, key_) != kWanted.end();
  }

  std::int64_t number(std::string_view key) const {
    const auto found = entry_.numbers.find(key);
    if (found == entry_.numbers.end())
      throw DataError(fmt::format("entry {} of \"{}\" in {} has no whole number \"{}\"; correct it.", index_,
                                  list_, shown(path()), key));
    return found->second;
  }
  std::string text(std::string_view key) const {
    const auto found = entry_.texts.find(key);
    if (found == entry_.texts.end() || found->second.empty())
      throw DataError(fmt::format("entry {} of \"{}\" in {} has no text \"{}\"; correct it.", index_, list_,
                                  shown(path()), key));
    return found->second;
  }

  void keep_entry() {
    if (list_ == "images") file_.images.push_back({number("id"), text("file_name")});
    if (list_ == "annotations") file_.annotations.push_back({number("image_id"), number("category_id")});
    if (list_ == "categories") file_.categories.push_back({number("id"), text("name")});
  }

  CocoFile file_;
  int depth_ = 0;
  bool is_outermost_an_object_ = false;
  bool is_in_list_ = false;
  bool is_in_entry_ = false;
  bool has_images_ = false;
  bool has_annotations_ = false;
  bool has_categories_ = false;
  /// The list at hand, how many of its entries have begun, and the last key in the one at hand.
  std::string list_;
  std::size_t index_ = 0;
  std::string key_;
  Entry entry_;
};

}  // namespace

bool is_coco_file(const fs::path& path) {
  const std::string key =
      first_list_among(path, {"images", "annotations", "categories", "samples", "labels"});
  return key == "images" || key == "annotations" || key == "categories";
}

CocoFile read_coco_file(const fs::path& path) {
  return CocoEvents(path).take();
}

}  // namespace tagloom::datasets
