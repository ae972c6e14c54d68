"""Writes the shards in webdataset/ beside this file, as WebDataset does.

Made with Python 3.11, webdataset 1.0.2, pillow 13.0.0, numpy 2.4.6:

    pip install webdataset==1.0.2 pillow==13.0.0 numpy==2.4.6
    python webdataset.py

answers.csv is what webdataset itself reads from them: the key, the class and the sum of the picture's samples.
"""

import csv
import io
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
sys.path = [p for p in sys.path if pathlib.Path(p or ".").resolve() != here]  # this file has the library's name

import numpy
import webdataset
from PIL import Image

out = here / "webdataset"
out.mkdir(exist_ok=True)


def picture(i):
    pixels = numpy.random.default_rng(i).integers(0, 256, (8, 8, 3), dtype=numpy.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return pixels, file.getvalue()


rows = []


def write(name, samples):
    with webdataset.TarWriter(str(out / name), mtime=0, user="u", group="g") as writer:
        for sample in samples:
            writer.write(sample)


def cls(i):
    return {"__key__": f"{i:06d}", "png": picture(i)[1], "cls": (i * 7) % 11}


def described(i):
    kinds = ["cow", "ape", "emu"]
    facts = {"label": i % 3, "kind": kinds[i % 3], "caption": "a picture"}
    return {"__key__": f"sub/{i:06d}", "png": picture(i)[1], "json": facts}


write("train-000000.tar", map(cls, range(0, 6)))
write("train-000001.tar", map(cls, range(6, 11)))
write("val-000000.tar", map(cls, range(11, 15)))
write("described.tar", map(described, range(20, 26)))

for name in sorted(p.name for p in out.glob("*.tar")):
    for sample in webdataset.WebDataset(str(out / name), shardshuffle=False).decode("rgb8"):
        label = sample["cls"] if "cls" in sample else sample["json"]["kind"]
        rows.append([name, sample["__key__"], label, int(sample["png"].astype(numpy.int64).sum())])

with open(out / "answers.csv", "w", newline="") as file:
    csv.writer(file, lineterminator="\n").writerows([["shard", "key", "class", "sum"], *rows])
