"""MLServer: pictures come as base64 in JSON and are decoded and answered in threads."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import numpy
from mlserver import MLModel
from mlserver.codecs import Base64Codec, StringCodec, NumpyCodec
from mlserver.types import InferenceResponse

from onnx_model import Classifier, prepare


class Pictures(MLModel):
    async def load(self):
        self.classifier = Classifier()
        self.threads = ThreadPoolExecutor(2 * int(os.environ["THREADS"]))
        return True

    async def predict(self, payload):
        files = Base64Codec.decode_input(payload.inputs[0])
        answers = await asyncio.get_running_loop().run_in_executor(self.threads, self.answer, files)
        return InferenceResponse(
            model_name=self.name,
            outputs=[
                StringCodec.encode_output("label", [a["label"] for a in answers]),
                NumpyCodec.encode_output("probability", numpy.array([a["probability"] for a in answers])),
            ],
        )

    def answer(self, files):
        return self.classifier.answers(numpy.stack([prepare(f) for f in files]))
