#include "registry/remembered.hpp"

#include "registry/as_json.hpp"
#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

namespace tagloom::registry {
namespace {

namespace fs = std::filesystem;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;

Inspection inspection() {
  return {
      .parts = {{.kind = "loss",
                 .name = "some",
                 .options = {{.name = "rate", .default_value = 0.1, .help = "h", .minimum = 0, .maximum = 1},
                             {.name = "on", .default_value = true, .help = "h"},
                             {.name = "count", .default_value = std::int64_t{1} << 60, .help = "h"},
                             {.name = "word",
                              .default_value = std::string("a b"),
                              .help = "h",
                              .choices = {"a b", "c"}}},
                 .refusal = ""},
                {.kind = "loss", .name = "other", .options = {}, .refusal = "It threw."}},
      .refusal = ""};
}

/// A library that nobody loads here, and the file that inspections of it are kept in.
class Remembered : public ::testing::Test {
 protected:
  void SetUp() override { write_text(library_, "content"); }

  [[nodiscard]] std::optional<Inspection> found_later() const {
    return RememberedInspections(file_).find(library_);
  }
  void touch() const { fs::last_write_time(library_, fs::last_write_time(library_) + std::chrono::hours(1)); }

  TemporaryFolder folder_;
  fs::path library_ = folder_.path() / "library.so";
  fs::path file_ = folder_.path() / "new folder" / "plugins.json";
};

TEST_F(Remembered, IsAllThatWasFoundOut) {
  RememberedInspections(file_).add(library_, inspection());
  const auto found = found_later();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(to_json(*found), to_json(inspection()));
  const auto* some = found->find("loss", "some");
  ASSERT_NE(some, nullptr);
  EXPECT_EQ(std::get<std::int64_t>(some->options.at(2).default_value), std::int64_t{1} << 60);
  EXPECT_EQ(found->find("loss", "other")->refusal, "It threw.");
}

TEST_F(Remembered, IsAnUnchangedLibraryEvenIfItWasTouched) {
  RememberedInspections(file_).add(library_, inspection());
  touch();
  EXPECT_TRUE(found_later().has_value());
}

TEST_F(Remembered, IsNotALibraryOfOtherContentOrThatIsGone) {
  RememberedInspections(file_).add(library_, inspection());
  write_text(library_, "CONTENT");
  touch();
  EXPECT_FALSE(found_later().has_value()) << "as long, and of another time";
  write_text(library_, "content, and more");
  EXPECT_FALSE(found_later().has_value());
  fs::remove(library_);
  EXPECT_FALSE(found_later().has_value());
}

TEST_F(Remembered, IsOnlyForThisProcessWhatCameByChance) {
  Inspection slow;
  slow.refusal = "It was slow.";
  slow.by_chance = true;
  RememberedInspections memory(file_);
  memory.add(library_, slow);
  EXPECT_TRUE(memory.find(library_).has_value());
  EXPECT_FALSE(found_later().has_value());
}

TEST_F(Remembered, ADamagedFileIsDoneWithoutAndReplaced) {
  fs::create_directories(file_.parent_path());
  for (const char* content :
       {"", "{", "[]", "{}", R"({"format": 1})", R"({"format": "x", "libraries": 3})"}) {
    write_text(file_, content);
    EXPECT_FALSE(found_later().has_value()) << content;
    RememberedInspections(file_).add(library_, inspection());
    EXPECT_TRUE(found_later().has_value()) << content;
  }
}

TEST_F(Remembered, WithoutAPlaceForTheFileNothingFails) {
  RememberedInspections nowhere("");
  nowhere.add(library_, inspection());
  EXPECT_TRUE(nowhere.find(library_).has_value()) << "in this process";
  RememberedInspections("/proc/no/such/plugins.json").add(library_, inspection());
}

}  // namespace
}  // namespace tagloom::registry
