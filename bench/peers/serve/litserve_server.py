"""LitServe: batches of up to 8, decoded by threads of the worker. Argument: the port."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import litserve
import numpy
from fastapi import Request

from onnx_model import Classifier, prepare


class Api(litserve.LitAPI):
    def setup(self, device):
        self.classifier = Classifier()
        self.threads = ThreadPoolExecutor(int(os.environ["THREADS"]))

    def decode_request(self, request: Request):
        return request["image"].file.read()

    def batch(self, files):
        return numpy.stack(list(self.threads.map(prepare, files)))

    def predict(self, pictures):
        return self.classifier.answers(pictures)

    def unbatch(self, output):
        return output

    def encode_response(self, output):
        return output


if __name__ == "__main__":
    api = Api(max_batch_size=8, batch_timeout=0.001)
    server = litserve.LitServer(api, accelerator="cpu", timeout=120, fast_queue=True)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, log_level="warning")
