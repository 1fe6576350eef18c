/// libtagloom as others have it: an installation, the examples that come with it, built and run outside the
/// tree, and Python's ctypes.

#include "document.hpp"
#include "installation.hpp"
#include "places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ProcessResult;

struct TagLine {
  std::string picture;
  std::string label;
  double confidence = 0;
};

/// From `annotate --format jsonl`.
std::vector<TagLine> tags_of_json(const std::string& lines) {
  std::vector<TagLine> tags;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    const auto picture = nlohmann::json::parse(line);
    for (const auto& tag : picture.at("tags"))
      tags.push_back({picture.at("file"), tag.at("label"), tag.at("confidence")});
  }
  return tags;
}

/// From the examples: "PICTURE LABEL CONFIDENCE", with tabs between them.
std::vector<TagLine> tags_of_table(const std::string& lines) {
  std::vector<TagLine> tags;
  std::istringstream stream(lines);
  for (TagLine tag; std::getline(stream, tag.picture, '\t') && std::getline(stream, tag.label, '\t') &&
                    stream >> tag.confidence;
       stream.ignore())
    tags.push_back(tag);
  return tags;
}

void expect_equal(const std::vector<TagLine>& found, const std::vector<TagLine>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].picture, expected[i].picture);
    EXPECT_EQ(found[i].label, expected[i].label) << found[i].picture;
    // The last of the four decimals that are written may be rounded the other way.
    EXPECT_NEAR(found[i].confidence, expected[i].confidence, 1.5e-4) << found[i].picture;
  }
}

/// An installation, a small model, and a copy of the examples as somebody else may take one.
class KitLibrary : public ::testing::Test {
 protected:
  void SetUp() override {
    const ProcessResult trained = run(R"(
tagloom dataset demo demo --count 60
tagloom cache build --data demo --encoder efficientnet_lite --set encoder.random=true --set encoder.image_size=64 --map --out demo.h5
tagloom train --data demo --cache demo.h5 --decoder attention --set decoder.hidden=64 --epochs 8 --out m.safetensors
cp -r ../there/share/tagloom/examples/annotate examples)");
    ASSERT_EQ(trained.status, 0) << trained.out << trained.err;
  }
  /// With one thread: a program takes as many as there are processors, a library LibTorch's own number, and
  /// sums of products in another order may change which of two labels that are as likely comes first.
  ProcessResult run(const std::string& lines) {
    return kit_.run(folder_, "export OMP_NUM_THREADS=1\n" + lines);
  }
  [[nodiscard]] std::vector<TagLine> expected() {
    return tags_of_json(run("tagloom annotate m.safetensors demo/images/*.jpg --format jsonl").out);
  }
  void expect_annotates(const std::string& program) {
    const ProcessResult result = run(program + " m.safetensors demo/images/*.jpg");
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    expect_equal(tags_of_table(result.out), expected());
  }
  /// As every example of this library does.
  void expect_says_why(const std::string& program) {
    const ProcessResult no_model =
        run(program + " nowhere.safetensors demo/images/*.jpg && exit 9 || exit 7");
    EXPECT_EQ(no_model.status, 7);
    EXPECT_THAT(no_model.err, AllOf(HasSubstr("nowhere.safetensors"), Not(HasSubstr("Traceback"))));
    const ProcessResult unreadable =
        run("echo text > text.jpg\n" + program + " m.safetensors demo/images/demo_00000.jpg text.jpg");
    EXPECT_EQ(unreadable.status, 0) << unreadable.err;
    EXPECT_EQ(unreadable.err, "the file text.jpg is not an image of a kind that is known.\n");
    EXPECT_FALSE(tags_of_table(unreadable.out).empty());
    const ProcessResult damaged =
        run("head -c -40 demo/images/demo_00000.jpg > cut.jpg\n" + program + " m.safetensors cut.jpg");
    EXPECT_EQ(damaged.err, "");
    EXPECT_FALSE(tags_of_table(damaged.out).empty());
  }
  [[nodiscard]] bool has_python() { return run("python3 --version").status == 0; }

  testing::Installation kit_;
  fs::path folder_ = kit_.work();
};

TEST_F(KitLibrary, ItsExamplesInCppAndCAreBuiltWithTheInstalledPackageAndFindTheTagsOfAnnotate) {
  // No LibTorch is needed to compile them.
  const ProcessResult built =
      run("cmake -S examples -B build -DCMAKE_DISABLE_FIND_PACKAGE_Torch=ON\n"
          "cmake --build build");
  ASSERT_EQ(built.status, 0) << built.out << built.err;
  for (const char* program : {"build/annotate", "build/annotate_c"}) {
    expect_annotates(program);
    expect_says_why(program);
  }
}

TEST_F(KitLibrary, IsThereForPkgConfigAndForCpp17) {
  const ProcessResult built =
      run("export PKG_CONFIG_PATH=../there/lib/pkgconfig\n"
          "c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror examples/annotate.cpp -o annotate "
          "$(pkg-config --cflags --libs tagloom-annotator)\n"
          "cc -std=c99 -Wall -Wextra -Wpedantic -Werror examples/annotate.c -o annotate_c "
          "$(pkg-config --cflags --libs tagloom-annotator)");
  ASSERT_EQ(built.status, 0) << built.out << built.err;
  expect_annotates("LD_LIBRARY_PATH=../there/lib ./annotate");
  expect_annotates("LD_LIBRARY_PATH=../there/lib ./annotate_c");
}

TEST_F(KitLibrary, PythonTagsPicturesThroughCtypesAlone) {
  if (!has_python()) GTEST_SKIP() << "There is no python3.";
  // Where it is installed, the script finds the library by itself.
  const std::string script = "python3 ../there/share/tagloom/examples/annotate/annotate.py";
  expect_annotates(script);
  expect_says_why(script);
  expect_annotates("LD_LIBRARY_PATH=../there/lib python3 examples/annotate.py");
}

TEST_F(KitLibrary, PythonTagsWhatIsInMemoryAndFromSeveralThreads) {
  if (!has_python()) GTEST_SKIP() << "There is no python3.";
  testing::write_text(folder_ / "memory.py", R"(
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from annotate import Annotator, TagloomError

pictures = sorted(Path("demo/images").iterdir())
with Annotator("m.safetensors", device="cpu") as annotator:
    tags = annotator(pictures)
    assert len(tags) == 60 and all(isinstance(each, list) for each in tags), tags
    assert annotator.encoded([picture.read_bytes() for picture in pictures]) == tags
    grey = bytes([128]) * 48
    by_pixels = annotator.pixels([memoryview(grey).cast("B", (4, 4, 3))])
    assert by_pixels == annotator.encoded([b"P6 4 4 255\n" + grey]), by_pixels
    with ThreadPoolExecutor(4) as threads, Annotator("m.safetensors", device="cpu") as other:
        for found in threads.map(lambda each: each(pictures), [annotator, other, annotator, other]):
            assert [[label for label, _ in each] for each in found] == [[label for label, _ in each] for each in tags]
try:
    Annotator("m.safetensors", precision="half")
except TagloomError as error:
    print(error)
)");
  const ProcessResult result =
      run("export PYTHONPATH=../there/share/tagloom/examples/annotate\npython3 memory.py");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "precision is half; it must be auto, float32 or bfloat16.\n");
}

TEST_F(KitLibrary, FindsItsPluginsWhereverItIsMovedAndWhereverTheProcessGoes) {
  if (!has_python()) GTEST_SKIP() << "There is no python3.";
  const std::vector<TagLine> tags = expected();
  (void)kit_.moved();
  testing::write_text(folder_ / "moved.py", R"(
import ctypes, os, sys
sys.path.insert(0, "examples")
ctypes.CDLL("../elsewhere/lib/libtagloom.so.1")
import annotate
os.chdir("demo/images")
with annotate.Annotator("../../m.safetensors", top=2) as annotator:
    for label, confidence in annotator(["demo_00000.jpg"])[0]:
        print("demo/images/demo_00000.jpg", label, confidence, sep="\t")
)");
  const ProcessResult found = run("python3 moved.py");
  EXPECT_EQ(found.status, 0) << found.err;
  EXPECT_EQ(tags_of_table(found.out).size(), 2U) << found.out;
}

TEST_F(KitLibrary, TheBlocksOfItsDocumentDoWhatTheySay) {
  for (const auto& block : testing::blocks_of(TAGLOOM_TEST_SOURCES "/docs/library.md"))
    if (!block.argument.empty()) testing::write_text(folder_ / block.argument, block.text);
  const ProcessResult built =
      run("cmake -S . -B build\ncmake --build build\ncp demo/images/demo_00000.jpg a.jpg");
  ASSERT_EQ(built.status, 0) << built.out << built.err;
  const ProcessResult tagged = run("build/tag m.safetensors");
  EXPECT_EQ(tagged.status, 0) << tagged.err;
  EXPECT_THAT(tagged.out, HasSubstr("a.jpg: "));
  if (!has_python()) GTEST_SKIP() << "There is no python3.";
  const ProcessResult by_python =
      run("export PYTHONPATH=../there/share/tagloom/examples/annotate\n"
          "python3 tag.py m.safetensors");
  EXPECT_EQ(by_python.status, 0) << by_python.err;
  EXPECT_EQ(by_python.out, tagged.out);
}

}  // namespace
}  // namespace tagloom
