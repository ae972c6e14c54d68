"""The grid search of `residua svm` by scikit-learn: grid_search.py FEATURES JOBS.

Reads the train part of a file that `residua features` wrote, scales it, searches the tutorial's grid with five folds
and the given number of processes, fits the best to all of it, and prints the mean score of every combination as JSON.
"""

import json
import struct
import sys

import numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def read(file):
    with open(file, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()

    def tensor(name):
        begin, end = header[name]["data_offsets"]
        return np.frombuffer(data[begin:end], "<f4").reshape(header[name]["shape"])

    parts = [picture[1] for picture in json.loads(header["__metadata__"]["pictures"])]
    train = np.array(parts) == "train"
    return tensor("features")[train].astype(np.float64), tensor("labels")[train].astype(np.int64)


x, y = read(sys.argv[1])
grid = {"C": [0.1, 1, 10, 100], "gamma": [1, 0.1, 0.01, 0.001]}
search = GridSearchCV(SVC(kernel="poly"), grid, cv=5, n_jobs=int(sys.argv[2]))
search.fit(StandardScaler().fit_transform(x), y)
print(json.dumps({"n": len(y), "mean_test_scores": search.cv_results_["mean_test_score"].tolist()}))
