#!/usr/bin/env bash
# Pillow opens an uncompressed 16-bit RGB TIFF whose colours are stored in planes without a word, and gives other pixels
# than were written; the same picture compressed is read rightly. Of floating-point TIFF in big-endian order with the
# predictor for such numbers it swaps the bytes. Both are what a widely used writer makes by ordinary options.
# Pillow 13.0.0, tifffile 2026.3.3, imagecodecs 2026.3.6, NumPy 2.4.6.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  pillow==13.0.0 tifffile==2026.3.3 imagecodecs==2026.3.6 numpy==2.4.6
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import numpy as np
import PIL
import tifffile
from PIL import Image

folder = sys.argv[1]
y, x = np.mgrid[0:40, 0:50]
picture = np.stack([x * 1300, y * 1600, (x + y) * 700]).astype(np.uint16)
wanted = np.moveaxis(picture >> 8, 0, -1)
right = {}
for compression in (None, "lzw"):
    file = f"{folder}/planes-{compression}.tif"
    tifffile.imwrite(file, picture, photometric="rgb", planarconfig="separate", compression=compression)
    assert (tifffile.imread(file) == picture).all()
    image = Image.open(file)
    right[compression] = bool((np.asarray(image) == wanted).all())
    print(f"Pillow {PIL.__version__}: 16-bit planes, {compression or 'uncompressed'}: {image.mode}, right {right[compression]}")
assert right == {None: False, "lzw": True}, right

numbers = (x + y / 100).astype(np.float32)
for order in "<>":
    file = f"{folder}/float-{'little' if order == '<' else 'big'}.tif"
    tifffile.imwrite(file, numbers, photometric="minisblack", compression="zlib", predictor=3, byteorder=order)
    assert (tifffile.imread(file) == numbers).all()
    right[order] = bool((np.asarray(Image.open(file)) == numbers).all())
    swapped = bool((np.asarray(Image.open(file)).byteswap() == numbers).all())
    print(f"Pillow {PIL.__version__}: predicted floats, {order} order: right {right[order]}, its bytes swapped {swapped}")
    assert right[order] != swapped
assert right["<"] and not right[">"], right
PYTHON
