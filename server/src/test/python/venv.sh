#!/usr/bin/env bash
# Makes server/.venv with the standard clients that the server's tests ask it with, and schemathesis. Wants Python 3.10
# or newer with venv (PYTHON chooses one), 600 MB of disk and some minutes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../.."
stamp=.venv/installed
if [ "$stamp" -nt "$here/venv.sh" ]; then exit 0; fi

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || {
  echo "venv.sh: Python 3.10 or newer is needed, and $python is older (PYTHON=… chooses another)" >&2
  exit 1
}
[ -x .venv/bin/pip ] || "$python" -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check 'tritonclient[http,grpc]==2.73.0' kserve==0.21.0 schemathesis==4.32.5
touch "$stamp"
