"""BentoML: pictures are decoded and answered in the threads that a synchronous API has. Run by `bentoml serve`."""

import os
from pathlib import Path
from typing import Annotated

import bentoml
import numpy
from bentoml.validators import ContentType

from onnx_model import Classifier, prepare


@bentoml.service(
    traffic={"timeout": 120},
    workers=1,
    threads=2 * int(os.environ["THREADS"]),
    logging={"access": {"enabled": False}},
)
class Pictures:
    def __init__(self):
        self.classifier = Classifier()

    @bentoml.api
    def predict(self, image: Annotated[Path, ContentType("image/jpeg")], /) -> dict:
        return self.classifier.answers(numpy.stack([prepare(image.read_bytes())]))[0]
