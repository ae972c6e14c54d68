#!/usr/bin/env bash
# ONNX Runtime's official Linux packages (PyPI; the Java and native ones alike) report on their use since 1.29.0, which
# its privacy page long described for Windows only. Opening one model in a process leaves a device identifier and a
# database of events to send in ~/.cache/Microsoft. The call made for it, disable_telemetry_events(), right after the
# import leaves the same files; only ORT_DISABLE_TELEMETRY, or CI, in the environment before the start leaves none. So a
# test that runs in CI sees nothing of what the same program does where it is deployed.
# onnxruntime 1.31.1 with 1.28.0 for comparison, onnx 1.23.2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/open.py" <<'PYTHON'
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper

if sys.argv[1] == "call":
    onnxruntime.disable_telemetry_events()
values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", values[:1], values[1:])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
assert session.run(None, {"x": numpy.ones(1, numpy.float32)})[0][0] == 1
PYTHON

# Opens a model with a fresh home and prints how many files of ONNX Runtime lie there afterwards.
files() { # version, how, environment
  local home=$folder/home
  rm -rf "$home" && mkdir -p "$home/tmp"
  env -u CI -u ORT_DISABLE_TELEMETRY HOME="$home" TMPDIR="$home/tmp" "$3" \
    "$folder/$1/bin/python" "$folder/open.py" "$2"
  find "$home" -path '*Microsoft*' -type f | wc -l
}

for version in 1.28.0 1.31.1; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/pip" install -q --disable-pip-version-check "onnxruntime==$version" onnx==1.23.2
done
check() { # version, how, environment, expected
  local found
  found=$(files "$1" "$2" "$3")
  echo "onnxruntime $1, ${3/NONE=1/no variable}, $2: $found files in ~/.cache/Microsoft"
  [ "$4" = "$([ "$found" -gt 0 ] && echo some || echo none)" ]
}
check 1.28.0 plain NONE=1 none
check 1.31.1 plain NONE=1 some
check 1.31.1 call NONE=1 some
check 1.31.1 plain CI=true none
check 1.31.1 plain ORT_DISABLE_TELEMETRY=1 none
