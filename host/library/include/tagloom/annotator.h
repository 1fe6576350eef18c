#ifndef TAGLOOM_ANNOTATOR_H
#define TAGLOOM_ANNOTATOR_H

/* <tagloom/annotator.hpp> for C, and for every language that calls C: what is said there of pictures,
 * plugins, weights and threads holds here, too. Link libtagloom.
 *
 * A function that fails returns NULL, and tagloom_last_error() says why. No exception leaves the library.
 * What is created here is freed here; freeing NULL does nothing. Strings are UTF-8 but for paths, which are
 * what the file system takes, and live as long as what they belong to.
 *
 * Programs go on working with a later libtagloom of the same SONAME: functions and fields of options are only
 * added. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TAGLOOM_C_API __attribute__((visibility("default")))

/* A model that is ready to tag pictures. Any thread may use it; calls of one annotator take turns. */
typedef struct tagloom_annotator tagloom_annotator;
/* What was found in the pictures of one call. It is only read, so several threads may at once. */
typedef struct tagloom_annotations tagloom_annotations;

/* The options of `tagloom annotate`. Later versions add fields at the end. */
typedef struct tagloom_annotator_options {
  /* This struct's, in bytes: set by tagloom_annotator_options_init. */
  size_t size;
  /* The file of the encoder's weights; NULL: it is looked for. */
  const char* encoder_weights;
  /* Looked through for plugins before all others. */
  const char* const* plugin_folders;
  size_t plugin_folder_count;
  /* auto, cpu, cuda or cuda:N. */
  const char* device;
  /* Products are in float32, bfloat16, or auto: bfloat16 where it is measured to be faster. */
  const char* precision;
  /* Hypotheses that a decoder's search keeps; 1 is greedy. */
  int64_t beam;
  /* Keep so many labels of a picture, the most confident; 0: all. */
  int64_t top;
  /* Drop labels of less confidence. */
  double min_confidence;
  /* Pictures that go through the encoder at once. */
  int64_t batch;
  /* Larger pictures cannot be read. */
  int64_t max_pixels;
  /* Not 0: take JPEGs that are damaged or cut short as they come out. */
  int64_t accept_damaged;
} tagloom_annotator_options;

/* A picture as a file holds it (JPEG, PNG, WebP, TIFF, BMP ...), in memory. */
typedef struct tagloom_encoded_image {
  const void* bytes;
  size_t size;
} tagloom_encoded_image;

/* A decoded picture, [height, width, 3]: 8 bits each of red, green and blue, upright, and `stride` bytes from
 * the beginning of a row to that of the next one. */
typedef struct tagloom_pixel_image {
  const uint8_t* pixels;
  int64_t height;
  int64_t width;
  int64_t stride;
} tagloom_pixel_image;

/* Why the last function that failed in this thread did, one sentence; "" if none has. Until the next one
 * fails. */
TAGLOOM_C_API const char* tagloom_last_error(void);

/* All at their defaults; `size` is sizeof(tagloom_annotator_options) of the program. */
TAGLOOM_C_API void tagloom_annotator_options_init(tagloom_annotator_options* options, size_t size);

/* Reads the checkpoint `model`, which takes seconds. `options` may be NULL for the defaults. */
TAGLOOM_C_API tagloom_annotator* tagloom_annotator_create(const char* model,
                                                          const tagloom_annotator_options* options);
TAGLOOM_C_API void tagloom_annotator_free(tagloom_annotator* annotator);
/* Why confidences are not calibrated, one sentence; "" if they are. */
TAGLOOM_C_API const char* tagloom_annotator_why_not_calibrated(const tagloom_annotator* annotator);

/* Tag `count` pictures; what is in memory is borrowed until the call returns. A picture that cannot be read
 * costs itself only. */
TAGLOOM_C_API tagloom_annotations* tagloom_annotate_files(const tagloom_annotator* annotator,
                                                          const char* const* paths, size_t count);
TAGLOOM_C_API tagloom_annotations* tagloom_annotate_encoded(const tagloom_annotator* annotator,
                                                            const tagloom_encoded_image* images,
                                                            size_t count);
TAGLOOM_C_API tagloom_annotations* tagloom_annotate_pixels(const tagloom_annotator* annotator,
                                                           const tagloom_pixel_image* images, size_t count);
TAGLOOM_C_API void tagloom_annotations_free(tagloom_annotations* annotations);

/* How many pictures there are: as many as the call was given, in their order. */
TAGLOOM_C_API size_t tagloom_annotations_count(const tagloom_annotations* annotations);
/* Why picture number `image` could not be read, one sentence; NULL if it was, or there is none. */
TAGLOOM_C_API const char* tagloom_annotations_failure(const tagloom_annotations* annotations, size_t image);
/* How many tags it has. */
TAGLOOM_C_API size_t tagloom_annotations_tag_count(const tagloom_annotations* annotations, size_t image);
/* The label of one of them; NULL if there is none. */
TAGLOOM_C_API const char* tagloom_annotations_label(const tagloom_annotations* annotations, size_t image,
                                                    size_t tag);
/* Its confidence, from 0 to 1; 0 if there is none. */
TAGLOOM_C_API float tagloom_annotations_confidence(const tagloom_annotations* annotations, size_t image,
                                                   size_t tag);

#ifdef __cplusplus
}
#endif

#endif
