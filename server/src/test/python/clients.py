"""Asks a running server all that tritonclient and kserve can ask it, and compares with known answers.

    python clients.py HOST:PORT EXPECTED.json

EXPECTED.json has the name of a model, its version, classes, input size and channels, number of features, and pictures:
file, probabilities, index, and the files of their pixels, uint8 of the shape given, and of what the network takes,
float32 [C,S,S].
"""

import asyncio
import sys

import httpx
import numpy
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput
from tritonclient.utils import InferenceServerException

import expected as known
from expected import TOLERANCE, Expected, answers, check, close, inputs, softmax, texts


def refused(call, status, *words):
    try:
        call()
    except InferenceServerException as e:
        check(str(status) in str(e.status()), f"status {e.status()}, not {status}: {e}")
        for word in words:
            check(word in e.message(), f"'{word}' is not in '{e.message()}'")
        return
    raise AssertionError(f"{words} was not refused")


def triton_input(array, datatype, binary=True, name="image"):
    one = triton.InferInput(name, list(array.shape), datatype)
    one.set_data_from_numpy(array, binary_data=binary)
    return [one]


def with_triton(address, expected):
    client = triton.InferenceServerClient(address)
    model = expected.model
    check(client.is_server_live(), "live")
    check(client.is_server_ready(), "ready")
    check(client.is_model_ready(model), "model is ready")
    check(client.is_model_ready(model, expected.version), "version is ready")
    check(not client.is_model_ready("absent"), "an absent model is ready")
    check(not client.is_model_ready(model, "77"), "an absent version is ready")

    server = client.get_server_metadata()
    for extension in ("binary_tensor_data", "classification", "model_repository"):
        check(extension in server["extensions"], extension)
    for metadata in (
        client.get_model_metadata(model),
        client.get_model_metadata(model, expected.version),
    ):
        check(metadata["name"] == model, metadata)
        check(expected.version in metadata["versions"], metadata)
        check(metadata["inputs"] == [{"name": "image", "datatype": "BYTES", "shape": [-1]}], metadata)
        named = {o["name"]: (o["datatype"], o["shape"]) for o in metadata["outputs"]}
        check(named["probabilities"] == ("FP32", [-1, len(expected.classes)]), metadata)
        check(named["features"] == ("FP32", [-1, expected.features]), metadata)

    for name, array, datatype, ways, tolerance in inputs(expected):
        for binary in ways:
            what = f"tritonclient, {name}, {'binary' if binary else 'JSON'}"
            answers(expected, client.infer(model, triton_input(array, datatype, binary)), what, tolerance)
    answers(
        expected,
        client.infer(model, triton_input(expected.prepared, "FP32", name="input")),
        "the input's name in ONNX files",
    )

    files = triton_input(numpy.array(expected.files, dtype=object), "BYTES")
    for request in (None, "gzip", "deflate"):
        for response in (None, "gzip", "deflate"):
            result = client.infer(
                model,
                files,
                request_compression_algorithm=request,
                response_compression_algorithm=response,
            )
            answers(expected, result, f"request {request}, response {response}")

    outputs = [
        triton.InferRequestedOutput("label", binary_data=False),
        triton.InferRequestedOutput("features", binary_data=True),
        triton.InferRequestedOutput("probabilities", binary_data=False),
        triton.InferRequestedOutput("logits", binary_data=True),
    ]
    result = client.infer(
        model,
        files,
        model_version=expected.version,
        outputs=outputs,
        request_id="request 7",
        timeout=60_000_000,
        priority=1,
        parameters={"top": 2, "something": "else"},
    )
    response = result.get_response()
    check(response["id"] == "request 7", response)
    check(response["model_name"] == model, response)
    check(response["model_version"] == expected.version, response)
    check(
        [o["name"] for o in response["outputs"]] == ["label", "features", "probabilities", "logits"],
        response,
    )
    best = numpy.argsort(-expected.probabilities, axis=1)[:, :2]
    check(texts(result.as_numpy("label")) == [expected.classes[i] for i in best.flatten()], response)
    check(result.as_numpy("features").shape == (len(expected.files), expected.features), response)
    close(result.as_numpy("probabilities"), expected.probabilities, "probabilities as JSON")

    for binary in (True, False):
        ranked = triton.InferRequestedOutput("probabilities", binary_data=binary, class_count=2)
        found = client.infer(model, files, outputs=[ranked]).as_numpy("probabilities")
        check(found.shape == (len(expected.files), 2), found)
        for row, text in enumerate(texts(found)):
            value, index, label = text.split(":", 2)
            place = best[row // 2][row % 2]
            check((int(index), label) == (place, expected.classes[place]), text)
            check(abs(float(value) - expected.probabilities[row // 2][place]) <= TOLERANCE, text)

    answers(expected, client.async_infer(model, files).get_result(), "async_infer")
    body, length = triton.InferenceServerClient.generate_request_body(files)
    raw = httpx.post(
        f"http://{address}/v2/models/{model}/infer",
        content=body,
        headers={"Inference-Header-Content-Length": str(length)},
    )
    answers(
        expected,
        triton.InferenceServerClient.parse_response_body(
            raw.content, header_length=int(raw.headers["Inference-Header-Content-Length"])
        ),
        "bodies made and read by the client alone",
    )

    refused(lambda: client.infer("absent", files), 404, "absent")
    refused(lambda: client.infer(model, files, model_version="77"), 404, "77")
    refused(lambda: client.get_model_metadata("absent"), 404, "absent")
    no_picture = triton_input(numpy.array([b"no picture"], dtype=object), "BYTES")
    refused(lambda: client.infer(model, no_picture), 400, "picture 1")
    other = [triton.InferRequestedOutput("labels")]
    refused(lambda: client.infer(model, files, outputs=other), 400, "labels", "did you mean 'label'")
    small = numpy.zeros((1, 3, 5, 5), numpy.float32)
    refused(lambda: client.infer(model, triton_input(small, "FP32")), 400, "[1,3,5,5]")

    repository(client, expected, files)
    client.close()


def repository(client, expected, files):
    model = expected.model

    def state():
        found = [m for m in client.get_model_repository_index() if m["name"] == model]
        check(len(found) >= 1, found)
        return found[-1].get("state")

    check(state() == "READY", state())
    client.load_model(model)
    check(client.is_model_ready(model), "loaded again")
    client.unload_model(model)
    check(not client.is_model_ready(model), "ready though unloaded")
    check(state() == "UNAVAILABLE", state())
    refused(lambda: client.infer(model, files), 503, model)
    client.load_model(model)
    check(client.is_model_ready(model), "ready after it was loaded")
    answers(expected, client.infer(model, files), "after it was loaded")
    refused(lambda: client.load_model("absent"), 404, "absent")
    refused(lambda: client.unload_model("absent"), 404, "absent")


async def with_triton_aio(address, expected):
    async with triton_aio.InferenceServerClient(address) as client:
        check(await client.is_server_live(), "live")
        check(await client.is_server_ready(), "ready")
        check(await client.is_model_ready(expected.model), "model is ready")
        check("extensions" in await client.get_server_metadata(), "metadata")
        metadata = await client.get_model_metadata(expected.model)
        check(metadata["name"] == expected.model, metadata)
        check(len(await client.get_model_repository_index()) >= 1, "index")
        files = triton_input(numpy.array(expected.files, dtype=object), "BYTES")
        for packed in (None, "gzip", "deflate"):
            result = await client.infer(
                expected.model,
                files,
                request_compression_algorithm=packed,
                response_compression_algorithm=packed,
            )
            answers(expected, result, f"tritonclient.http.aio, {packed}")


class Kserve:
    """kserve's response with the interface of tritonclient's."""

    def __init__(self, response):
        self.response = response

    def as_numpy(self, name):
        return self.response.get_output_by_name(name).as_numpy()


async def with_kserve(address, expected):
    base = f"http://{address}"
    model = expected.model

    def request(array, datatype, binary, **more):
        one = InferInput("image", list(array.shape), datatype)
        one.set_data_from_numpy(array, binary_data=binary)
        return InferRequest(model, [one], **more)

    async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
        check(await client.is_server_live(base), "live")
        check(await client.is_server_ready(base), "ready")
        check(await client.is_model_ready(base, model), "model is ready")
        check(not await client.is_model_ready(base, "absent"), "an absent model is ready")

        for name, array, datatype, ways, tolerance in inputs(expected):
            for binary in ways:
                what = f"kserve, {name}, {'binary' if binary else 'JSON'}"
                response = await client.infer(base, request(array, datatype, binary), model_name=model)
                answers(expected, Kserve(response), what, tolerance)

        files = numpy.array(expected.files, dtype=object)
        for parameters in ({"binary_data_output": True}, {"binary_data_output": False}, {"top": 1}):
            response = await client.infer(
                base, request(files, "BYTES", True, parameters=parameters, request_id="7"), model_name=model
            )
            check(response.id == "7", response)
            answers(expected, Kserve(response), f"kserve, {parameters}")
        response = await client.infer(
            base,
            request(
                files,
                "BYTES",
                True,
                request_outputs=[
                    RequestedOutput("logits", {"binary_data": True}),
                    RequestedOutput("probabilities", {"binary_data": False}),
                ],
            ),
            model_name=model,
        )
        check([o.name for o in response.outputs] == ["logits", "probabilities"], response)
        close(softmax(Kserve(response).as_numpy("logits")), expected.probabilities, "kserve, logits")

        body = {"inputs": [{"name": "image", "shape": [1], "datatype": "BYTES", "data": ["no base64!"]}]}
        for name, data, status, words in (
            (model, body, 400, "base64"),
            ("absent", request(files, "BYTES", True), 404, "absent"),
        ):
            try:
                await client.infer(base, data, model_name=name)
                raise AssertionError(f"{words} was not refused")
            except httpx.HTTPStatusError as e:
                check(e.response.status_code == status, e)
                check(words in str(e), e)


def main(address, path):
    expected = Expected(path)
    with_triton(address, expected)
    asyncio.run(with_triton_aio(address, expected))
    asyncio.run(with_kserve(address, expected))
    print(f"{known.checks} checks passed")


if __name__ == "__main__":
    main(*sys.argv[1:])
