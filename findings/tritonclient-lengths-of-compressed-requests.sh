#!/usr/bin/env bash
# A request that Triton's own HTTP client compresses says in Inference-Header-Content-Length where its JSON ends before
# compression, while Content-Length beside it is that of the compressed body: the JSON may "end" behind the end of what
# is sent. A server or proxy that takes the two for lengths of one body cuts wrongly. It names no Content-Type either,
# so that only this header tells JSON with binary tensors behind it from JSON. tritonclient[http] 2.73.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'tritonclient[http]==2.73.0'
"$folder/venv/bin/python" - <<'PYTHON'
import http.server
import importlib.metadata
import json
import threading
import zlib

import numpy as np
import tritonclient.http as triton

ANSWER = b'{"model_name":"m","outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[0]}]}'
seen = []


class Recorder(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        seen.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = triton.InferenceServerClient(f"127.0.0.1:{server.server_port}")
tensor = triton.InferInput("x", [1, 1000], "FP32")
tensor.set_data_from_numpy(np.zeros((1, 1000), np.float32))
for algorithm in (None, "gzip", "deflate"):
    client.infer("m", [tensor], request_compression_algorithm=algorithm)
    headers, body = seen[-1]
    length, sent = int(headers["Inference-Header-Content-Length"]), int(headers["Content-Length"])
    plain = body if algorithm is None else zlib.decompress(body, 47)
    json.loads(plain[:length])
    print(f"tritonclient {importlib.metadata.version('tritonclient')}, {algorithm}: JSON of {length} bytes,"
          f" Content-Length {sent}, Content-Type {headers['Content-Type']}")
    assert headers["Content-Type"] is None, headers
    assert len(plain) == length + 4000 and (algorithm is None) == (sent > length), (length, sent)
PYTHON
