/// Libraries that do harm when they are loaded, asked, used or left (tests/fixtures/hostile.cpp): each costs
/// a sentence that names it, and nothing else.

#include "journey.hpp"
#include "places.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <ostream>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::journey;
using ::testing::Not;
using testing::run_tagloom;
using testing::TemporaryFolder;

const std::string kFixture = TAGLOOM_TEST_FIXTURES "/hostile";

struct Harm {
  /// What TAGLOOM_FIXTURE_DOES says.
  std::string does;
  /// What the sentence says of it.
  std::string said;
};

void PrintTo(const Harm& harm, std::ostream* out) {
  *out << harm.does;
}

class HostilePlugins : public ::testing::Test {
 protected:
  /// With nothing remembered, and little patience.
  [[nodiscard]] testing::ProcessResult run(std::vector<std::string> arguments,
                                           const std::string& does) const {
    arguments.insert(arguments.end(), {"--plugin-dir", kFixture});
    return run_tagloom(arguments, {{"TAGLOOM_FIXTURE_DOES", does},
                                   {"XDG_CACHE_HOME", memory_.path().string()},
                                   {"TAGLOOM_PLUGIN_SECONDS", "3"}});
  }

  TemporaryFolder memory_;
};

class HostileAtFirst : public HostilePlugins, public ::testing::WithParamInterface<Harm> {};

TEST_P(HostileAtFirst, ALibraryIsRefusedInASentenceAndAllOthersAreListed) {
  const auto& [does, said] = GetParam();
  const auto listed = run({"plugins", "list", "--all"}, does);
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_THAT(listed.out, AllOf(HasSubstr("refused: " + kFixture + "/hostile.so " + said), HasSubstr("ria"),
                                Not(HasSubstr("Does harm"))));
  const auto inspected = run({"plugins", "inspect", "hostile"}, does);
  EXPECT_EQ(inspected.status, 1);
  EXPECT_THAT(inspected.err, HasSubstr("hostile.so " + said));
}

INSTANTIATE_TEST_SUITE_P(
    EveryHarm, HostileAtFirst,
    ::testing::Values(
        Harm{"load abort", "crashed (SIGABRT) when it was loaded"},
        Harm{"load exit", "ended the process (status 0) when it was loaded"},
        Harm{"load _exit", "ended the process (status 0) when it was loaded"},
        Harm{"load throw",
             "cannot be loaded: a constructor of its static objects threw an exception (the fixture threw)"},
        Harm{"load throw_a_number",
             "cannot be loaded: a constructor of its static objects threw an exception (it is"},
        Harm{"load segfault", "crashed (SIGSEGV) when it was loaded"},
        Harm{"load overflow", "crashed (SIGSEGV) when it was loaded"},
        Harm{"load loop", "did not come back within 3 seconds when it was loaded"},
        Harm{"load stop", "did not come back within 3 seconds when it was loaded"},
        Harm{"load odd_signal", "crashed (signal 34) when it was loaded"},
        Harm{"load fork", "started another process when it was loaded"},
        Harm{"load fork_once", "started another process when it was loaded"},
        Harm{"options fork_once", "started another process when it was asked for the options"},
        Harm{"load say_and_exit",
             "ended the process (status 1) when it was loaded, saying \"something is missing\""},
        Harm{"load thread_throws", "crashed (SIGABRT) when it was loaded"},
        Harm{"load talk", "had more to say than fits into memory"},
        Harm{"options segfault", "crashed (SIGSEGV) when it was asked for the options"},
        Harm{"options exit", "ended the process (status 0) when it was asked for the options"},
        Harm{"options loop", "did not come back within 3 seconds when it was asked"},
        Harm{"end abort", "crashed (SIGABRT) when it was left at the end"}));

/// Good libraries come first, and are none the worse for it.
TEST_F(HostilePlugins, ALibraryThatComesBehindGoodOnesIsRefusedAloneAndFirstFoundToBeTheCulprit) {
  const TemporaryFolder folder;
  for (const char* name : {"ordering_random", "ordering_rare_first"})
    std::filesystem::copy(
        std::filesystem::path(TAGLOOM_TEST_PLUGINS) / (std::string("tagloom_") + name + ".so"),
        folder / (std::string("a_") + name + ".so"));
  std::filesystem::copy(kFixture + "/hostile.so", folder / "b.so");
  for (const auto& [does, said] : {Harm{"load exit", "ended the process (status 0) when it was loaded"},
                                   Harm{"end abort", "crashed (SIGABRT) when it was left at the end"}}) {
    std::filesystem::remove_all(memory_.path() / "tagloom");
    const auto listed =
        run_tagloom({"plugins", "list", "--json", "--all", "--plugin-dir", folder.path().string()},
                    {{"TAGLOOM_FIXTURE_DOES", does}, {"XDG_CACHE_HOME", memory_.path().string()}});
    const auto json = nlohmann::json::parse(listed.out);
    ASSERT_EQ(json.at("refused").size(), 1U) << json.at("refused");
    EXPECT_THAT(json.at("refused")[0].at("why").get<std::string>(), HasSubstr("b.so " + said));
  }
}

TEST_F(HostilePlugins, AFolderWhoseNameIsNoUtf8IsLikeAnyOther) {
  const TemporaryFolder folder;
  const auto odd = folder.path() / "caf\xe9";
  std::filesystem::create_directory(odd);
  std::filesystem::copy(kFixture + "/hostile.so", odd / "hostile.so");
  const std::map<std::string, std::string> environment{{"XDG_CACHE_HOME", memory_.path().string()}};
  const auto checked =
      run_tagloom({"plugins", "check", "hostile", "--plugin-dir", odd.string()}, environment);
  EXPECT_EQ(checked.out, "decoder hostile keeps all promises of its kind.\n") << checked.err;
  const auto listed = run_tagloom({"plugins", "list", "--all", "--plugin-dir", odd.string()}, environment);
  EXPECT_THAT(listed.out, AllOf(HasSubstr("Does harm"), HasSubstr("caf\\xe9"), Not(HasSubstr("refused"))));
}

TEST_F(HostilePlugins, ALibraryThatIsNotTrustedIsNotTriedInTheStead) {
  const TemporaryFolder folder;
  std::filesystem::copy(kFixture + "/hostile.so", folder / "a.so");
  std::filesystem::copy(kFixture + "/hostile.so", folder / "b.so");
  std::filesystem::permissions(folder / "a.so", std::filesystem::perms::all);
  const auto checked = run_tagloom({"plugins", "check", "hostile", "--plugin-dir", folder.path().string()},
                                   {{"XDG_CACHE_HOME", memory_.path().string()}});
  EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
  const auto inspected =
      run_tagloom({"plugins", "inspect", "hostile", "--plugin-dir", folder.path().string()},
                  {{"XDG_CACHE_HOME", memory_.path().string()}});
  EXPECT_THAT(inspected.out, AllOf(HasSubstr("b.so"), Not(HasSubstr("a.so"))));
}

TEST_F(HostilePlugins, AComponentWhoseOptionsThrowIsListedAsRefused) {
  const auto json = nlohmann::json::parse(run({"plugins", "list", "--all", "--json"}, "options throw").out);
  ASSERT_EQ(json.at("refused").size(), 1U);
  EXPECT_THAT(json.at("refused")[0].at("why").get<std::string>(), HasSubstr("the fixture threw"));
}

TEST_F(HostilePlugins, OptionsThatThrowCostTheComponentAndNameIt) {
  for (const auto& [does, said] :
       {Harm{"options throw", "the fixture threw"}, Harm{"options throw_a_number", "no std::exception"}}) {
    std::filesystem::remove_all(memory_.path() / "tagloom");
    const auto inspected = run({"plugins", "inspect", "hostile"}, does);
    EXPECT_EQ(inspected.status, 1);
    EXPECT_THAT(inspected.err, AllOf(HasSubstr("decoder hostile of " + kFixture), HasSubstr(said)));
  }
}

TEST_F(HostilePlugins, InspectionShowsAllThatALibrarySays) {
  const auto inspected = run({"plugins", "inspect", "hostile"}, "");
  EXPECT_THAT(inspected.out,
              AllOf(HasSubstr("library  " + kFixture + "/hostile.so"), HasSubstr("needs    pooled features"),
                    HasSubstr("version  0.9"), HasSubstr("author   Nobody <nobody@example.org>"),
                    HasSubstr("licence  none"), HasSubstr("built    plugin interface 6.")));
  const auto json = nlohmann::json::parse(run({"plugins", "inspect", "hostile", "--json"}, "").out);
  EXPECT_EQ(json.at(0).at("version"), "0.9");
  EXPECT_EQ(json.at(0).at("needs"), "pooled features");
  EXPECT_THAT(run({"plugins", "inspect", "hostile"}, "step segfault").out, HasSubstr("needs    pooled"));
}

TEST_F(HostilePlugins, ListingAsJsonSaysWhatWasFoundWhere) {
  const auto json = nlohmann::json::parse(run({"plugins", "list", "--json", "--all"}, "load abort").out);
  EXPECT_EQ(json.at("format"), 1);
  EXPECT_GT(json.at("plugins").size(), 10U);
  EXPECT_EQ(json.at("refused").at(0).at("library"), kFixture + "/hostile.so");
  EXPECT_EQ(json.at("folders").at(0).at("folder"), kFixture);
  EXPECT_EQ(json.at("folders").at(0).at("state"), "1 library");
}

TEST_F(HostilePlugins, AMillionOptionsAreTooMany) {
  const auto inspected =
      run_tagloom({"plugins", "inspect", "hostile", "--plugin-dir", kFixture},
                  {{"TAGLOOM_FIXTURE_OPTIONS", "1000000"}, {"XDG_CACHE_HOME", memory_.path().string()}});
  EXPECT_EQ(inspected.status, 1);
  EXPECT_THAT(inspected.err, AllOf(HasSubstr("declares 1000000 options"), HasSubstr("hostile.so")));
}

TEST_F(HostilePlugins, AnAnswerThatIsForgedIsNotUnderstood) {
  const auto inspected = run({"plugins", "inspect", "hostile"}, "load answer");
  EXPECT_EQ(inspected.status, 1);
  EXPECT_THAT(inspected.err, HasSubstr("hostile.so answered what nobody understands"));
}

TEST_F(HostilePlugins, ACheckNamesWhatAComponentDiesOf) {
  for (const auto& [does, said] :
       {Harm{"make segfault",
             "crashed (SIGSEGV) when it was checked, in its creation; its project's own test"},
        Harm{"make fork_once", "started another process when it was checked, in its creation"},
        Harm{"step segfault", "crashed (SIGSEGV) when it was checked, in begin and step;"},
        Harm{"begin exit", "ended the process (status 0) when it was checked, in begin and step;"},
        Harm{"begin say_and_exit",
             "ended the process (status 1) when it was checked, in begin and step, saying \"something is "
             "missing\";"},
        Harm{"step thread_throws",
             "crashed (SIGABRT) when it was checked, in begin and step, saying \"terminate called"},
        Harm{"begin throw", "begin and step: threw an exception: the fixture threw\n"},
        Harm{"begin throw_nothing",
             "begin and step: threw an exception: a std::runtime_error that says nothing of itself\n"},
        Harm{"make throw_a_number", "threw an exception: what is no std::exception\n"}}) {
    const auto checked = run({"plugins", "check", "hostile"}, does);
    EXPECT_EQ(checked.status, 1) << does;
    EXPECT_THAT(checked.out, HasSubstr("decoder hostile: " + said)) << does;
    EXPECT_THAT(checked.err, HasSubstr("breaks 1 promise;")) << does;
  }
}

TEST_F(HostilePlugins, ATextWithoutEndIsCutShort) {
  for (const char* does : {"make throw_much", "begin throw_much"}) {
    const auto checked = run({"plugins", "check", "hostile"}, does);
    EXPECT_THAT(checked.out, AllOf(HasSubstr("threw an exception: xxx"), HasSubstr("xxx...")));
    EXPECT_LT(checked.out.size() + checked.err.size(), 2000U);
  }
}

/// Where both streams go to one file the sentences stand before what is concluded from them.
TEST_F(HostilePlugins, TheErrorComesBehindWhatWasPrintedBefore) {
  const TemporaryFolder folder;
  const std::string both = folder / "both.txt";
  const std::string command = "TAGLOOM_FIXTURE_DOES='begin throw' XDG_CACHE_HOME='" +
                              memory_.path().string() + "' " + TAGLOOM_TEST_BINARY +
                              " plugins check hostile --plugin-dir " + kFixture + " > '" + both + "' 2>&1";
  ASSERT_NE(std::system(command.c_str()), 0);
  const std::string text = testing::read_text(both);
  ASSERT_NE(text.find("the fixture threw"), std::string::npos);
  EXPECT_LT(text.find("the fixture threw"), text.find("breaks 1 promise"));
}

TEST_F(HostilePlugins, WhatEndedByItselfIsTriedAgain) {
  EXPECT_EQ(run({"plugins", "inspect", "hostile"}, "load say_and_exit").status, 1);
  EXPECT_EQ(run({"plugins", "inspect", "hostile"}, "").status, 0) << "what it missed is there now";
}

TEST_F(HostilePlugins, ACheckSaysWhyALibraryOrAFolderWasRefused) {
  const TemporaryFolder folder;
  std::filesystem::copy(kFixture + "/hostile.so", folder / "other_name.so");
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  for (const char* command : {"check", "inspect"}) {
    const auto result = run_tagloom({"plugins", command, "hostile", "--plugin-dir", folder.path().string()});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, AllOf(HasSubstr("no component called \"hostile\""),
                                  HasSubstr("Refused: Plugins in " + folder.path().string()),
                                  HasSubstr("every user may write to it")));
  }
}

TEST_F(HostilePlugins, ACheckThatHangsEndsWithItsTime) {
  const auto checked = run({"plugins", "check", "hostile", "--seconds", "2"}, "step loop");
  EXPECT_EQ(checked.status, 1);
  EXPECT_THAT(checked.out, HasSubstr("decoder hostile: did not come back within 2 seconds"));
}

TEST_F(HostilePlugins, WhatWasFoundOutIsRememberedUntilTheLibraryChanges) {
  const TemporaryFolder folder;
  const auto library = folder / "copied.so";
  std::filesystem::copy(kFixture + "/hostile.so", library);
  const auto inspect = [&](const std::string& does) {
    return run_tagloom({"plugins", "inspect", "hostile", "--plugin-dir", folder.path().string()},
                       {{"TAGLOOM_FIXTURE_DOES", does}, {"XDG_CACHE_HOME", memory_.path().string()}});
  };
  EXPECT_EQ(inspect("load abort").status, 1);
  EXPECT_EQ(inspect("").status, 1) << "it is refused without being tried again";
  std::filesystem::last_write_time(library, std::filesystem::file_time_type::clock::now());
  EXPECT_EQ(inspect("").status, 1) << "its content is what it was";
  testing::write_text(library, testing::read_text(library) + "more");
  EXPECT_EQ(inspect("").status, 0);
  EXPECT_EQ(inspect("load abort").status, 0) << "it is known to be good, and not tried again";
}

TEST_F(HostilePlugins, ARefusedLibraryIsTriedAgainWhenAllAre) {
  EXPECT_EQ(run({"plugins", "inspect", "hostile"}, "load abort").status, 1);
  EXPECT_THAT(run({"plugins", "list"}, "").out, HasSubstr("refused: " + kFixture));
  EXPECT_THAT(run({"plugins", "list", "--all"}, "").out, HasSubstr("Does harm"));
  EXPECT_EQ(run({"plugins", "inspect", "hostile"}, "").status, 0);
}

TEST_F(HostilePlugins, ListingRunsNoLibraryUnlessAllAreAskedFor) {
  const auto listed = run({"plugins", "list"}, "load abort");
  EXPECT_EQ(listed.status, 0);
  EXPECT_THAT(listed.out, AllOf(HasSubstr("Does harm"), Not(HasSubstr("refused"))));
}

/// A model of the fixture's decoder, trained while it does no harm, and one of RIA before it.
class HostileModel : public HostilePlugins {
 protected:
  void SetUp() override {
    const auto trained = run({"train", "--data", journey().data, "--cache", journey().cache, "--out", model_,
                              "--decoder", "hostile", "--epochs", "1", "--batch", "16"},
                             "");
    ASSERT_EQ(trained.status, 0) << trained.err;
  }

  TemporaryFolder folder_;
  std::string model_ = folder_ / "hostile.safetensors";
};

TEST_F(HostileModel, IsNamedWithItsLibraryAndWhatWasScoredBeforeIsOnDisk) {
  const std::string json = folder_ / "scores.json";
  const auto scored = run({"evaluate", journey().model, model_, journey().model, "--data", journey().data,
                           "--cache", journey().cache, "--json", json},
                          "step segfault");
  EXPECT_EQ(scored.status, 128 + SIGSEGV);
  EXPECT_THAT(scored.err, AllOf(HasSubstr("tagloom evaluate: crashed (SIGSEGV) in hostile"),
                                HasSubstr("the plugin " + kFixture + "/hostile.so was at work")));
  const auto written = testing::read_json(json);
  ASSERT_EQ(written.at("results").size(), 2U) << "the baseline and the first model";
  EXPECT_EQ(written.at("results")[1].at("model"), journey().model);
  EXPECT_EQ(written.at("not_scored").size(), 2U);
}

TEST_F(HostileModel, ThatComesFirstLeavesAFileThatSaysSo) {
  const std::string json = folder_ / "scores.json";
  testing::write_text(json, "of another day");
  EXPECT_EQ(run({"evaluate", model_, journey().model, "--data", journey().data, "--cache", journey().cache,
                 "--json", json},
                "step segfault")
                .status,
            128 + SIGSEGV);
  EXPECT_EQ(testing::read_json(json).at("not_scored").size(), 2U);
}

TEST_F(HostileModel, OfTrainingIsNamedWithItsLibrary) {
  for (const auto& [does, signal] : {std::pair{"step segfault", SIGSEGV}, {"step abort", SIGABRT}}) {
    const auto trained = run({"train", "--data", journey().data, "--cache", journey().cache, "--out",
                              folder_ / "other", "--decoder", "hostile", "--epochs", "1", "--overwrite"},
                             does);
    EXPECT_EQ(trained.status, 128 + signal);
    EXPECT_THAT(trained.err, AllOf(HasSubstr("tagloom train: crashed (SIG"), HasSubstr("training hostile"),
                                   HasSubstr("hostile.so was at work")));
  }
}

TEST_F(HostileModel, ThatEndsTheProcessIsNamedWithItsLibrary) {
  for (const auto& [does, call] :
       {std::pair{"step exit", "exit()"}, {"begin _exit", "_exit()"}, {"step quick_exit", "quick_exit()"}}) {
    const auto trained = run({"train", "--data", journey().data, "--cache", journey().cache, "--out",
                              folder_ / "other", "--decoder", "hostile", "--epochs", "1", "--overwrite"},
                             does);
    EXPECT_EQ(trained.status, 1) << does;
    EXPECT_THAT(trained.err,
                AllOf(HasSubstr("tagloom train: " + std::string(call) + " was called in training hostile"),
                      HasSubstr("hostile.so was at work"), HasSubstr("`tagloom plugins check hostile`")));
  }
}

/// A relative name means the folder that the command was started in.
TEST_F(HostileModel, ThatChangesTheFolderChangesNoOutput) {
  const TemporaryFolder started;
  const std::string command =
      "cd '" + started.path().string() + "' && TAGLOOM_FIXTURE_DOES='step chdir' XDG_CACHE_HOME='" +
      memory_.path().string() + "' " + TAGLOOM_TEST_BINARY + " train --data '" + journey().data +
      "' --cache '" + journey().cache +
      "' --out mine.safetensors --decoder hostile --epochs 1 --plugin-dir " + kFixture + " > out.txt 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << testing::read_text(started / "out.txt");
  EXPECT_TRUE(std::filesystem::exists(started / "mine.safetensors"));
}

}  // namespace
}  // namespace tagloom
