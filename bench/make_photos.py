#!/usr/bin/env python3
"""Makes photographs of 12 megapixels of smaller pictures, as a camera's are in what decoding them costs: enlarged, with
noise of several octaves where they have structure and noise of a sensor all over, quality 92, about 2 MB each.

  make_photos.py PICTURES OUT [--count 24]

Needs NumPy and Pillow.
"""
import argparse
import os

import numpy
from PIL import Image

SIDES = (4000, 3000)


def noise(random, octave):
    small = random.normal(0, 1, (SIDES[1] >> octave, SIDES[0] >> octave)).astype('float32')
    return numpy.asarray(Image.fromarray(small).resize(SIDES, Image.BILINEAR))


def photograph(picture, random):
    pixels = numpy.asarray(picture.convert('RGB').resize(SIDES, Image.BICUBIC)).astype('float32')
    coarse = picture.convert('L').resize((SIDES[0] // 16, SIDES[1] // 16), Image.BILINEAR)
    structure = numpy.hypot(*numpy.gradient(numpy.asarray(coarse).astype('float32')))
    where = numpy.asarray(Image.fromarray(structure / max(structure.max(), 1)).resize(SIDES, Image.BILINEAR))
    texture = sum(noise(random, octave) * 4 for octave in range(1, 6)) * where
    pixels += texture[..., None] + random.normal(0, 2, pixels.shape).astype('float32')
    return Image.fromarray(pixels.clip(0, 255).astype('uint8'))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('pictures')
    parser.add_argument('out')
    parser.add_argument('--count', type=int, default=24)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    random = numpy.random.default_rng(1)
    for index, name in enumerate(sorted(os.listdir(options.pictures))[:options.count]):
        with Image.open(os.path.join(options.pictures, name)) as picture:
            made = photograph(picture, random)
        made.save(os.path.join(options.out, f'{index:03}.jpg'), quality=92, subsampling=2 if index % 2 else 0)


if __name__ == '__main__':
    main()
