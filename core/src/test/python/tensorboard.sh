#!/usr/bin/env bash
# Shows what the real TensorBoard reads from a run's event file: tensorboard.sh RUN
# Makes core/target/tensorboard-venv from PyPI at its first use.
set -euo pipefail
run=$(realpath "${1:?a run\'s folder}")
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
venv=target/tensorboard-venv
if [ ! -e "$venv/installed" ]; then
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check tensorboard==2.20.0 'setuptools<81'
  touch "$venv/installed"
fi
"$venv/bin/python" - "$run" <<'PYTHON'
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1]).Reload()
tags = events.Tags()["scalars"]
assert "loss/train" in tags and "accuracy/validation" in tags, tags
for tag in sorted(tags):
    scalars = events.Scalars(tag)
    print(tag, len(scalars), "steps, last", scalars[-1].step, scalars[-1].value)
PYTHON
