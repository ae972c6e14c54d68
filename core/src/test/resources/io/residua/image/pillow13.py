"""Writes pillow13.txt: width, height, new width, new height, filter, SHA-256 of the RGB bytes, by Pillow 13.0.0."""
import hashlib

import numpy
import PIL
from PIL import Image

assert PIL.__version__ == "13.0.0", PIL.__version__
FILTERS = {name: Image.Resampling[name.upper()] for name in ("nearest", "bilinear", "bicubic", "lanczos")}
SIZES = [(427, 640, 224, 224), (640, 427, 224, 224), (60, 200, 50, 180), (60, 200, 50, 179), (50, 40, 50, 30),
         (40, 50, 80, 20), (1, 300, 32, 32), (300, 1, 32, 32), (96, 97, 96, 96), (97, 97, 96, 96), (33, 77, 77, 33)]

with open("pillow13.txt", "w") as out:
    for width, height, new_width, new_height in SIZES:
        i = numpy.arange(width * height * 3, dtype=numpy.uint64)
        samples = ((i * 0x9E3779B1 & 0xFFFFFFFF) >> 13 & 0xFF).astype(numpy.uint8)
        picture = Image.fromarray(samples.reshape(height, width, 3))
        for name, filter in FILTERS.items():
            resized = picture.resize((new_width, new_height), filter).tobytes()
            print(width, height, new_width, new_height, name, hashlib.sha256(resized).hexdigest(), file=out)
