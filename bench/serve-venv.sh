#!/usr/bin/env bash
# Makes bench/.venv-serve with the servers of other projects that bench/serve measures, each in an environment of its
# own, as what they want besides does not agree. Wants Python 3.10 to 3.12 (PYTHON chooses one), 2 GB of disk and some
# minutes. What is pinned here is what was measured. A server that can't be installed leaves its reason in NAME.failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit
mkdir -p .venv-serve
python=${PYTHON:-python3}

server() {
  local name=$1 folder=.venv-serve/$1
  shift
  if [ "$folder/installed" -nt serve-venv.sh ]; then return; fi
  rm -rf "$folder" "$folder.failed"
  if "$python" -m venv "$folder" >"$folder.log" 2>&1 &&
    "$folder/bin/pip" install --quiet --disable-pip-version-check onnxruntime==1.32.0 pillow==13.0.0 "$@" >"$folder.log" 2>&1; then
    touch "$folder/installed"
  else
    tail -n 1 "$folder.log" >"$folder.failed"
    echo "bench/serve-venv.sh: $name: $(cat "$folder.failed")" >&2
  fi
}

server litserve litserve==0.2.19 python-multipart==0.0.20
server mlserver mlserver==1.7.1
server bentoml bentoml==1.4.40
# PyTriton brings a Python of its own, which reads the library of this one: of 3.11 Debian's 3.11.2 goes, 3.11.7 does not.
[ -n "${PYTHON:-}" ] || python=/usr/bin/python3
server triton nvidia-pytriton==0.7.0
