#!/usr/bin/env bash
# A grey PNG of 2 or 4 bits may name one level that is transparent, as the file stores it (0 to 3, 0 to 15). Pillow
# stretches the levels to 0..255 when it opens the file, keeps the transparent one as it is in the file, and compares the
# two in convert("RGBA"): every level but 0 stays opaque, where 1 and 8 bits work. A transparent colour of a 16-bit RGB
# file is compared with the high bytes by its low ones: the colour itself stays opaque and others become transparent. A
# network that takes opacity as a fourth channel gets another picture than the file's author made.
# Pillow 13.0.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import struct
import zlib

from PIL import Image


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def opacity(width, bits, colour, row, transparent):
    """The opacity of a PNG of one row with one transparent level or colour, as RGBA has it."""
    header = struct.pack(">IIBBBBB", width, 1, bits, colour, 0, 0, 0)
    file = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"tRNS", struct.pack(">%dH" % len(transparent), *transparent))
        + chunk(b"IDAT", zlib.compress(b"\0" + row))
        + chunk(b"IEND", b"")
    )
    picture = Image.open(io.BytesIO(file)).convert("RGBA")
    return [picture.getpixel((x, 0))[3] for x in range(width)]


found = {}
for bits in (1, 2, 4, 8):
    levels = list(range(min(2**bits, 8))) * (8 // min(2**bits, 8))
    digits = "".join(format(level, "0%db" % bits) for level in levels)
    row = bytes(int(digits[i : i + 8], 2) for i in range(0, len(digits), 8))
    for level in range(min(2**bits, 4)):
        wanted = [0 if l == level else 255 for l in levels]
        found[bits, level] = opacity(len(levels), bits, 0, row, [level]) == wanted
print("transparent level found, by bits:")
for bits in (1, 2, 4, 8):
    print(" ", bits, {level: right for (b, level), right in found.items() if b == bits})
assert all(right == (bits in (1, 8) or level == 0) for (bits, level), right in found.items())

named, other = (0x1234, 0x5678, 0x9ABC), (0x3400, 0x7800, 0xBC00)
row = struct.pack(">6H", *named, *other)
deep = opacity(2, 16, 2, row, named)
print("16-bit RGB: opacity of the transparent colour and of another:", deep)
assert deep == [255, 0]
PYTHON
echo "as described"
