"""Loads exported files into torchvision's networks and prints the logits.

Arguments, for each file: its path, the network's name, the number of classes, Python statements that change the network
before (or an empty text), and a file of float32 pictures N x 3 x S x S with its three sizes (N, S, S), or - for none.
"""

import json
import struct
import sys

import numpy as np
import torch
import torchvision

TYPES = {"F32": np.float32, "I64": np.int64}


def load_file(path):
    """What safetensors.torch.load_file gives; Debian has no such package."""
    with open(path, "rb") as f:
        (length,) = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(length))
        data = f.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
            tensors[name] = torch.from_numpy(values.copy())
    return tensors


torch.set_num_threads(2)
arguments = sys.argv[1:]
while arguments:
    path, name, classes, changes, pictures, count, size = arguments[:7]
    arguments = arguments[7:]
    with torch.no_grad():
        model = getattr(torchvision.models, name)(num_classes=int(classes))
        exec(changes)
        print(name, model.load_state_dict(load_file(path)))
        if pictures != "-":
            model.eval()
            x = np.fromfile(pictures, "<f4").reshape(int(count), 3, int(size), int(size))
            for row in model(torch.from_numpy(x)).numpy():
                print("logits", *("%.9g" % v for v in row))
