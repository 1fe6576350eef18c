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

  /// By a process of its own.
  void remember(const Inspection& inspected) const {
    RememberedInspections memory(file_, "us");
    memory.add(library_, stamp_of(library_), inspected);
    memory.write();
  }
  [[nodiscard]] std::optional<Inspection> found_later(const std::string& by = "us") const {
    return RememberedInspections(file_, by).find(library_);
  }
  void touch() const { fs::last_write_time(library_, fs::last_write_time(library_) + std::chrono::hours(1)); }

  TemporaryFolder folder_;
  fs::path library_ = folder_.path() / "library.so";
  fs::path file_ = folder_.path() / "new folder" / "plugins.json";
};

TEST_F(Remembered, IsAllThatWasFoundOut) {
  remember(inspection());
  const auto found = found_later();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(to_json(*found), to_json(inspection()));
  const auto* some = found->find("loss", "some");
  ASSERT_NE(some, nullptr);
  EXPECT_EQ(std::get<std::int64_t>(some->options.at(2).default_value), std::int64_t{1} << 60);
  EXPECT_EQ(found->find("loss", "other")->refusal, "It threw.");
}

TEST_F(Remembered, IsAnUnchangedLibraryEvenIfItWasTouched) {
  remember(inspection());
  touch();
  EXPECT_TRUE(found_later().has_value());
}

TEST_F(Remembered, IsNotALibraryOfOtherContentOrThatIsGone) {
  remember(inspection());
  write_text(library_, "CONTENT");
  touch();
  EXPECT_FALSE(found_later().has_value()) << "as long, and of another time";
  write_text(library_, "content, and more");
  EXPECT_FALSE(found_later().has_value());
  fs::remove(library_);
  EXPECT_FALSE(found_later().has_value());
}

TEST_F(Remembered, IsOnlyForThisProcessWhatMayChange) {
  Inspection slow;
  slow.refusal = "It was slow.";
  slow.may_change = true;
  RememberedInspections memory(file_, "us");
  memory.add(library_, stamp_of(library_), slow);
  memory.write();
  EXPECT_TRUE(memory.find(library_).has_value());
  EXPECT_FALSE(found_later().has_value());
}

TEST_F(Remembered, IsNotWhatAnotherProgramFoundOut) {
  remember(inspection());
  EXPECT_FALSE(found_later("another").has_value());
}

TEST_F(Remembered, IsNotALibraryThatWasBuiltAnewWhileItWasAsked) {
  const FileStamp before = stamp_of(library_);
  write_text(library_, "built anew");
  RememberedInspections memory(file_, "us");
  memory.add(library_, before, inspection());
  EXPECT_FALSE(memory.find(library_).has_value());
}

TEST_F(Remembered, ALibraryWhoseNameIsNoUtf8IsAskedAnew) {
  library_ = folder_.path() / "caf\xe9.so";
  write_text(library_, "content");
  remember(inspection());
  EXPECT_FALSE(found_later().has_value());
}

TEST_F(Remembered, ADamagedFileIsDoneWithoutAndReplaced) {
  fs::create_directories(file_.parent_path());
  for (const char* content :
       {"", "{", "[]", "{}", R"({"format": 1})", R"({"format": "x", "libraries": 3})"}) {
    write_text(file_, content);
    EXPECT_FALSE(found_later().has_value()) << content;
    remember(inspection());
    EXPECT_TRUE(found_later().has_value()) << content;
  }
}

TEST_F(Remembered, WithoutAPlaceForTheFileNothingFails) {
  for (const char* nowhere : {"", "/proc/no/such/plugins.json"}) {
    RememberedInspections memory(nowhere, "us");
    memory.add(library_, stamp_of(library_), inspection());
    memory.write();
    EXPECT_TRUE(memory.find(library_).has_value()) << "in this process";
  }
}

}  // namespace
}  // namespace tagloom::registry
