/// docs/export.md: its program, built with LibTorch and OpenCV and nothing of tagloom, finds the tags that
/// `annotate` finds.

#include "document.hpp"
#include "installation.hpp"
#include "places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using testing::ProcessResult;

constexpr const char* kModel = R"(
tagloom dataset demo demo --count 60
tagloom cache build --data demo --encoder efficientnet_lite --set encoder.random=true --set encoder.image_size=64 --map --out demo.h5
tagloom train --data demo --cache demo.h5 --decoder attention --set decoder.hidden=64 --epochs 8 --out m.safetensors
tagloom export m.safetensors --torchscript m.pt
)";
// Without confidences, whose last decimal may be rounded the other way.
constexpr const char* kByAnnotate =
    R"(tagloom annotate m.safetensors demo/images/*.jpg | sed -E 's/ [01][.][0-9]+//g; s/: /\t/; s/, /\t/g; s/:$//')";
constexpr const char* kByProgram = R"(build/tag m.pt demo/images/*.jpg | sed -E 's/ [01][.][0-9]+//g')";

int equal_lines(const std::string& left, const std::string& right) {
  std::istringstream lefts(left);
  std::istringstream rights(right);
  std::string one;
  int equal = 0;
  for (std::string other; std::getline(lefts, one) && std::getline(rights, other);)
    if (one == other) ++equal;
  return equal;
}

TEST(KitExport, TheProgramOfItsDocumentFindsTheTagsThatAnnotateFinds) {
  const testing::Installation kit;
  const fs::path folder = kit.work();
  for (const auto& block : testing::blocks_of(TAGLOOM_TEST_SOURCES "/docs/export.md"))
    if (!block.argument.empty()) testing::write_text(folder / block.argument, block.text);
  const ProcessResult built = kit.run(folder, "cmake -S . -B build\ncmake --build build");
  ASSERT_EQ(built.status, 0) << built.out << built.err;
  const ProcessResult exported = kit.run(folder, kModel);
  ASSERT_EQ(exported.status, 0) << exported.out << exported.err;
  const ProcessResult expected = kit.run(folder, kByAnnotate);
  EXPECT_THAT(expected.out, ::testing::HasSubstr("demo_00059.jpg\t")) << expected.err;
  const ProcessResult found = kit.run(folder, kByProgram);
  // One may be other where two labels are as probable but for rounding.
  EXPECT_GE(equal_lines(found.out, expected.out), 59) << found.out << found.err << expected.out;
}

}  // namespace
}  // namespace tagloom
