"""What a server is asked, and the right answers, whichever client asks."""

import base64
import json
import pathlib

import numpy

TOLERANCE = 1e-4
# In tensors of 16 bits an input has 11 bits of its 24.
TOLERANCE_FP16 = 2e-2


class Expected:
    def __init__(self, path):
        self.__dict__.update(json.loads(pathlib.Path(path).read_text()))
        self.files = [pathlib.Path(p["file"]).read_bytes() for p in self.pictures]
        shape = (self.channels, self.size, self.size)
        self.prepared = numpy.stack(
            [numpy.fromfile(p["prepared"], dtype="<f4").reshape(shape) for p in self.pictures]
        )
        self.raw = numpy.stack(
            [numpy.fromfile(p["pixels"], dtype=numpy.uint8).reshape(p["shape"]) for p in self.pictures]
        )
        self.probabilities = numpy.array([p["probabilities"] for p in self.pictures])
        self.index = [p["index"] for p in self.pictures]


checks = 0


def check(holds, what):
    global checks
    checks += 1
    if not holds:
        raise AssertionError(what)


def close(found, expected, what, tolerance=TOLERANCE):
    found = numpy.asarray(found, dtype=float)
    check(found.shape == expected.shape, f"{what}: shape {found.shape}, not {expected.shape}")
    far = numpy.abs(found - expected).max()
    check(far <= tolerance, f"{what}: {far} from what 'predict' says")


def softmax(logits):
    raised = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def texts(array):
    return [t.decode() if isinstance(t, bytes) else str(t) for t in array.flatten()]


def answers(expected, response, what, tolerance=TOLERANCE):
    """All that comes without being asked for in particular."""
    close(response.as_numpy("probabilities"), expected.probabilities, what, tolerance)
    close(softmax(response.as_numpy("logits")), expected.probabilities, what, tolerance)
    check(response.as_numpy("index").flatten().tolist() == expected.index, what)
    check(texts(response.as_numpy("label")) == [expected.classes[i] for i in expected.index], what)


def inputs(expected):
    """What pictures may be sent as: name, array, datatype, tolerance."""
    files = numpy.array(expected.files, dtype=object)
    encoded = numpy.array([base64.b64encode(f).decode() for f in expected.files], dtype=object)
    last = expected.prepared.transpose(0, 2, 3, 1).copy()
    half = expected.prepared.astype(numpy.float16)
    yield "files", files, "BYTES", (True,), TOLERANCE
    yield "files [N,1]", files.reshape(-1, 1), "BYTES", (True,), TOLERANCE
    yield "base64", encoded, "BYTES", (False,), TOLERANCE
    yield "pixels [N,H,W,3]", expected.raw, "UINT8", (True, False), TOLERANCE
    yield "pixels [N,3,H,W]", expected.raw.transpose(0, 3, 1, 2).copy(), "UINT8", (True, False), TOLERANCE
    yield "pixels as INT64", expected.raw.astype(numpy.int64), "INT64", (True, False), TOLERANCE
    yield "prepared [N,3,H,W]", expected.prepared, "FP32", (True, False), TOLERANCE
    yield "prepared [N,H,W,3]", last, "FP32", (True, False), TOLERANCE
    yield "prepared as FP64", expected.prepared.astype(numpy.float64), "FP64", (True, False), TOLERANCE
    yield "prepared as FP16", half, "FP16", (True,), TOLERANCE_FP16
