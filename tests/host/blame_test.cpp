/// Who is blamed for a failure: only what a plugin's own code throws names the plugin.

#include "training/train.hpp"
#include "training_world.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/read.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace tagloom::training {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

TEST(Blame, AFailureOfTheHostNamesNoPlugin) {
  const TemporaryFolder folder;
  const TrainConfig config = small(folder / "m.safetensors", kRia);
  const TrainListener fails{.epoch = [](const EpochReport&) { throw std::runtime_error("the disk melted"); }};
  EXPECT_THAT([&] { train(config, registry(), fails); },
              ThrowsMessage<Error>(AllOf(HasSubstr("tagloom itself while training"),
                                         HasSubstr("the disk melted. The steps before it are kept"),
                                         Not(HasSubstr("ria")), Not(HasSubstr("cross_entropy")))));
}

TEST(Blame, AWordVectorFileWithALatin1NameTrainsAndResumes) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.embeddings = folder /
                      "vecteurs-fran\xe7"
                      "ais.txt";
  std::string lines;
  const datasets::Dataset data = datasets::read(config.data);
  for (const std::string& label : data.vocabulary.labels())
    lines += fmt::format("{} 0.1 0.2 0.3\n", label);
  tagloom::testing::write_text(config.embeddings, lines);
  config.model.decoder_options.erase("embedding");
  ASSERT_FALSE(train(config, registry(), {.stop = [] { return true; }}).finished);
  config.resume = true;
  EXPECT_TRUE(train(config, registry(), {}).finished);
}

}  // namespace
}  // namespace tagloom::training
