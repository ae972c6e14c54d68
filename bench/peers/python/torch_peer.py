"""PyTorch. Arguments: MODE THREADS, MODE being eager, channels-last, autocast, optimized, compile or compile-bf16."""

import contextlib
import ctypes
import gc
import importlib
import sys

import torch

import resnets
import turns

mode, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
bf16 = mode in ("autocast", "compile-bf16")
compiled = mode.startswith("compile")
layout = torch.contiguous_format if mode in ("eager", "optimized") else torch.channels_last


def precision():
    return torch.autocast("cpu", dtype=torch.bfloat16) if bf16 else contextlib.nullcontext()


def inference(case, x):
    model = resnets.named(case.network).eval().to(memory_format=layout)
    with torch.no_grad():
        if mode == "optimized":
            model = torch.jit.optimize_for_inference(torch.jit.trace(model, x))
        if compiled:
            importlib.import_module("torch._inductor.config").freezing = True
            model = torch.compile(model, dynamic=False)

    def run():
        with torch.no_grad(), precision():
            model(x)

    return turns.Work(case.batch, run)


def training(case, x):
    model = resnets.named(case.network).train().to(memory_format=layout)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    labels = torch.arange(case.batch) % 10
    loss = torch.nn.CrossEntropyLoss()
    step_model = torch.compile(model, dynamic=False) if compiled else model

    def run():
        optimizer.zero_grad(set_to_none=True)
        with precision():
            logits = step_model(x)
            value = loss(logits.float(), labels)
        value.backward()
        optimizer.step()

    def rest():  # gives back what the allocator keeps, for the next contestant's turn
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)

    return turns.Work(case.batch, run, rest)


def open_case(case):
    x = torch.randn(case.batch, 3, case.size_px, case.size_px).contiguous(memory_format=layout)
    if case.task == "infer":
        return inference(case, x)
    if case.task == "train" and mode != "optimized":
        return training(case, x)
    raise ValueError(f"no {case.task} in this mode")


turns.serve("PyTorch " + torch.__version__, open_case)
