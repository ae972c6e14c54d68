"""OpenVINO on the ONNX models of models.py. Arguments: PRECISION THREADS MODELS, precision fp32, bf16 or int8."""

import pathlib
import sys

import numpy
import openvino

import turns

precision, threads, models = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
core = openvino.Core()


def open_case(case):
    if case.task != "infer":
        raise ValueError("OpenVINO does not train")
    file = f"{case.network}-nncf-int8.xml" if precision == "int8" else f"{case.network}.onnx"
    model = core.read_model(models / file)
    model.reshape([case.batch, 3, case.size_px, case.size_px])
    compiled = core.compile_model(
        model,
        "CPU",
        {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32",
        },
    )
    request = compiled.create_infer_request()
    x = numpy.random.default_rng(7).standard_normal(
        (case.batch, 3, case.size_px, case.size_px), dtype=numpy.float32
    )
    request.set_input_tensor(openvino.Tensor(x))
    return turns.Work(case.batch, request.infer)


turns.serve("OpenVINO " + openvino.__version__, open_case)
