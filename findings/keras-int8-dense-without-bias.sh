#!/usr/bin/env bash
# Keras' quantize("int8") touches Dense layers only, and saves a layer's variables by number: 0 the weights, then the
# bias if there is one, then the scale. In a Dense layer without a bias the scale is therefore stored as variable 1,
# where every layer with a bias has the bias, and it has the shape of a bias. A reader that goes by number and shape adds
# the scale to the answers. Convolutions keep 32-bit floats.
# keras 3.15.1, jax 0.10.2, h5py 3.16.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 h5py==3.16.0
KERAS_BACKEND=jax "$folder/venv/bin/python" - "$folder/model.weights.h5" <<'PYTHON'
import sys
import warnings

import h5py
import keras

warnings.filterwarnings("ignore", message=".*quantize.*")
keras.utils.set_random_seed(1)
model = keras.Sequential(
    [
        keras.Input((8, 8, 3)),
        keras.layers.Conv2D(4, 3),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(5),
        keras.layers.Dense(7, use_bias=False),
    ]
)
model.quantize("int8")
model.save_weights(sys.argv[1])
found = {}
with h5py.File(sys.argv[1]) as file:
    names = {"conv2d": "convolution", "dense": "with bias", "dense_1": "without bias"}  # as the file calls them
    for key, name in names.items():
        variables = file[f"layers/{key}/vars"]
        found[name] = [(str(variables[k].dtype), variables[k].shape) for k in sorted(variables)]
        print(f"keras {keras.__version__}: {name}: {found[name]}")
assert found["convolution"][0][0] == "float32", found
assert found["with bias"] == [("int8", (4, 5)), ("float32", (5,)), ("float32", (5,))], found
assert found["without bias"] == [("int8", (5, 7)), ("float32", (7,))], found
PYTHON
