"""Triton, as PyTriton brings it: dynamic batches of up to 8, decoded and answered by ONNX Runtime in its process of
Python. Arguments: the port, and a folder for what it writes."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy
from pytriton.decorators import batch
from pytriton.model_config import DynamicBatcher, ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

from onnx_model import Classifier, prepare

classifier = Classifier()
threads = ThreadPoolExecutor(int(os.environ["THREADS"]))


@batch
def infer(image):
    pictures = list(threads.map(prepare, image[:, 0]))
    answers = classifier.answers(numpy.stack(pictures))
    return {
        "label": numpy.array([[a["label"].encode()] for a in answers], dtype=numpy.bytes_),
        "probability": numpy.array([[a["probability"]] for a in answers], dtype=numpy.float32),
    }


port = int(sys.argv[1])
config = TritonConfig(
    http_address="127.0.0.1", http_port=port, grpc_port=port + 1, metrics_port=port + 2, log_verbose=0
)
with Triton(config=config, workspace=sys.argv[2]) as triton:
    triton.bind(
        model_name="pictures",
        infer_func=infer,
        inputs=[Tensor(name="image", dtype=numpy.bytes_, shape=(1,))],
        outputs=[
            Tensor(name="label", dtype=numpy.bytes_, shape=(1,)),
            Tensor(name="probability", dtype=numpy.float32, shape=(1,)),
        ],
        config=ModelConfig(max_batch_size=8, batcher=DynamicBatcher(max_queue_delay_microseconds=1000)),
    )
    triton.serve()
