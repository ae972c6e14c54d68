"""Asks a running server over gRPC all that tritonclient can ask it, and compares with known answers.

    python grpc_clients.py HOST:PORT EXPECTED.json

EXPECTED.json is what clients.py reads. A process of its own: kserve and tritonclient.grpc cannot be imported together.
"""

import asyncio
import queue
import sys

import numpy
import tritonclient.grpc as triton
import tritonclient.grpc.aio as triton_aio
from tritonclient.utils import InferenceServerException

import expected as known
from expected import Expected, answers, check, inputs, texts


def refused(call, status, *words):
    try:
        call()
    except InferenceServerException as e:
        check(f"StatusCode.{status}" == e.status(), f"status {e.status()}, not {status}: {e}")
        for word in words:
            check(word in e.message(), f"'{word}' is not in '{e.message()}'")
        return
    raise AssertionError(f"{words} was not refused")


def triton_input(array, datatype, name="image"):
    one = triton.InferInput(name, list(array.shape), datatype)
    one.set_data_from_numpy(array)
    return [one]


def with_triton(address, expected):
    client = triton.InferenceServerClient(address)
    model = expected.model
    check(client.is_server_live(), "live")
    check(client.is_server_ready(), "ready")
    check(client.is_model_ready(model), "model is ready")
    check(client.is_model_ready(model, expected.version), "version is ready")
    refused(lambda: client.is_model_ready("absent"), "NOT_FOUND", "absent")
    check("binary_tensor_data" in client.get_server_metadata().extensions, "extensions")
    for metadata in (client.get_model_metadata(model), client.get_model_metadata(model, expected.version)):
        check(metadata.name == model, metadata)
        check(expected.version in metadata.versions, metadata)
        check([(i.name, i.datatype, list(i.shape)) for i in metadata.inputs] == [("image", "BYTES", [-1])], metadata)
        named = {o.name: (o.datatype, list(o.shape)) for o in metadata.outputs}
        check(named["probabilities"] == ("FP32", [-1, len(expected.classes)]), metadata)
        check(named["features"] == ("FP32", [-1, expected.features]), metadata)

    for name, array, datatype, ways, tolerance in inputs(expected):
        if True in ways:
            found = client.infer(model, triton_input(array, datatype))
            answers(expected, found, f"gRPC, {name}", tolerance)

    files = triton_input(numpy.array(expected.files, dtype=object), "BYTES")
    for packed in ("gzip", "deflate"):
        answers(expected, client.infer(model, files, compression_algorithm=packed), f"gRPC, {packed}")
    outputs = [triton.InferRequestedOutput("label"), triton.InferRequestedOutput("features")]
    result = client.infer(
        model,
        files,
        model_version=expected.version,
        outputs=outputs,
        request_id="request 7",
        timeout=60_000_000,
        client_timeout=60,
        parameters={"top": 2, "something": "else"},
    )
    response = result.get_response()
    check(response.id == "request 7", response.id)
    check((response.model_name, response.model_version) == (model, expected.version), response.model_name)
    check([o.name for o in response.outputs] == ["label", "features"], [o.name for o in response.outputs])
    best = numpy.argsort(-expected.probabilities, axis=1)[:, :2]
    check(texts(result.as_numpy("label")) == [expected.classes[i] for i in best.flatten()], "labels")
    check(result.as_numpy("features").shape == (len(expected.files), expected.features), "features")
    ranked = [triton.InferRequestedOutput("probabilities", class_count=2)]
    for row, text in enumerate(texts(client.infer(model, files, outputs=ranked).as_numpy("probabilities"))):
        value, index, label = text.split(":", 2)
        check(int(index) == best[row // 2][row % 2], text)

    done = queue.Queue()
    client.async_infer(model, files, lambda result, error: done.put((result, error)))
    result, error = done.get(timeout=60)
    check(error is None, error)
    answers(expected, result, "async_infer")

    refused(lambda: client.infer("absent", files), "NOT_FOUND", "absent")
    refused(lambda: client.infer(model, files, model_version="77"), "NOT_FOUND", "77")
    no_picture = triton_input(numpy.array([b"no picture"], dtype=object), "BYTES")
    refused(lambda: client.infer(model, no_picture), "INVALID_ARGUMENT", "picture 1")
    other = [triton.InferRequestedOutput("labels")]
    refused(lambda: client.infer(model, files, outputs=other), "INVALID_ARGUMENT", "did you mean 'label'")
    small = numpy.zeros((1, 3, 5, 5), numpy.float32)
    refused(lambda: client.infer(model, triton_input(small, "FP32")), "INVALID_ARGUMENT", "[1,3,5,5]")

    def state():
        return [m for m in client.get_model_repository_index().models if m.name == model][-1].state

    check(state() == "READY", state())
    client.unload_model(model)
    check(not client.is_model_ready(model), "ready though unloaded")
    check(state() == "UNAVAILABLE", state())
    refused(lambda: client.infer(model, files), "UNAVAILABLE", model)
    client.load_model(model)
    check(client.is_model_ready(model), "ready after it was loaded")
    answers(expected, client.infer(model, files), "after it was loaded")
    refused(lambda: client.load_model("absent"), "NOT_FOUND", "absent")
    refused(lambda: client.load_model(model, config="{}"), "INVALID_ARGUMENT", "config")
    client.close()


async def with_triton_aio(address, expected):
    async with triton_aio.InferenceServerClient(address) as client:
        check(await client.is_server_ready(), "ready")
        check(await client.is_model_ready(expected.model), "model is ready")
        files = triton_input(numpy.array(expected.files, dtype=object), "BYTES")
        answers(expected, await client.infer(expected.model, files), "tritonclient.grpc.aio")


if __name__ == "__main__":
    right = Expected(sys.argv[2])
    with_triton(sys.argv[1], right)
    asyncio.run(with_triton_aio(sys.argv[1], right))
    print(f"{known.checks} checks passed")
