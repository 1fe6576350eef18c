#!/usr/bin/env python3
"""Tags pictures with libtagloom, through ctypes alone: annotate.py MODEL PICTURE...

Prints a line a tag, "PICTURE LABEL CONFIDENCE", with tabs between them. As a module:

    with Annotator("ria.safetensors", top=5) as annotator:
        for tags in annotator(["a.jpg", "b.jpg"]):
            print(tags)  # [("sky", 0.93), ...], or an Unreadable
"""

import ctypes
import os
import sys
from pathlib import Path


class Options(ctypes.Structure):
    """tagloom_annotator_options of <tagloom/annotator.h>, which says what each means."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("encoder_weights", ctypes.c_char_p),
        ("plugin_folders", ctypes.POINTER(ctypes.c_char_p)),
        ("plugin_folder_count", ctypes.c_size_t),
        ("device", ctypes.c_char_p),
        ("precision", ctypes.c_char_p),
        ("beam", ctypes.c_int64),
        ("top", ctypes.c_int64),
        ("min_confidence", ctypes.c_double),
        ("batch", ctypes.c_int64),
        ("max_pixels", ctypes.c_int64),
        ("accept_damaged", ctypes.c_int64),
    ]


class EncodedImage(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class PixelImage(ctypes.Structure):
    _fields_ = [
        ("pixels", ctypes.c_char_p),
        ("height", ctypes.c_int64),
        ("width", ctypes.c_int64),
        ("stride", ctypes.c_int64),
    ]


class TagloomError(Exception):
    """What failed, as tagloom says it."""


class Unreadable(str):
    """Why a picture could not be read, in the place of its tags."""


def load_library():
    """libtagloom of the installation that this file is in; for a copy elsewhere, what the loader finds."""
    name = "libtagloom.so.1"
    installed = [folder / "lib" / name for folder in Path(__file__).resolve().parents]
    library = ctypes.CDLL(str(next((path for path in installed if path.exists()), name)))
    pointer, size, text = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
    for name, result, arguments in [
        ("last_error", text, []),
        ("annotator_options_init", None, [ctypes.POINTER(Options), size]),
        ("annotator_create", pointer, [text, ctypes.POINTER(Options)]),
        ("annotator_free", None, [pointer]),
        ("annotate_files", pointer, [pointer, ctypes.POINTER(text), size]),
        ("annotate_encoded", pointer, [pointer, ctypes.POINTER(EncodedImage), size]),
        ("annotate_pixels", pointer, [pointer, ctypes.POINTER(PixelImage), size]),
        ("annotations_free", None, [pointer]),
        ("annotations_count", size, [pointer]),
        ("annotations_failure", text, [pointer, size]),
        ("annotations_tag_count", size, [pointer, size]),
        ("annotations_label", text, [pointer, size, size]),
        ("annotations_confidence", ctypes.c_float, [pointer, size, size]),
    ]:
        function = getattr(library, "tagloom_" + name)
        function.restype, function.argtypes = result, arguments
    return library


class Annotator:
    """A model that tags pictures. Any thread may call it; it is closed by `close` or at the end of `with`."""

    def __init__(self, model, **options):
        self._library = load_library()
        given = Options()
        self._library.tagloom_annotator_options_init(given, ctypes.sizeof(given))
        known = {name for name, _ in Options._fields_} - {"size"}
        for name, value in options.items():
            if name not in known:  # ctypes would keep it, to no effect
                raise TypeError(f"an Annotator has no option {name!r}; it has {', '.join(sorted(known))}")
            setattr(given, name, os.fsencode(value) if isinstance(value, (str, Path)) else value)
        self._annotator = self._checked(self._library.tagloom_annotator_create(os.fsencode(model), given))

    def close(self):
        self._library.tagloom_annotator_free(self._annotator)
        self._annotator = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __call__(self, paths):
        """The tags of each picture, as (label, confidence), or why it is Unreadable."""
        given = [os.fsencode(path) for path in paths]
        return self._tags(self._library.tagloom_annotate_files, (ctypes.c_char_p * len(given))(*given))

    def encoded(self, files):
        """The same of the content of files, as bytes."""
        given = [EncodedImage(content, len(content)) for content in files]
        return self._tags(self._library.tagloom_annotate_encoded, (EncodedImage * len(given))(*given))

    def pixels(self, arrays):
        """The same of arrays [height, width, 3] of uint8 (NumPy's, for one): red, green, blue."""
        given = []
        for array in map(memoryview, arrays):
            if array.format != "B" or array.ndim != 3 or array.shape[2] != 3:
                raise TypeError("a picture is an array [height, width, 3] of uint8: red, green, blue")
            height, width, channels = array.shape
            given.append(PixelImage(array.tobytes(), height, width, width * channels))
        return self._tags(self._library.tagloom_annotate_pixels, (PixelImage * len(given))(*given))

    def _tags(self, annotate, images):
        library = self._library
        found = self._checked(annotate(self._annotator, images, len(images)))
        try:
            return [self._tags_of(found, image) for image in range(library.tagloom_annotations_count(found))]
        finally:
            library.tagloom_annotations_free(found)

    def _tags_of(self, found, image):
        library = self._library
        failure = library.tagloom_annotations_failure(found, image)
        if failure is not None:
            return Unreadable(failure.decode(errors="replace"))
        return [
            (
                library.tagloom_annotations_label(found, image, tag).decode(errors="replace"),
                library.tagloom_annotations_confidence(found, image, tag),
            )
            for tag in range(library.tagloom_annotations_tag_count(found, image))
        ]

    def _checked(self, made):
        if made is None:
            raise TagloomError(self._library.tagloom_last_error().decode(errors="replace"))
        return made


def main():
    if len(sys.argv) < 3:
        sys.exit("annotate.py MODEL PICTURE...")
    model, *pictures = sys.argv[1:]
    try:
        with Annotator(model, accept_damaged=1) as annotator:
            annotations = annotator(pictures)
    except TagloomError as error:
        sys.exit(str(error))
    for picture, tags in zip(pictures, annotations):
        if isinstance(tags, Unreadable):
            print(tags, file=sys.stderr)
            continue
        for label, confidence in tags:
            print(picture, label, f"{confidence:.4f}", sep="\t")


if __name__ == "__main__":
    main()
