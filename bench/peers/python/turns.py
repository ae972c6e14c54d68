"""A contestant's side of the benchmark: see io.residua.bench.Turns."""

import json
import os
import sys
import time
import traceback


class Case:
    """What is measured, for instance resnet50/infer/32."""

    def __init__(self, text):
        self.network, self.task, batch = text.split("/")
        self.batch = int(batch)
        self.size_px = 32 if self.network.startswith("cifar") else 224
        self.classes = 10 if self.network.startswith("cifar") else 1000


class Work:
    """A loaded case; run() computes one batch, rest() is called after each round and not timed."""

    def __init__(self, batch, run, rest=lambda: None):
        self.batch, self.run, self.rest = batch, run, rest


def _go(work, seconds):
    start = time.perf_counter()
    images = 0
    while True:
        work.run()
        images += work.batch
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            break
    work.rest()
    return {"images": images, "seconds": elapsed}


def serve(version, open_case):
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print must not mix with the answers
    print(json.dumps({"version": version}), file=answers)
    works = {}
    for line in sys.stdin:
        command = line.split()
        try:
            if command[0] == "open":
                case = Case(command[1])
                works[command[1]] = work = open_case(case)
                _go(work, 0)
                if not case.task.startswith("train"):
                    _go(work, 0.5)
                answer = {"open": command[1]}
            elif command[0] == "go":
                answer = _go(works[command[1]], float(command[2]))
            elif command[0] == "close":
                works.pop(command[1], None)
                answer = {"closed": command[1]}
            else:
                raise ValueError("unknown command " + command[0])
        except Exception as e:
            traceback.print_exc()
            answer = {"error": f"{type(e).__name__}: {e}".splitlines()[0]}
        print(json.dumps(answer), file=answers)
