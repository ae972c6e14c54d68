"""Makes the lossy WebP files and their rows of expected.csv: numpy 2.4.6, Pillow 13.0.0 (libwebp 1.6.0), webp 0.4.0."""
import hashlib
import io

import numpy
import webp
from PIL import Image, ImageOps


def photo(width, height, seed):
    """Waves, soft discs and grain: what a photo asks of a codec."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    picture = numpy.full((height, width, 3), 128.0)
    for channel in range(3):
        for _ in range(6):
            picture[..., channel] += random.uniform(5, 40) * numpy.sin(
                x * random.uniform(0, 0.1) + y * random.uniform(0, 0.1) + random.uniform(0, 6))
    for _ in range(12):
        inside = numpy.hypot(x - random.uniform(0, width), y - random.uniform(0, height)) < random.uniform(1, width / 4 + 1)
        picture[inside] = picture[inside] / 2 + random.uniform(0, 128, 3)
    picture += random.normal(0, 5, picture.shape)
    return Image.fromarray(picture.clip(0, 255).astype(numpy.uint8))


def pillow(picture, **options):
    file = io.BytesIO()
    picture.save(file, "WEBP", **options)
    return file.getvalue()


def libwebp(picture, partitions=0, **options):
    config = webp.WebPConfig.new(quality=options.pop("quality", 50))
    for name, value in options.items():
        setattr(config.ptr, name, value)
    webp.ffi.cast("int*", config.ptr)[18] = partitions  # a field that the binding does not name
    return bytes(webp.WebPPicture.from_pil(picture).encode(config).buffer())


exif = Image.Exif()
exif[0x112] = 7
alpha = photo(61, 40, 20)
alpha.putalpha(photo(61, 40, 21).convert("L"))
files = {f"webp_lossy_method{m}": pillow(photo(97, 61, m), method=m, quality=70) for m in range(7)}
files |= {
    "webp_lossy_photo": pillow(photo(1280, 960, 10), quality=30),
    "webp_lossy_1x1": pillow(photo(1, 1, 11)),
    "webp_lossy_tall": pillow(photo(3, 700, 12), quality=90),
    "webp_lossy_wide": pillow(photo(701, 2, 13), quality=10),
    "webp_lossy_exif7": pillow(photo(41, 30, 14), exif=exif),
    "webp_lossy_fading": pillow(alpha, alpha_quality=30, exact=True),
    "webp_lossy_animated": pillow(photo(70, 50, 15), save_all=True, append_images=[photo(70, 50, 16)]),
    "webp_lossy_simple_filter": libwebp(photo(120, 90, 17), filter_type=0, filter_strength=80, quality=20),
    "webp_lossy_segments": libwebp(photo(120, 90, 18), segments=4, sns_strength=100, filter_sharpness=6, quality=30),
    "webp_lossy_partitions": libwebp(photo(120, 150, 19), partitions=3, filter_strength=100, method=6),
}
jpeg = io.BytesIO()
photo(150, 100, 22).save(jpeg, "JPEG", quality=90)
with open("same_picture.jpg", "wb") as file:
    file.write(jpeg.getvalue())
with open("same_picture.webp", "wb") as file:
    file.write(pillow(Image.open(jpeg), lossless=True))

with open("expected.csv") as table:
    rows = {line.split(",")[0]: line for line in table}
for name, data in files.items():
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    digest = hashlib.sha256(upright.tobytes()).hexdigest()
    rows[name + ".webp"] = f"{name}.webp,{upright.width},{upright.height},{digest}\n"
    with open(name + ".webp", "wb") as file:
        file.write(data)
with open("expected.csv", "w", newline="") as table:
    table.writelines(rows.values())
