"""Writes the files that ONNX Runtime, OpenVINO and DJL read. Argument: the folder. Weights are random: only speed is
measured. Files that are there stay."""

import pathlib
import sys
import warnings

import nncf
import numpy
import onnx
import openvino
import torch
from onnxruntime import quantization

import resnets

warnings.filterwarnings("ignore")
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


def pictures(count):
    generator = numpy.random.default_rng(7)
    return [generator.standard_normal((1, 3, 224, 224), dtype=numpy.float32) for _ in range(count)]


class Pictures(quantization.CalibrationDataReader):
    def __init__(self, count):
        self.rest = iter([{"input": p} for p in pictures(count)])

    def get_next(self):
        return next(self.rest, None)


def make(name, write):
    file = folder / name
    if not file.exists():
        partial = folder / ("partial-" + name)
        write(str(partial))
        weights = partial.with_suffix(".bin")
        if name.endswith(".xml"):
            weights.rename(file.with_suffix(".bin"))
        partial.rename(file)


def fused_graph(network, size_px):
    """The network as ONNX, batch normalisation folded into the convolutions."""
    from onnx import TensorProto, helper, numpy_helper

    model = resnets.named(network).eval()
    nodes, values = [], []

    def constant(name, tensor):
        values.append(numpy_helper.from_array(tensor.detach().numpy(), name))
        return name

    def add(op, inputs, **attributes):
        name = f"{op.lower()}{len(nodes)}"
        nodes.append(helper.make_node(op, inputs, [name], name, **attributes))
        return name

    def conv_bn(x, pair):
        conv = torch.nn.utils.fusion.fuse_conv_bn_eval(pair[0], pair[1])
        weight = constant(f"weight{len(nodes)}", conv.weight)
        bias = constant(f"bias{len(nodes)}", conv.bias)
        pads = [conv.padding[0], conv.padding[1]] * 2
        return add("Conv", [x, weight, bias], strides=list(conv.stride), pads=pads)

    x = "input"
    for layer in model:
        if isinstance(layer, resnets.Block):
            y = x
            for pair in layer.convs[:-1]:
                y = add("Relu", [conv_bn(y, pair)])
            y = conv_bn(y, layer.convs[-1])
            if not isinstance(layer.shortcut, torch.nn.Identity):
                x = conv_bn(x, layer.shortcut)
            x = add("Relu", [add("Add", [y, x])])
        elif isinstance(layer, torch.nn.Sequential):
            x = conv_bn(x, layer)
        elif isinstance(layer, torch.nn.ReLU):
            x = add("Relu", [x])
        elif isinstance(layer, torch.nn.MaxPool2d):
            x = add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
        elif isinstance(layer, torch.nn.AdaptiveAvgPool2d):
            x = add("GlobalAveragePool", [x])
        elif isinstance(layer, torch.nn.Flatten):
            x = add("Flatten", [x])
        else:
            x = add("Gemm", [x, constant("fc", layer.weight), constant("fcbias", layer.bias)], transB=1)
    shape = ["batch", 3, size_px, size_px]
    graph = helper.make_graph(
        nodes,
        network,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["batch", 1000])],
        values,
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(proto)
    with torch.no_grad():
        picture = torch.from_numpy(pictures(1)[0])
        expected = model(picture).numpy()
    import onnxruntime

    got = onnxruntime.InferenceSession(proto.SerializeToString()).run(None, {"input": picture.numpy()})[0]
    numpy.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-3)
    return proto


for network in ("resnet50", "resnet18"):
    make(f"{network}.onnx", lambda file, n=network: onnx.save(fused_graph(n, 224), file))

make(
    "resnet50-int8.onnx",
    lambda file: quantization.quantize_static(
        str(folder / "resnet50.onnx"),
        file,
        Pictures(8),
        quant_format=quantization.QuantFormat.QDQ,
        per_channel=True,
        activation_type=quantization.QuantType.QUInt8,
        weight_type=quantization.QuantType.QInt8,
    ),
)


def nncf_int8(file):
    model = openvino.Core().read_model(folder / "resnet50.onnx")
    data = nncf.Dataset(pictures(8), lambda p: p)
    openvino.save_model(nncf.quantize(model, data, subset_size=8), file)


make("resnet50-nncf-int8.xml", nncf_int8)


def torchscript(file):
    model = resnets.named("resnet50").eval()
    with torch.no_grad():
        torch.jit.trace(model, torch.zeros(1, 3, 224, 224)).save(file)


make("resnet50.pt", torchscript)
