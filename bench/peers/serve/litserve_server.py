"""LitServe: pictures are decoded by the worker in batches of up to 8. Argument: the port."""

import sys

import litserve
import numpy
from fastapi import Request

from onnx_model import Classifier, prepare


class Api(litserve.LitAPI):
    def setup(self, device):
        self.classifier = Classifier()

    def decode_request(self, request: Request):
        return prepare(request["image"].file.read())

    def batch(self, inputs):
        return numpy.stack(inputs)

    def predict(self, pictures):
        return self.classifier.answers(pictures)

    def unbatch(self, output):
        return output

    def encode_response(self, output):
        return output


if __name__ == "__main__":
    api = Api(max_batch_size=8, batch_timeout=0.005)
    server = litserve.LitServer(api, accelerator="cpu", timeout=120)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, log_level="warning")
