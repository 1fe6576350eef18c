/// Images that lie in archives.

#include "support/archives.hpp"

#include "features/image_files.hpp"
#include "features/image_loader.hpp"
#include "features/images_given.hpp"
#include "sources/archive.hpp"
#include "sources/tar.hpp"
#include "support/fault.hpp"
#include "support/files.hpp"
#include "support/memory.hpp"
#include "support/stop_note.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <thread>

namespace tagloom::features {
namespace {

using tagloom::testing::Call;
using tagloom::testing::Fault;
using tagloom::testing::gzipped;
using tagloom::testing::Member;
using tagloom::testing::pax_name;
using tagloom::testing::pixel;
using tagloom::testing::StopNote;
using tagloom::testing::tar_header;
using tagloom::testing::tar_of;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::test_data;
using tagloom::testing::write_text;
using tagloom::testing::zip_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

std::string text_of(const ImageFile& file) {
  const std::vector<std::byte> bytes = bytes_of(file);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<std::string> names_of(const std::vector<ImageFile>& files) {
  std::vector<std::string> names;
  for (const ImageFile& file : files)
    names.push_back(file.name);
  return names;
}

ImagesGiven given(const std::vector<fs::path>& paths, const std::string& typed = {}) {
  std::istringstream input(typed);
  return images_given(paths, input);
}

/// That it cannot be read, which is said with these words.
template <class Words>
void expect_unreadable(const ImageFile& file, const Words& words) {
  EXPECT_THAT([&] { (void)bytes_of(file); }, ThrowsMessage<DataError>(words)) << file.name;
}

class ZipsOfImages : public ::testing::Test {
 protected:
  fs::path file(const std::string& name, const std::string& bytes) const {
    fs::create_directories((folder_ / name).parent_path());
    write_text(folder_ / name, bytes);
    return folder_ / name;
  }
  [[nodiscard]] std::vector<ImageFile> files(const std::string& name, const std::string& bytes) const {
    return given({file(name, bytes)}).files;
  }

  TemporaryFolder folder_;
};

class TarsOfImages : public ZipsOfImages {
 protected:
  void SetUp() override {
    if (!sources::has_libarchive()) GTEST_SKIP() << "This build has no libarchive.";
  }
};

const std::vector<Member> kTwo = {{"a.ppm", pixel(1)}, {"b.ppm", pixel(2)}};

TEST_F(TarsOfImages, AreNamedByArchiveAndMemberAndReadInAnyOrder) {
  const auto found =
      files("far/away/shard-0.tar", tar_of({{"x", "", '5'}, {"x/b.ppm", pixel(2)}, {"a.ppm", pixel(1)}}));
  EXPECT_THAT(names_of(found), ElementsAre("shard-0.tar/x/b.ppm", "shard-0.tar/a.ppm"));
  EXPECT_EQ(text_of(found[1]), pixel(1));
  EXPECT_EQ(text_of(found[0]), pixel(2));
  EXPECT_EQ(found[0].path, folder_ / "far/away/shard-0.tar");
}

TEST_F(TarsOfImages, MayBePackedByAnyUsualProgram) {
  std::vector<std::vector<ImageFile>> all = {files("two.tgz", gzipped(tar_of(kTwo)))};
  for (const char* packed : {"two.tar.bz2", "two.tar.xz", "two.tar.zst"})
    all.push_back(given({test_data("archives") / packed}).files);
  for (const auto& found : all) {
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(text_of(found[1]), pixel(2)) << found[1].name;
    EXPECT_EQ(text_of(found[0]), pixel(1)) << found[0].name;
    EXPECT_THAT(found[0].name, AllOf(HasSubstr("two.t"), HasSubstr("/a.ppm")));
  }
}

TEST_F(TarsOfImages, OfAWebDatasetArePicturesAloneWhateverElseAKeyHas) {
  const fs::path shard = file("shard.tar", tar_of({{"0.cls", "3"},
                                                   {"0.jpg", "\xFF\xD8\xFF\xE0 and so on"},
                                                   {"0.json", "{}"},
                                                   {"1.left.ppm", pixel(1)},
                                                   {"1.right.ppm", pixel(2)},
                                                   {"1.txt", "two views"}}));
  const ImagesGiven images = given({shard});
  EXPECT_THAT(names_of(images.files),
              ElementsAre("shard.tar/0.jpg", "shard.tar/1.left.ppm", "shard.tar/1.right.ppm"));
  EXPECT_THAT(images.left_out, ElementsAre(HasSubstr("3 of no picture format (0.cls in ")));
}

TEST_F(TarsOfImages, HaveNamesThatLeadNowhereAndAreUtf8) {
  EXPECT_THAT(names_of(files("s.tar", tar_of({{"./a.ppm", pixel(1)},
                                              {"/etc//b.ppm", pixel(1)},
                                              {"../../c.ppm", pixel(1)},
                                              {"\xFF.ppm", pixel(1)},
                                              {"pax", pax_name("\xC3\xA9/d.ppm"), 'x'},
                                              {"short", pixel(1)}}))),
              ElementsAre("s.tar/a.ppm", "s.tar/etc/b.ppm", "s.tar/up/up/c.ppm", "s.tar/\\xff.ppm",
                          "s.tar/\xC3\xA9/d.ppm"));
}

TEST_F(TarsOfImages, OfOneNameCountTheLast) {
  const std::vector<Member> members = {{"a.ppm", pixel(1)}, {"b.ppm", pixel(2)}, {"./a.ppm", pixel(3)}};
  for (const std::string& bytes : {tar_of(members), gzipped(tar_of(members))}) {
    const ImagesGiven images = given({file("s.tar", bytes)});
    ASSERT_THAT(names_of(images.files), ElementsAre("s.tar/b.ppm", "s.tar/a.ppm"));
    EXPECT_EQ(text_of(images.files[1]), pixel(3));
    EXPECT_EQ(text_of(images.files[0]), pixel(2));
    EXPECT_THAT(images.left_out, ElementsAre(HasSubstr("1 that another of the same name follows")));
  }
  EXPECT_EQ(text_of(given({"-"}, tar_of(members)).files[1]), pixel(3));
}

TEST_F(TarsOfImages, AreNeitherLinksNorHidden) {
  const ImagesGiven images = given({file("s.tar", tar_of({{"a.ppm", pixel(1)},
                                                          {"hard.ppm", "", '1', "a.ppm"},
                                                          {"soft.ppm", "", '2', "/etc/passwd"},
                                                          {"__MACOSX/._a.ppm", pixel(2)}}))});
  EXPECT_THAT(names_of(images.files), ElementsAre("s.tar/a.ppm"));
  EXPECT_THAT(images.left_out, ElementsAre(AllOf(HasSubstr("2 that are links"), HasSubstr("1 hidden"))));
}

TEST_F(TarsOfImages, BeforeDamageAreRead) {
  const std::string whole = tar_of({{"a.ppm", pixel(1)}, {"b.ppm", pixel(2) + std::string(2000, ' ')}});
  const std::string cut = whole.substr(0, 512 + 512 + 512 + 600);
  for (const std::string& bytes : {cut, gzipped(cut)}) {
    const auto found = files("s.tar", bytes);
    ASSERT_THAT(names_of(found), ElementsAre("s.tar/a.ppm", "s.tar/b.ppm", "s.tar"));
    EXPECT_EQ(text_of(found[0]), pixel(1));
    expect_unreadable(found[1], AllOf(HasSubstr("s.tar"), HasSubstr("damaged or cut short")));
    expect_unreadable(found[2], AllOf(HasSubstr("s.tar"), HasSubstr("b.ppm"), HasSubstr("copy it again.")));
    EXPECT_EQ(text_of(found[0]), pixel(1));
  }
}

TEST_F(TarsOfImages, ThatAreCutWithinTheirPackingAreReadUpToThere) {
  std::string noise(200'000, ' ');
  for (std::size_t i = 0; i < noise.size(); ++i)
    noise[i] = static_cast<char>((i * i * 2654435761U) >> 13U);
  const std::string packed = gzipped(tar_of({{"a.ppm", pixel(1)}, {"b.ppm", pixel(2) + noise}}));
  const auto found = files("s.tgz", packed.substr(0, packed.size() / 2));
  ASSERT_THAT(names_of(found), ElementsAre("s.tgz/a.ppm", "s.tgz/b.ppm", "s.tgz"));
  EXPECT_EQ(text_of(found[0]), pixel(1));
  expect_unreadable(found[1], HasSubstr("behind its member a.ppm"));
}

TEST_F(TarsOfImages, OfWhatIsNoArchiveAreOneThatSaysSo) {
  const auto found = files("notes.gz", gzipped("only notes"));
  ASSERT_THAT(names_of(found), ElementsAre("notes.gz"));
  expect_unreadable(found[0], AllOf(HasSubstr("notes.gz"), HasSubstr("from its beginning")));
}

TEST_F(TarsOfImages, ThatClaimMoreThanAnImageTakesAreLeftOut) {
  const ImagesGiven images = given({file("s.tar", tar_of({{"a.ppm", pixel(1)}}).substr(0, 1024) +
                                                      tar_header({"huge.ppm", ""}, 3'000'000'000ULL))});
  EXPECT_EQ(images.files.front().name, "s.tar/a.ppm");
  EXPECT_THAT(images.left_out, ElementsAre(HasSubstr("1 larger than 2 GiB")));
}

/// Ends with 0 if the member is refused.
[[noreturn]] void read_within(const ImageFile& file, std::size_t bytes) {
  tagloom::testing::allow_only(bytes);
  try {
    (void)bytes_of(file);
  } catch (const DataError&) {
    std::_Exit(0);
  }
  std::_Exit(1);
}

TEST_F(TarsOfImages, TakeNoMoreMemoryThanTheyHaveBytes) {
  SKIP_UNDER_ADDRESS_SANITIZER();
  const auto found = files("s.tar", tar_header({"a.ppm", ""}, 2'000'000'000ULL) + pixel(1));
  ASSERT_EQ(found.front().name, "s.tar/a.ppm");
  EXPECT_EXIT(read_within(found.front(), std::size_t{64} << 20), ::testing::ExitedWithCode(0), "");
}

TEST_F(TarsOfImages, FromStandardInputHaveTheNamesOfTheirMembers) {
  for (const std::string& bytes : {tar_of(kTwo), gzipped(tar_of(kTwo))}) {
    const auto found = given({"-"}, bytes).files;
    EXPECT_THAT(names_of(found), ElementsAre("a.ppm", "b.ppm"));
    EXPECT_EQ(text_of(found[1]), pixel(2));
    EXPECT_EQ(text_of(found[0]), pixel(1));
  }
  const auto cut = given({"-"}, tar_of(kTwo).substr(0, 1536)).files;
  EXPECT_THAT(names_of(cut), ElementsAre("a.ppm", "standard input"));
  EXPECT_THAT([] { (void)given({"-"}, zip_of(kTwo)); },
              ThrowsMessage<DataError>(HasSubstr("cannot be read from standard input")));
}

TEST_F(TarsOfImages, FromStandardInputAreNotTakenForFilesOfTheirName) {
  const std::string path = file("a.ppm", pixel(3));
  const std::string bytes = tar_of({{path.substr(1), pixel(1)}});
  const fs::path before = fs::current_path();
  fs::current_path("/");
  EXPECT_THAT(
      [&] {
        (void)given({"-", path.substr(1)}, bytes);
      },
      ThrowsMessage<DataError>(AllOf(HasSubstr("standard input and "), HasSubstr("rename one of the two"))));
  fs::current_path(before);
}

TEST_F(TarsOfImages, OfManyPackedArchivesAreReadByManyThreads) {
  std::string list;
  for (int i = 0; i < 40; ++i)
    list += file(std::to_string(i) + ".tgz",
                 gzipped(tar_of({{"a.ppm", pixel(static_cast<unsigned char>(2 * i))},
                                 {"b.ppm", pixel(static_cast<unsigned char>(2 * i + 1))}})))
                .string() +
            '\n';
  const auto found = given({file("list", list)}).files;
  ASSERT_EQ(found.size(), 80U);
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < found.size(); ++i) {
        const std::size_t image = (i + 20 * thread) % found.size();
        if (text_of(found[image]) != pixel(static_cast<unsigned char>(image))) ++wrong;
      }
    });
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

TEST_F(TarsOfImages, AreThoseThatWereListedThoughAnotherArchiveTakesThePath) {
  for (const std::string name : {"s.tar", "s.tgz"}) {
    const auto packed = [&](const std::string& bytes) { return name == "s.tgz" ? gzipped(bytes) : bytes; };
    const auto found = files(name, packed(tar_of(kTwo)));
    fs::rename(file("other", packed(tar_of({{"b.ppm", pixel(3)}, {"a.ppm", pixel(4)}}))), folder_ / name);
    EXPECT_EQ(text_of(found[0]), pixel(1)) << name;
    EXPECT_EQ(text_of(found[1]), pixel(2)) << name;
  }
}

TEST_F(TarsOfImages, AreNotReadUnderTheNamesOfOthersWhenTheirArchiveIsWrittenAnew) {
  for (const std::string name : {"s.tar", "s.tgz"}) {
    const auto packed = [&](const std::string& bytes) { return name == "s.tgz" ? gzipped(bytes) : bytes; };
    const auto found = files(name, packed(tar_of(kTwo)));
    file(name, packed(tar_of({{"b.ppm", pixel(3)}, {"a.ppm", pixel(4)}})));
    expect_unreadable(found[0], AllOf(HasSubstr(name), HasSubstr("other members than a moment ago")));
  }
}

TEST_F(TarsOfImages, ThatADiskHasNoRoomForAreNotCalledUnreadable) {
  const auto found = files("s.tgz", gzipped(tar_of(kTwo)));
  {
    const Fault full(Call::write, ENOSPC);
    EXPECT_THAT([&] { (void)bytes_of(found[0]); },
                ThrowsMessage<sources::CannotUnpack>(AllOf(HasSubstr("TMPDIR"), HasSubstr("No space left"))));
  }
  // The pass is amid a member.
  ImageLoader loader(found, {.size = 2}, {.batch = 2});
  EXPECT_THROW((void)loader.next(), sources::CannotUnpack);
}

TEST_F(TarsOfImages, OnADiskThatCannotBeReadAreNotCalledDamaged) {
  for (const std::string name : {"s.tar", "s.tgz"}) {
    const auto found = files(name, name == "s.tgz" ? gzipped(tar_of(kTwo)) : tar_of(kTwo));
    const Fault broken(Call::read, EIO, name);
    expect_unreadable(found[0],
                      AllOf(HasSubstr(name), HasSubstr("Input/output error"), Not(HasSubstr("damaged"))));
  }
}

TEST_F(TarsOfImages, AreNotLookedForAnyMoreAfterASignal) {
  const fs::path tar = file("s.tar", tar_of(kTwo));
  const StopNote signal;
  EXPECT_THROW((void)given({tar}), Interrupted);
  EXPECT_THROW((void)given({"-"}, tar_of(kTwo)), Interrupted);
}

TEST_F(TarsOfImages, OfAFolderOfArchivesAreFoundUnlessThereAreImagesBeside) {
  file("shards/train/1.tar", tar_of(kTwo));
  file("shards/0.zip", zip_of(kTwo));
  file("shards/README", "two shards");
  const auto found = given({folder_ / "shards"});
  EXPECT_THAT(names_of(found.files),
              ElementsAre("0.zip/a.ppm", "0.zip/b.ppm", "train/1.tar/a.ppm", "train/1.tar/b.ppm"));
  EXPECT_EQ(text_of(found.files[3]), pixel(2));
  file("shards/c.ppm", pixel(3));
  const auto beside = given({folder_ / "shards"});
  EXPECT_THAT(names_of(beside.files), ElementsAre("c.ppm"));
  EXPECT_THAT(beside.left_out, ElementsAre(HasSubstr("2 that are archives beside images")));
}

TEST_F(ZipsOfImages, AreNamedAndReadAsThoseOfTars) {
  const auto found =
      files("s.zip", zip_of({{"x/", ""}, {"x/a.ppm", pixel(1)}, {"../b.ppm", pixel(2)}, {"n.txt", "n"}}));
  EXPECT_THAT(names_of(found), ElementsAre("s.zip/x/a.ppm", "s.zip/up/b.ppm"));
  EXPECT_EQ(text_of(found[1]), pixel(2));
  EXPECT_EQ(text_of(found[0]), pixel(1));
}

TEST_F(ZipsOfImages, OfOneNameCountTheFirst) {
  const auto found = files("s.zip", zip_of({{"a.ppm", pixel(1)}, {"a.ppm", pixel(2)}}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(text_of(found[0]), pixel(1));
}

TEST_F(ZipsOfImages, ThatAreEncryptedSayThatTheyAre) {
  const auto found = files("s.zip", zip_of({{"a.ppm", pixel(1)}}, /*encrypted=*/true));
  ASSERT_EQ(found.size(), 1U);
  expect_unreadable(found[0], AllOf(HasSubstr("s.zip"), HasSubstr("is encrypted")));
}

TEST_F(ZipsOfImages, WithoutTheirDirectoryAreOneThatSaysSo) {
  const auto found = files("s.zip", zip_of(kTwo).substr(0, 100));
  ASSERT_THAT(names_of(found), ElementsAre("s.zip"));
  expect_unreadable(found[0], HasSubstr("s.zip is a damaged zip archive"));
}

TEST_F(ZipsOfImages, InAListAreToldByTheArchivesNamesAndMayBeMissing) {
  const fs::path zip = file("s.zip", zip_of(kTwo));
  const auto found = given({"-"}, zip.string() + "\nplain.jpg\nnone.zip\n").files;
  ASSERT_THAT(names_of(found), ElementsAre("s.zip/a.ppm", "s.zip/b.ppm", "plain.jpg", "none.zip"));
  expect_unreadable(found[3], HasSubstr("there is no file none.zip"));
}

TEST_F(ZipsOfImages, OfTwoArchivesWithOneNameAreRefusedButOneMayBeGivenTwice) {
  const fs::path one = file("one/s.zip", zip_of(kTwo));
  const fs::path other = file("other/s.zip", zip_of(kTwo));
  EXPECT_EQ(given({one, one}).files.size(), 2U);
  EXPECT_THAT(
      [&] {
        (void)given({one, other});
      },
      ThrowsMessage<DataError>(AllOf(HasSubstr("one/s.zip"), HasSubstr("rename one of the two"))));
}

TEST_F(ZipsOfImages, ThereAreNoneOfAreRefused) {
  EXPECT_THAT(
      [&] {
        (void)files("s.zip", zip_of({{"notes.txt", "notes"}}));
      },
      ThrowsMessage<DataError>(AllOf(HasSubstr("s.zip holds no images"), HasSubstr("notes.txt"))));
}

}  // namespace
}  // namespace tagloom::features
