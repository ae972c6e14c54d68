"""Writes the pictures opacity_* of this folder, and expected_opacity.csv of all pictures here.

With Pillow 13.0.0 and NumPy 2.4.6, after the other scripts: python make_opacity.py FOLDER. A row has the hash of what
Pillow's convert("RGBA") gives, and of the same resized to 19x31 by each filter and turned upright before. Left out are
kinds of which docs/formats.md says that their pixels are not Pillow's.
"""

import hashlib
import os
import sys
import warnings

import numpy as np
from PIL import Image, ImageOps

warnings.simplefilter("ignore")
out = sys.argv[1]
H, W = 29, 43
y, x = np.mgrid[0:H, 0:W]
rgb = np.stack([x * 6 % 256, y * 8 % 256, (x * y) % 256], -1).astype(np.uint8)
ramp = (x * 255 // (W - 1)).astype(np.uint8)
noise = ((x * 2654435761 + y * 40503) % 65536 // 256).astype(np.uint8)
spots = np.where((x // 5 + y // 4) % 2 == 0, 255, 0).astype(np.uint8)


def rgba(alpha):
    return Image.fromarray(np.dstack([rgb, alpha]))


def save(name, image, **options):
    image.save(os.path.join(out, "opacity_" + name), **options)


for name, alpha in (("ramp", ramp), ("noise", noise), ("spots", spots)):
    save(f"{name}.png", rgba(alpha))
    save(f"{name}_lossless.webp", rgba(alpha), lossless=True, exact=True)
    for quality in (100, 40):
        save(f"{name}_{quality}.webp", rgba(alpha), quality=80, alpha_quality=quality)
save("opaque.png", rgba(np.full((H, W), 255, np.uint8)))
save("none.png", rgba(np.zeros((H, W), np.uint8)))
save("opaque_lossless.webp", Image.fromarray(rgb), lossless=True)
frames = [rgba(ramp), rgba(spots)]
save("animated.webp", frames[0], save_all=True, append_images=frames[1:], duration=50, lossless=True)
save("palette.png", rgba(ramp).quantize(20))
save("palette.gif", rgba(spots))
save("turned.png", rgba(ramp), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0")
save("planar.tif", rgba(ramp), compression="tiff_lzw")
save("grey.png", Image.fromarray(np.dstack([ramp, noise]), "LA"))
save("bits.bmp", rgba(ramp))

FILTERS = [Image.NEAREST, Image.BILINEAR, Image.BICUBIC, Image.LANCZOS]
OURS = ("png_grey16", "png_palette_short", "pnm_", "tiff_double", "tiff_float", "tiff_grey12", "tiff_grey16", "tiff_half",
        "tiff_planes16.tif", "tiff_signed")
rows = []
for name in sorted(os.listdir(out)):
    if not name.endswith((".png", ".gif", ".bmp", ".webp", ".tif", ".jpg")) or name.startswith(OURS):
        continue
    try:
        image = ImageOps.exif_transpose(Image.open(os.path.join(out, name))).convert("RGBA")
    except Exception as e:
        print(name, "left out:", e)
        continue
    pixels = [image] + [image.resize((19, 31), f) for f in FILTERS]
    hashes = [hashlib.sha256(np.asarray(p).tobytes()).hexdigest() for p in pixels]
    opaque = int(np.asarray(image)[..., 3].min() == 255)
    rows.append(",".join([name, str(opaque)] + hashes))
with open(os.path.join(out, "expected_opacity.csv"), "w") as f:
    f.write("file,opaque,pixels,nearest,bilinear,bicubic,lanczos\n" + "\n".join(rows) + "\n")
