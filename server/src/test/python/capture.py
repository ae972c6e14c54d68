"""Writes what the two standard clients put on the wire, one file a request, into the folder given.

The folder's README.md says with which versions its files were made.
"""

import asyncio
import base64
import http.server
import pathlib
import sys
import threading

import httpx
import numpy
import tritonclient.http as triton
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

ANSWER = (
    b'{"model_name":"m","outputs":[{"name":"index","shape":[1,1],"datatype":"INT64","data":[0]}]}'
)
PICTURES = [b"\xff\xd8first picture", b"\x89PNG\r\n\x1a\nsecond"]


class Recorder(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        drop = ("host", "user-agent")
        head = [f"{k}: {v}" for k, v in self.headers.items() if k.lower() not in drop]
        text = "\n".join([f"{self.command} {self.path}", *head, "", ""])
        self.server.file.write_bytes(text.encode() + body)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *arguments):
        pass


def triton_input(array, datatype, binary=True):
    one = triton.InferInput("image", list(array.shape), datatype)
    one.set_data_from_numpy(array, binary_data=binary)
    return [one]


def kserve_request(array, datatype, binary, identifier):
    one = InferInput("image", list(array.shape), datatype)
    one.set_data_from_numpy(array, binary_data=binary)
    return InferRequest("m", [one], request_id=identifier)


def main(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = triton.InferenceServerClient(f"127.0.0.1:{server.server_port}")
    pictures = numpy.array(PICTURES, dtype=object)
    texts = numpy.array([base64.b64encode(p).decode() for p in PICTURES], dtype=object)
    ramp = numpy.arange(12, dtype=numpy.float32).reshape(1, 3, 2, 2) / 4 - 1
    outputs = triton.InferRequestedOutput

    def record(name, call):
        server.file = folder / f"{name}.http"
        return call()

    def infer(name, inputs, **more):
        record(name, lambda: client.infer("m", inputs, **more))

    infer("triton-bytes", triton_input(pictures, "BYTES"))
    infer("triton-bytes-gzip", triton_input(pictures, "BYTES"), request_compression_algorithm="gzip")
    infer(
        "triton-bytes-deflate",
        triton_input(pictures, "BYTES"),
        request_compression_algorithm="deflate",
        response_compression_algorithm="deflate",
    )
    infer("triton-base64", triton_input(texts, "BYTES", False), request_id="7")
    infer(
        "triton-classes",
        triton_input(pictures, "BYTES"),
        outputs=[outputs("probabilities", class_count=3), outputs("label", binary_data=False)],
        parameters={"top": 2},
        timeout=2500000,
        priority=1,
    )
    infer("triton-fp32", triton_input(ramp, "FP32"))
    infer("triton-fp32-json", triton_input(ramp, "FP32", False))
    infer("triton-fp16", triton_input(ramp.astype(numpy.float16), "FP16"))
    infer("triton-uint8", triton_input(numpy.arange(12, dtype=numpy.uint8).reshape(1, 2, 2, 3), "UINT8"))
    client.close()

    base = f"http://127.0.0.1:{server.server_port}"

    async def with_kserve():
        async with InferenceRESTClient(RESTConfig(protocol="v2")) as rest:
            for name, request in [
                ("kserve-bytes", kserve_request(pictures, "BYTES", True, "a")),
                ("kserve-base64", kserve_request(texts, "BYTES", False, "b")),
                ("kserve-fp32", kserve_request(ramp, "FP32", True, "c")),
                ("kserve-fp32-json", kserve_request(ramp, "FP32", False, "d")),
            ]:
                server.file = folder / f"{name}.http"
                await rest.infer(base, request, model_name="m")

    asyncio.run(with_kserve())

    # The same arrays nested, as people write them.
    server.file = folder / "nested-json.http"
    body = {"inputs": [{"data": ramp.tolist(), "name": "image", "datatype": "FP32", "shape": [1, 3, 2, 2]}]}
    httpx.post(f"{base}/v2/models/m/infer", json=body)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
