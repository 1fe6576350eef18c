/// annotate MODEL PICTURE...: prints a line a tag, "PICTURE LABEL CONFIDENCE", with tabs between them.

#include <tagloom/annotator.hpp>

#include <cstddef>
#include <cstdio>
#include <vector>

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "annotate MODEL PICTURE...\n");
    return 2;
  }
  try {
    tagloom::AnnotatorOptions options;
    options.accept_damaged = true;
    const tagloom::Annotator annotator(arguments[1], options);
    const std::vector<tagloom::Image> pictures(arguments + 2, arguments + count);
    const std::vector<tagloom::Annotation> annotations = annotator(pictures);
    for (std::size_t i = 0; i < annotations.size(); ++i) {
      for (const tagloom::Tag& tag : annotations[i].tags)
        std::printf("%s\t%s\t%.4f\n", arguments[2 + i], tag.label.c_str(), tag.confidence);
      if (!annotations[i].failure.empty()) std::fprintf(stderr, "%s\n", annotations[i].failure.c_str());
    }
  } catch (const tagloom::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
