"""Writes the TIFF and PNM pictures of this folder and expected_tiff_pnm.csv.

With Pillow 13.0.0, tifffile 2026.3.3, imagecodecs 2026.3.6 and NumPy 2.4.6: pip install pillow==13.0.0
tifffile==2026.3.3 imagecodecs==2026.3.6 numpy==2.4.6, then python make_tiff_pnm.py FOLDER.
The hash is that of Pillow's pixels, or, for kinds that Pillow can't read or of which it turns nearly everything white
(marked 'ours'), of those that docs/formats.md promises, computed here by NumPy.
"""

import hashlib
import os
import sys
import warnings

import numpy as np
import tifffile
from PIL import Image, ImageOps

warnings.simplefilter("ignore")
out = sys.argv[1]
rng = np.random.default_rng(17)
H, W = 41, 53
y, x = np.mgrid[0:H, 0:W]
base = np.stack([x * 255 / (W - 1), y * 255 / (H - 1), (x + y) * 255 / (W + H - 2)], -1)
rgb = np.clip(base + rng.normal(0, 12, base.shape), 0, 255).astype(np.uint8)
grey = rgb[..., 0].copy()
alpha = ((x * 7 + y * 3) % 256).astype(np.uint8)
rgba = np.dstack([rgb, alpha])
grey16 = (grey.astype(np.uint16) * 257 ^ rng.integers(0, 256, grey.shape).astype(np.uint16))
rgb16 = rgb.astype(np.uint16) * 256 + rng.integers(0, 256, rgb.shape).astype(np.uint16)
unit = (grey / 255).astype(np.float32)
rows = []


def grey3(levels):
    return np.repeat(levels[..., None], 3, -1).astype(np.uint8)


def done(name, ours=None):
    path = os.path.join(out, name)
    if ours is None:
        image = Image.open(path)
        image.load()
        pixels = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        by = "pillow"
    else:
        pixels, by = np.ascontiguousarray(ours, np.uint8), "ours"
    rows.append(
        f"{name},{pixels.shape[1]},{pixels.shape[0]},{hashlib.sha256(pixels.tobytes()).hexdigest()},{by}"
    )


def pil(name, image, ours=None, **options):
    image.save(os.path.join(out, name), **options)
    done(name, ours)


def tif(name, array, ours=None, **options):
    tifffile.imwrite(os.path.join(out, name), array, metadata=None, **options)
    done(name, ours)


colour, mono = Image.fromarray(rgb), Image.fromarray(grey)
for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits", "jpeg"):
    pil(f"tiff_rgb_{compression}.tif", colour, compression=compression)
    pil(f"tiff_grey_{compression}.tif", mono, compression=compression)
bits = mono.convert("1")
for compression in ("raw", "group3", "group4", "tiff_ccitt", "packbits", "tiff_lzw"):
    pil(f"tiff_bits_{compression}.tif", bits, compression=compression)
pil("tiff_palette.tif", colour.quantize(40), compression="tiff_lzw")
pil("tiff_rgba.tif", Image.fromarray(rgba), compression="tiff_adobe_deflate")
pil("tiff_la.tif", Image.merge("LA", [mono, Image.fromarray(alpha)]), compression="tiff_lzw")
pil("tiff_cmyk.tif", colour.convert("CMYK"), compression="tiff_lzw")
pil("tiff_cmyk_jpeg.tif", colour.convert("CMYK"), compression="jpeg")
pil("tiff_pages.tif", colour, save_all=True, append_images=[Image.new("RGB", (9, 9))], compression="tiff_lzw")
pil("tiff_turned.tif", colour, tiffinfo={274: 6}, compression="tiff_lzw")
pil("tiff_white_is_zero.tif", mono, tiffinfo={262: 0}, compression="raw")
pil("tiff_signed32.tif", Image.fromarray(grey.astype(np.int32) * 3 - 200), compression="tiff_lzw")

jpeg = {"compression": "jpeg", "compressionargs": {"level": 90}}
tif("tiff_tiles.tif", rgb, tile=(16, 32), compression="lzw", predictor=True, photometric="rgb")
tif("tiff_tiles_jpeg.tif", rgb, tile=(16, 32), photometric="ycbcr", subsampling=(2, 2), **jpeg)
tif("tiff_tiles_jpeg_422.tif", rgb, tile=(32, 32), photometric="ycbcr", subsampling=(2, 1), **jpeg)
tif("tiff_tiles_jpeg_rgb.tif", rgb, tile=(32, 16), photometric="rgb", **jpeg)
tif("tiff_tiles_grey.tif", grey, tile=(16, 16), compression="packbits", photometric="minisblack")
tif("tiff_planes.tif", np.moveaxis(rgb, -1, 0), planarconfig="separate", photometric="rgb", compression="zlib", predictor=True, rowsperstrip=16)
tif("tiff_planes_tiles.tif", np.moveaxis(rgba, -1, 0), planarconfig="separate", photometric="rgb", tile=(16, 16), extrasamples=["unassalpha"], compression="lzw")
tif("tiff_strips_deflate.tif", rgb, rowsperstrip=7, compression="zlib", predictor=True, photometric="rgb")
tif("tiff_big.tif", rgb, bigtiff=True, photometric="rgb", compression="lzw", rowsperstrip=10)
tif("tiff_big_endian.tif", rgb16, byteorder=">", photometric="rgb", compression="zlib", predictor=True)
tif("tiff_rgb16.tif", rgb16, photometric="rgb", compression="lzw", predictor=True)
tif("tiff_rgba16.tif", np.dstack([rgb16, rgb16[..., :1]]), photometric="rgb", extrasamples=["unassalpha"])
tif("tiff_premultiplied.tif", rgba // 2, photometric="rgb", extrasamples=["assocalpha"])
tif("tiff_spare_sample.tif", rgba, photometric="rgb", extrasamples=["unspecified"])
tif("tiff_cmyk16.tif", np.dstack([rgb16, rgb16[..., :1] // 3]), photometric="separated")
tif("tiff_grey16.tif", grey16, grey3(grey16 >> 8), photometric="minisblack", compression="lzw", predictor=True)
tif("tiff_grey16_big_endian.tif", grey16, grey3(grey16 >> 8), byteorder=">", photometric="minisblack")
tif("tiff_grey16_white_is_zero.tif", grey16, grey3(255 - (grey16 >> 8)), photometric="miniswhite")
tif("tiff_signed16.tif", grey16.astype(np.int16), photometric="minisblack")
tif("tiff_float_unit.tif", unit, grey3(np.floor(unit * np.float32(255) + np.float32(0.5))), photometric="minisblack", compression="zlib", predictor=3)
tif("tiff_float_255.tif", unit * 260 - 3, photometric="minisblack", compression="lzw", predictor=3)
# Pillow 13 swaps the bytes of these, and so reads other numbers than tifffile wrote.
swapped = np.clip(unit * 260 - 3, 0, 255)
tif("tiff_float_big_endian.tif", unit * 260 - 3, grey3(swapped), photometric="minisblack", byteorder=">", compression="zlib", predictor=3)
tif("tiff_half_rgb.tif", (rgb / 255).astype(np.float16), np.floor((rgb / 255).astype(np.float16).astype(np.float32) * np.float32(255) + np.float32(0.5)), photometric="rgb")
tif("tiff_double.tif", grey.astype(np.float64), grey3(grey), photometric="minisblack")
# Pillow 13 reads these wrongly uncompressed, and rightly compressed.
planes16 = {"planarconfig": "separate", "photometric": "rgb", "rowsperstrip": 12}
tif("tiff_planes16.tif", np.moveaxis(rgb16, -1, 0), rgb16 >> 8, **planes16)
tif("tiff_planes16_lzw.tif", np.moveaxis(rgb16, -1, 0), compression="lzw", **planes16)
twelve = (grey16 >> 4).astype(np.uint16)
tif("tiff_grey12.tif", twelve, grey3(twelve >> 4), photometric="minisblack", bitspersample=12)

# Group 4 with bits from the lowest on.
pil("tiff_fill_order.tif", bits, tiffinfo={266: 2}, compression="group4")
for depth in (2, 4):
    levels = (grey >> (8 - depth)).astype(np.uint8)
    tif(f"tiff_grey{depth}.tif", levels, photometric="minisblack", bitspersample=depth)


def pnm(name, header, data, ours=None):
    with open(os.path.join(out, name), "wb") as file:
        file.write(header + data)
    done(name, ours)


size = b"%d %d" % (W, H)
black = np.asarray(bits) == 0
text = lambda a, per: b"\n".join(b" ".join(b"%d" % v for v in line) for line in a.reshape(-1, per)) + b"\n"
pil("pnm_p6.ppm", colour)
pil("pnm_p5.pgm", mono)
pil("pnm_p4.pbm", bits)
pnm("pnm_p1.pbm", b"P1\n# made by hand\n" + size + b"\n", b"\n".join(bytes(48 + int(v) for v in line) for line in black))
pnm("pnm_p2.pgm", b"P2 " + size + b" 255\n", text(grey, W))
pnm("pnm_p3.ppm", b"P3\n" + size + b" # size\n100\n", text(rgb // 3, 3))
pnm("pnm_p5_max100.pgm", b"P5\n" + size + b"\n100\n", (grey // 3).tobytes())
pnm("pnm_p6_max1023.ppm", b"P6\n#\n" + size + b"\n1023\n", (rgb16 >> 6).astype(">u2").tobytes())
pnm("pnm_p6_max65535.ppm", b"P6\n" + size + b"\n65535\n", rgb16.astype(">u2").tobytes())
scaled = np.rint(grey16.astype(np.float64) / 65535 * 255)
pnm("pnm_p5_max65535.pgm", b"P5\n" + size + b"\n65535\n", grey16.astype(">u2").tobytes(), grey3(scaled))
pam = b"P7\nWIDTH %d\nHEIGHT %d\nDEPTH %%d\nMAXVAL %%d\nTUPLTYPE %%s\nENDHDR\n" % (W, H)
pnm("pnm_p7_rgb.pam", pam % (3, 255, b"RGB"), rgb.tobytes(), rgb)
pnm("pnm_p7_rgba.pam", pam % (4, 255, b"RGB_ALPHA"), rgba.tobytes(), rgb)
pnm("pnm_p7_grey_alpha.pam", pam % (2, 255, b"GRAYSCALE_ALPHA"), np.dstack([grey, alpha]).tobytes(), grey3(grey))
pnm("pnm_p7_bits.pam", pam % (1, 1, b"BLACKANDWHITE"), (~black).astype(np.uint8).tobytes(), grey3(np.where(black, 0, 255)))

with open(os.path.join(out, "expected_tiff_pnm.csv"), "w") as file:
    file.write("file,width,height,sha256,by\n" + "\n".join(sorted(rows)) + "\n")
