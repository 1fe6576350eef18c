#include "annotation/xmp.hpp"

#include "annotation/exiv2.hpp"
#include "annotation/pictures/outputs.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

namespace tagloom::annotation {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

/// Between the tags of the bag, by nothing of ours: what XMP's specification has photo software look for.
std::vector<std::string> keywords_in(const std::string& file) {
  const std::size_t subject = file.find("<dc:subject>");
  if (subject == std::string::npos || !file.substr(subject).starts_with("<dc:subject>")) return {};
  const std::string bag = file.substr(subject, file.find("</dc:subject>") - subject);
  EXPECT_THAT(bag, HasSubstr("<rdf:Bag>"));
  std::vector<std::string> keywords;
  for (std::size_t at = 0; (at = bag.find("<rdf:li>", at)) != std::string::npos;) {
    at += std::string("<rdf:li>").size();
    keywords.push_back(bag.substr(at, bag.find("</rdf:li>", at) - at));
  }
  return keywords;
}

class Xmps : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_exiv2()) GTEST_SKIP() << "This build has no Exiv2.";
  }

  Annotation annotated(const fs::path& file, std::vector<std::string> labels) const {
    const std::string name = file.lexically_relative(in());
    Annotation annotation{.name = name, .file = {name, file}};
    for (const std::string& label : labels)
      annotation.tags.push_back({label, 0.5F});
    return annotation;
  }

  fs::path picture(const std::string& name) const {
    fs::create_directories(in());
    cv::Mat pixels(40, 60, CV_8UC3);
    cv::randu(pixels, 0, 256);
    cv::imwrite((in() / name).string(), pixels);
    return in() / name;
  }

  void write(const Annotation& annotation, Xmp kind) {
    XmpSink sink(out(), kind, [&](const std::string& sentence) { remarks_.push_back(sentence); });
    sink.write(annotation);
    sink.finish();
    unwritten_ = sink.unwritten();
  }

  [[nodiscard]] fs::path in() const { return folder_ / "in"; }
  [[nodiscard]] fs::path out() const { return folder_ / "out"; }

  const tagloom::testing::TemporaryFolder folder_;
  std::vector<std::string> remarks_;
  std::string unwritten_;
};

TEST_F(Xmps, SidecarsHaveTheTagsAsKeywords) {
  write(annotated(in() / "sub/a.jpg", {"sky", "\u00c4gypten", "black & white <b>"}), Xmp::sidecar);
  EXPECT_THAT(keywords_in(tagloom::testing::read_text(out() / "sub/a.jpg.xmp")),
              ElementsAre("sky", "\u00c4gypten", "black &amp; white &lt;b&gt;"));
  EXPECT_THAT(remarks_, IsEmpty());
}

TEST_F(Xmps, SidecarsKeepWhatTheyHave) {
  fs::create_directories(out());
  tagloom::testing::write_text(out() / "a.jpg.xmp", R"(<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:my="http://example.org/my/" xmp:Rating="4" my:note="mine">
<dc:subject><rdf:Bag><rdf:li>Anna</rdf:li><rdf:li>sky</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>)");
  write(annotated(in() / "a.jpg", {"sea", "sky"}), Xmp::sidecar);
  const std::string sidecar = tagloom::testing::read_text(out() / "a.jpg.xmp");
  EXPECT_THAT(keywords_in(sidecar), ElementsAre("Anna", "sky", "sea"));
  EXPECT_THAT(sidecar, HasSubstr("xmp:Rating=\"4\""));
  EXPECT_THAT(sidecar, HasSubstr("my:note=\"mine\""));
  // A second time changes nothing.
  write(annotated(in() / "a.jpg", {"sea", "sky"}), Xmp::sidecar);
  EXPECT_EQ(tagloom::testing::read_text(out() / "a.jpg.xmp"), sidecar);
}

TEST_F(Xmps, ASidecarThatCannotBeReadStaysAndItsKeywordsAreUnwritten) {
  fs::create_directories(out());
  tagloom::testing::write_text(out() / "a.jpg.xmp", "<x:xmpmeta");
  write(annotated(in() / "a.jpg", {"sea"}), Xmp::sidecar);
  EXPECT_EQ(tagloom::testing::read_text(out() / "a.jpg.xmp"), "<x:xmpmeta");
  EXPECT_THAT(unwritten_,
              AllOf(HasSubstr("the keywords of 1 picture were not written"), HasSubstr("a.jpg.xmp")));
  write(annotated(in() / "b.jpg", {"sea"}), Xmp::sidecar);
  EXPECT_THAT(unwritten_, IsEmpty());
}

TEST_F(Xmps, CopiesHaveTheKeywordsAndTheSamePixels) {
  for (const std::string name : {"a.jpg", "a.png", "a.tif", "a.webp", "a.jp2"}) {
    SCOPED_TRACE(name);
    const fs::path original = picture(name);
    const std::string before = tagloom::testing::read_text(original);
    write(annotated(original, {"sky", "\u00c4gypten"}), Xmp::copy);
    EXPECT_EQ(tagloom::testing::read_text(original), before);
    EXPECT_THAT(keywords_in(tagloom::testing::read_text(out() / name)), ElementsAre("sky", "\u00c4gypten"));
    EXPECT_EQ(cv::norm(datasets::read_image(original), datasets::read_image(out() / name), cv::NORM_INF), 0);
    EXPECT_FALSE(fs::exists(out() / (name + ".xmp")));
  }
  EXPECT_THAT(remarks_, IsEmpty());
}

TEST_F(Xmps, CopiesOfJpegsHaveThemForOlderSoftwareToo) {
  const std::string longer(65, 'w');
  write(annotated(picture("a.jpg"), {"sky", longer}), Xmp::copy);
  const std::string copy = tagloom::testing::read_text(out() / "a.jpg");
  // IPTC's data set 2:25, its length in two bytes, the keyword; and 1:90, the mark of UTF-8.
  using namespace std::string_literals;
  EXPECT_THAT(copy, HasSubstr("\x1c\x02\x19\x00\x03sky"s));
  EXPECT_THAT(copy, HasSubstr("\x1c\x01\x5a\x00\x03\x1b%G"s));
  EXPECT_THAT(copy, Not(HasSubstr("\x1c\x02\x19\x00\x41w"s)));
  EXPECT_THAT(keywords_in(copy), ElementsAre("sky", longer));
}

TEST_F(Xmps, CopiesKeepTurnedPicturesTurnedAndOldKeywordsInFront) {
  // An Exif segment that says "turn by a quarter" behind the JPEG's start.
  using namespace std::string_literals;
  const fs::path original = picture("a.jpg");
  std::string bytes = tagloom::testing::read_text(original);
  bytes.insert(
      2, "\xff\xe1\x00\x22"s + "Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"s);
  tagloom::testing::write_text(original, bytes);
  ASSERT_EQ(datasets::read_image(original).size(), cv::Size(40, 60));
  write(annotated(original, {"Anna"}), Xmp::copy);
  const fs::path second = in() / "b.jpg";
  fs::copy(out() / "a.jpg", second);
  write(annotated(second, {"sky"}), Xmp::copy);
  EXPECT_THAT(keywords_in(tagloom::testing::read_text(out() / "b.jpg")), ElementsAre("Anna", "sky"));
  EXPECT_EQ(cv::norm(datasets::read_image(original), datasets::read_image(out() / "b.jpg"), cv::NORM_INF), 0);
}

TEST_F(Xmps, AFormatThatExiv2DoesNotWriteGetsASidecar) {
  const fs::path original = picture("a.bmp");
  write(annotated(original, {"sky"}), Xmp::copy);
  EXPECT_EQ(read_file(out() / "a.bmp"), read_file(original));
  EXPECT_THAT(keywords_in(tagloom::testing::read_text(out() / "a.bmp.xmp")), ElementsAre("sky"));
  EXPECT_THAT(remarks_, ElementsAre(HasSubstr("Exiv2 cannot write keywords into a.bmp: the copy is")));
}

TEST_F(Xmps, ACopyNeverLiesAmongTheOriginals) {
  const fs::path original = picture("a.jpg");
  const std::string before = tagloom::testing::read_text(original);
  XmpSink sink(in(), Xmp::copy, [](const std::string&) {});
  EXPECT_THAT([&] { sink.write(annotated(original, {"sky"})); },
              ::testing::ThrowsMessage<UsageError>(HasSubstr("give --xmp-dir another folder.")));
  EXPECT_EQ(tagloom::testing::read_text(original), before);
}

TEST_F(Xmps, ALabelThatXmlCannotHoldIsShownInstead) {
  write(annotated(in() / "a.jpg", {"a\x01"}), Xmp::sidecar);
  write(annotated(in() / "a.jpg", {"sea"}), Xmp::sidecar);
  EXPECT_THAT(keywords_in(tagloom::testing::read_text(out() / "a.jpg.xmp")), ElementsAre("a\\x01", "sea"));
}

TEST_F(Xmps, NeedAFolder) {
  EXPECT_THAT([] { pictures::check({.xmp = Xmp::sidecar}); },
              ::testing::ThrowsMessage<UsageError>("--xmp needs --xmp-dir, the folder that it writes to."));
  EXPECT_EQ(pictures::sinks({.xmp = Xmp::sidecar, .xmp_folder = out()}, {}).size(), 1U);
}

}  // namespace
}  // namespace tagloom::annotation
