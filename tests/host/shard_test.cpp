#include "features/shard.hpp"

#include "features/shard_choice.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::features {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

using Set = std::map<std::string, std::string>;

ShardChoice chosen(const Set& variables) {
  return shard_of_environment([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

std::vector<ImageFile> images(std::initializer_list<const char*> names) {
  std::vector<ImageFile> files;
  for (const char* name : names)
    files.push_back({.name = name, .path = name});
  return files;
}

std::vector<std::string> names_in(const Shard& shard, std::vector<ImageFile> all) {
  std::vector<std::string> names;
  for (const ImageFile& file : images_of(shard, std::move(all)))
    names.push_back(file.name);
  return names;
}

TEST(Shard, IsWrittenAsItsNumberOfAllNumbers) {
  EXPECT_EQ(shard_from("2/8").index, 2);
  EXPECT_EQ(shard_from("2/8").count, 8);
  EXPECT_EQ(shard_from("").count, 1);
  for (const char* wrong : {"0/8", "9/8", "2", "2/", "/8", "a/8", "2/8/3", "-1/8", "2/0", "1/1000000"})
    EXPECT_THAT([&] { shard_from(wrong); }, ThrowsMessage<UsageError>(HasSubstr("I/N"))) << wrong;
}

TEST(Shard, TakesEveryNthImageInTheOrderOfTheirNamesWhateverThatOfTheList) {
  const auto all = images({"d", "a", "e", "c", "b"});
  EXPECT_THAT(names_in({.index = 1, .count = 2}, all), ElementsAre("a", "c", "e"));
  EXPECT_THAT(names_in({.index = 2, .count = 2}, all), ElementsAre("b", "d"));
  EXPECT_THAT(names_in({}, all), ElementsAre("a", "b", "c", "d", "e"));
}

TEST(Shard, IsRefusedWhereImagesAreFewerThanShards) {
  EXPECT_THAT(
      [] {
        images_of({.index = 1, .count = 3}, images({"a", "b"}));
      },
      ThrowsMessage<UsageError>(HasSubstr("2 images do not make 3 shards")));
}

TEST(Shard, RecordsTheWholeList) {
  const Shard second{.index = 2, .count = 2};
  const auto there = recorded(second, images({"a", "b", "c"}));
  EXPECT_EQ(there, recorded(second, images({"c", "b", "a"})));
  EXPECT_NE(there->list, recorded(second, images({"a", "b", "d"}))->list);
  EXPECT_NE(recorded(second, images({"ab", "c"}))->list, recorded(second, images({"a", "bc"}))->list);
  EXPECT_EQ(recorded({}, images({"a", "b", "c"})), std::nullopt);
}

TEST(ShardChoice, IsThePlaceInASlurmArray) {
  const ShardChoice choice = chosen({{"SLURM_ARRAY_TASK_ID", "4"},
                                     {"SLURM_ARRAY_TASK_COUNT", "8"},
                                     {"SLURM_ARRAY_TASK_MIN", "0"},
                                     {"SLURM_ARRAY_TASK_MAX", "14"},
                                     {"SLURM_ARRAY_TASK_STEP", "2"}});
  EXPECT_EQ(choice.text, "3/8");
  EXPECT_EQ(choice.by, "SLURM_ARRAY_TASK_ID");
}

TEST(ShardChoice, IsTheRankOfAProcessWithoutAMeetingPoint) {
  EXPECT_EQ(chosen({{"RANK", "1"}, {"WORLD_SIZE", "4"}}).text, "2/4");
  EXPECT_EQ(chosen({{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}, {"SLURM_STEP_ID", "0"}}).text, "4/4");
  EXPECT_EQ(chosen({{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}}).text, "");
  EXPECT_EQ(chosen({{"RANK", "0"}, {"WORLD_SIZE", "1"}}).text, "");
}

TEST(ShardChoice, CountsTheProcessesOfEachTaskOfAnArray) {
  const ShardChoice choice = chosen({{"SLURM_ARRAY_TASK_ID", "2"},
                                     {"SLURM_ARRAY_TASK_MIN", "1"},
                                     {"SLURM_ARRAY_TASK_COUNT", "3"},
                                     {"RANK", "1"},
                                     {"WORLD_SIZE", "4"}});
  EXPECT_EQ(choice.text, "6/12");
  EXPECT_EQ(choice.by, "SLURM_ARRAY_TASK_ID and RANK");
}

TEST(ShardChoice, IsTheWholeWhereNobodySaysOtherwise) {
  EXPECT_EQ(chosen({}).text, "");
  EXPECT_EQ(chosen({{"SLURM_ARRAY_TASK_ID", ""}}).text, "");
}

TEST(ShardChoice, IsRefusedWhereAnArrayDoesNotSayIt) {
  const auto refused = [](const Set& variables, const char* why) {
    EXPECT_THAT([&] { chosen(variables); },
                ThrowsMessage<UsageError>(AllOf(HasSubstr(why), HasSubstr("give --shard I/N"))));
  };
  refused({{"SLURM_ARRAY_TASK_ID", "5"},
           {"SLURM_ARRAY_TASK_COUNT", "3"},
           {"SLURM_ARRAY_TASK_MIN", "1"},
           {"SLURM_ARRAY_TASK_MAX", "7"}},
          "cannot be");
  refused({{"SLURM_ARRAY_TASK_ID", "1"},
           {"SLURM_ARRAY_TASK_COUNT", "3"},
           {"SLURM_ARRAY_TASK_MIN", "1"},
           {"SLURM_ARRAY_TASK_MAX", "7"}},
          "no even distances");
  refused({{"SLURM_ARRAY_TASK_ID", "1"}}, "no SLURM_ARRAY_TASK_COUNT");
  refused({{"SLURM_ARRAY_TASK_ID", "one"}, {"SLURM_ARRAY_TASK_COUNT", "3"}}, "no whole number");
}

}  // namespace
}  // namespace tagloom::features
