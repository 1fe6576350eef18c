/* annotate_c MODEL PICTURE...: prints a line a tag, "PICTURE LABEL CONFIDENCE", with tabs between them. */

#include <tagloom/annotator.h>

#include <stdio.h>

static void print_tags(const char* picture, const tagloom_annotations* annotations, size_t image) {
  const size_t tags = tagloom_annotations_tag_count(annotations, image);
  const char* failure = tagloom_annotations_failure(annotations, image);
  for (size_t tag = 0; tag < tags; ++tag)
    printf("%s\t%s\t%.4f\n", picture, tagloom_annotations_label(annotations, image, tag),
           tagloom_annotations_confidence(annotations, image, tag));
  if (failure != NULL) fprintf(stderr, "%s\n", failure);
}

static int tag_pictures(const char* model, const char* const* pictures, size_t count) {
  tagloom_annotator_options options;
  tagloom_annotator_options_init(&options, sizeof options);
  options.accept_damaged = 1;
  tagloom_annotator* annotator = tagloom_annotator_create(model, &options);
  tagloom_annotations* annotations =
      annotator == NULL ? NULL : tagloom_annotate_files(annotator, pictures, count);
  if (annotations == NULL) fprintf(stderr, "%s\n", tagloom_last_error());
  for (size_t image = 0; image < tagloom_annotations_count(annotations); ++image)
    print_tags(pictures[image], annotations, image);
  const int failed = annotations == NULL;
  tagloom_annotations_free(annotations);
  tagloom_annotator_free(annotator);
  return failed;
}

int main(int count, char** arguments) {
  if (count < 3) {
    fprintf(stderr, "annotate_c MODEL PICTURE...\n");
    return 2;
  }
  return tag_pictures(arguments[1], (const char* const*)arguments + 2, (size_t)count - 2);
}
