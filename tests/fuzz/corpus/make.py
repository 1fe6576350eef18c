"""Writes the seeds of this folder. Run once, with numpy, h5py and OpenCV; the files are kept in git.

    python make.py
"""

import gzip
import io
import json
import pathlib
import shutil
import struct
import subprocess
import tarfile
import tempfile
import zipfile

import cv2
import h5py
import numpy as np

folder = pathlib.Path(__file__).parent
data = folder.parent.parent / "data"


def put(name, content):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def safetensors(header, values=b""):
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + values


def header_of(path):
    content = path.read_bytes()
    return json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])


put("safetensors/empty", safetensors({}))
put("safetensors/two", safetensors({
    "__metadata__": {"format": "pt"},
    "a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
    "b": {"dtype": "BOOL", "shape": [3], "data_offsets": [8, 11]},
    "none": {"dtype": "BF16", "shape": [0, 4], "data_offsets": [11, 11]},
}, bytes(11)))  # fmt: skip

# The smallest shared library with a manifest.
record = r"tagloom\t1\tlibtorch 1.13.0\tdecoder\tx\tsummary\tpaper\n"
source = f'__attribute__((section("tagloom_manifest"), used)) const char record[] = "{record}";'
with tempfile.TemporaryDirectory() as scratch:
    library = pathlib.Path(scratch) / "x.so"
    command = ["cc", "-x", "c", "-", "-shared", "-fPIC", "-nostdlib", "-s", "-o", library]
    command += ["-Wl,--build-id=none,--hash-style=gnu,-z,noseparate-code,-z,norelro", "-fcf-protection=none"]
    subprocess.run(command, input=source.encode(), check=True)
    put("manifest/library", library.read_bytes())

# Features of other programs.
for name, array in {
    "float32": np.arange(6, dtype=np.float32).reshape(2, 3),
    "float16_map": np.zeros((1, 2, 2, 2), np.float16),
    "fortran": np.asfortranarray(np.ones((2, 3))),
}.items():
    content = io.BytesIO()
    np.save(content, array)
    put(f"npy/{name}", content.getvalue())
for name, versions in {"hdf5_1.0": "earliest", "hdf5_1.10": "v110"}.items():
    content = io.BytesIO()
    with h5py.File(content, "w", libver=(versions, "v110")) as file:
        file["pooled"] = np.arange(6, dtype=np.float32).reshape(2, 3)
        file.create_dataset("packed", data=np.zeros((4, 8), np.float16), chunks=(2, 8), compression="gzip")
        file["short"] = np.array([b"a.jpg", b"b.jpg"])
    put(f"hdf5_arrays/{name}", content.getvalue())

# A cache in the format of HDF5 1.10, and in the old one, which has no checksums.
cache = data / "featurecache_format1.h5"
shutil.copy(cache, folder / "cache" / "hdf5_1.10")
with h5py.File(cache) as new, h5py.File(folder / "cache" / "hdf5_1.0", "w", libver="earliest") as old:
    description = new.attrs["tagloom"]
    old.attrs.create("tagloom", np.bytes_(description if isinstance(description, bytes) else description.encode()))
    for name in new:
        new.copy(name, old)
put("cache_description/format1", description)
described = json.loads(description)
put("cache_description/format2", json.dumps(described | {"format": 2, "flipped": True, "encoder_options": {}}))

checkpoint = json.loads(header_of(data / "checkpoint_format1.safetensors")["__metadata__"]["tagloom"])
small = checkpoint | {"labels": ["sky", "night"], "train_counts": [2, 1], "record": {"seed": "1"}}
put("checkpoint/format1", json.dumps(small))
parts = {"classifier": "linear", "classifier_options": {"dropout": "0"}, "decoder": "", "decoder_options": {}}
put("checkpoint/format2", json.dumps(small | {"format": 2, "model": parts, "thresholds": [0.5, 0.25]}))
result = {"model": "m", "method": "ria", "split": "test", "search": "greedy", "training": {"seed": "1"},
          "labels": {"a": {"f1": 1.0}, "b": {"f1": 0.0}}, "predictions": {"1.jpg": ["a"], "2.jpg": []}}
put("results/format2", json.dumps({"format": 2, "tagloom": "0.1.0", "results": [result], "failures": []}))
images = {"truth": {"1.jpg": ["a"], "2.jpg": ["b"]}, "probabilities": {"1.jpg": [0.5], "2.jpg": []},
          "scores": {"1.jpg": [0.5, 0.1], "2.jpg": [0.1, None]}}
put("results/format3", json.dumps({"format": 3, "tagloom": "0.1.0", "command": "", "vocabulary": ["a", "b"],
                                   "results": [result | images], "failures": ["."]}))

labels = {"labels": ["city", "sky"], "samples": [{"image_name": "1.jpeg", "image_labels": ["sky", "city", "sky"]}]}
put("labels/train", json.dumps(labels))
coco = {"info": {}, "images": [{"id": 11, "file_name": "a.jpg"}, {"id": 12, "file_name": "b.jpg"}],
        "annotations": [{"id": 1, "image_id": 11, "category_id": 3, "iscrowd": 0, "segmentation": [[1.5, 2]]}],
        "categories": [{"id": 3, "name": "person"}, {"id": 4, "name": "cat"}]}
put("coco/instances", json.dumps(coco))
put("voc/annotation", "<annotation><filename>1.jpg</filename><object><name>dog</name><difficult>0</difficult></object>"
    "<object><name>cat</name><difficult>1</difficult></object></annotation>")
put("tables/quoted", 'path,labels\na.jpg,"sky;sea"\r\n"b ""c"".jpg",sky\n')
put("tables/one_hot", "ID,sky,sea,split\n1,1,0,train\n2,0,1,test\n")
put("tables/open_images", "ImageID,Source,LabelName,Confidence\n0a,verification,/m/cat,1\n0b,machine,/m/dog,0.6\n")
put("tables/list", "a.jpg sky sea\nb c.jpg\tsky\n")

vectors = "sea 1.5 -2e-3\npolar bear 0.25 1\nstop 1e-46 3\n"
put("word_vectors/glove", vectors)
put("word_vectors/word2vec", "3 2\n" + vectors.replace("\n", " \r\n"))
put("word_vectors/gzip", gzip.compress(vectors.encode(), mtime=0))
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr(zipfile.ZipInfo("glove.txt"), vectors, zipfile.ZIP_DEFLATED)
put("word_vectors/zip", packed.getvalue())

image = np.zeros((4, 6, 3), np.uint8)
image[1:3, 2:4] = 200
put("image_end/jpeg", cv2.imencode(".jpg", image)[1].tobytes())
restarts = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_RST_INTERVAL, 1]
put("image_end/progressive", cv2.imencode(".jpg", image, restarts)[1].tobytes())
put("image_end/png", cv2.imencode(".png", image)[1].tobytes())
for name in ["jpg", "png", "webp", "tiff", "bmp", "ppm"]:
    put(f"image/{name}", cv2.imencode(f".{name}", image)[1].tobytes())
deep = np.full((3, 5, 4), 0x1234, np.uint16)
put("image/png_16_bit_alpha", cv2.imencode(".png", deep)[1].tobytes())

for name in ["bz2", "xz", "zst"]:
    put(f"archive/two.tar.{name}", (data / "archives" / f"two.tar.{name}").read_bytes())
pixel = b"P6\n1 1\n255\n" + bytes([1, 1, 1]) + b" " * 8
packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
    for name in ["./a.ppm", "é/b.ppm", "a.ppm"]:
        member = tarfile.TarInfo(name)
        member.size = len(pixel)
        archive.addfile(member, io.BytesIO(pixel))
    link = tarfile.TarInfo("l.ppm")
    link.type, link.linkname = tarfile.SYMTYPE, "a.ppm"
    archive.addfile(link)
put("archive/links.tar", packed.getvalue())
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr(zipfile.ZipInfo("a.ppm"), pixel)
    archive.writestr(zipfile.ZipInfo("x/b.ppm"), pixel * 30, zipfile.ZIP_DEFLATED)
put("archive/two.zip", packed.getvalue())


def field(number, value):
    """A protocol buffer's: a number, or less than 128 bytes."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    value = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2, len(value)]) + value


def onnx(tensor, options, key="tagloom_options"):
    graph = field(1, field(4, "Relu")) + field(5, tensor)
    return field(1, 8) + field(7, graph) + field(14, field(1, key) + field(2, options))


put("onnx/inside", onnx(field(8, "w") + field(9, bytes(8)), "mean=0,0,0\nimage_size=224\n"))
put("onnx/beside", onnx(field(13, field(1, "location") + field(2, "weights.bin")) + field(14, 1), ""))
put("onnx/key_of_another_type", onnx(field(8, "w") + field(13, field(1, 7) + field(2, 7)), "", key=7))
