#!/usr/bin/env bash
# Makes bench/.venv with the peers that come from PyPI. Wants Python 3.10 or newer (PYTHON chooses one), 5 GB of
# disk and some minutes. What is pinned here is what was measured.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
stamp=.venv/installed
if [ "$stamp" -nt venv.sh ]; then exit 0; fi

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || {
  echo "bench/venv.sh: Python 3.10 or newer is needed, and $python is older (PYTHON=… chooses another)" >&2
  exit 1
}
[ -x .venv/bin/pip ] || "$python" -m venv .venv
pip() { .venv/bin/pip install --quiet --disable-pip-version-check "$@"; }

pip numpy==2.4.6 onnx==1.23.2 onnxruntime==1.31.1 openvino==2026.4.1 nncf==3.4.0 scikit-learn==1.9.1
# PyPI's Linux wheel of torch is linked with CUDA: the libraries that it loads at the start have to be there, the
# rest (triton, cusolver, CUDA bindings), 1 GB, need not. Nothing of it computes without a GPU.
pip --no-deps torch==2.15.0
pip filelock 'typing-extensions>=4.13.0' 'setuptools>=77.0.3' sympy networkx jinja2 fsspec
if [ "$(uname -sm)" = "Linux x86_64" ]; then
  pip 'cuda-toolkit[cublas,cudart,cufft,cufile,cupti,cusparse,nvjitlink,nvrtc]==13.2.2' \
    nvidia-cudnn-cu13==9.26.0.51 nvidia-cusparselt-cu13==0.8.1 nvidia-nccl-cu13==2.30.7 \
    nvidia-nvshmem-cu13==3.7.2 2>&1 | grep -v -e 'dependency resolver' -e '^torch .* requires' >&2 || true
fi
.venv/bin/python -c 'import torch, openvino, nncf, onnxruntime, onnx, sklearn'
touch "$stamp"
