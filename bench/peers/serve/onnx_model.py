"""What all servers here have in common: ONNX Runtime over a file that `residua export` wrote, and its pictures.

Environment: MODEL (the file), THREADS (of ONNX Runtime)."""

import io
import json
import os
import threading

import numpy
import onnxruntime
from PIL import Image

SIZE = 224
SHORTER_SIDE = 256
MEAN = numpy.array([103.939, 116.779, 123.68], dtype=numpy.float32)


def prepare(file):
    """A picture's bytes as the network wants them: shorter side 256, centre 224, BGR, minus a mean; [3,224,224]."""
    picture = Image.open(io.BytesIO(file)).convert("RGB")
    scale = SHORTER_SIDE / min(picture.size)
    picture = picture.resize([round(side * scale) for side in picture.size], Image.Resampling.BILINEAR)
    left, top = (picture.width - SIZE) // 2, (picture.height - SIZE) // 2
    picture = picture.crop((left, top, left + SIZE, top + SIZE))
    pixels = numpy.asarray(picture, dtype=numpy.float32)[:, :, ::-1] - MEAN
    return numpy.ascontiguousarray(pixels.transpose(2, 0, 1))


class Classifier:
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ["THREADS"])
        # One batch at a time takes all threads, and none of them spins while others decode.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.lock = threading.Lock()
        self.session = onnxruntime.InferenceSession(os.environ["MODEL"], options, ["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name
        classes = json.loads(self.session.get_modelmeta().custom_metadata_map["classes"])
        self.labels = [c["name"] for c in classes]

    def answers(self, pictures):
        """[N,3,224,224] to N of {"label": …, "probability": …}."""
        with self.lock:
            scores = self.session.run(["probabilities"], {self.input: pictures})[0]
        best = scores.argmax(axis=1)
        return [{"label": self.labels[b], "probability": float(s[b])} for b, s in zip(best, scores)]
