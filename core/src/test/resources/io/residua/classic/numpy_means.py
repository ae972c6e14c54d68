"""Writes numpy-means.txt: folds, right answers of 37 in each fold (a candidate between slashes), the bits of
mean and deviation, and ranks, as scikit-learn 1.9.1 computes them (NumPy 2.4.6, SciPy)."""
import numpy as np
from scipy.stats import rankdata


def bits(values):
    return ",".join(format(x, "016x") for x in values.view(np.uint64))


rng = np.random.default_rng(7)
with open("numpy-means.txt", "w") as out:
    for folds in (2, 3, 5, 7, 8, 9, 10, 16, 20, 128, 130, 300):
        right = rng.integers(25, 37, (6, folds))
        if 8 <= folds <= 20:  # the same scores in another order: ties, or apart by the last bit
            right[1] = rng.permutation(right[0])
            right[2] = rng.permutation(right[0])
        scores = right / 37
        mean = np.average(scores, axis=1)
        std = np.sqrt(np.average((scores - mean[:, None]) ** 2, axis=1))
        rank = rankdata(-mean, method="min").astype(int)
        table = "/".join(",".join(map(str, row)) for row in right.tolist())
        print(folds, table, bits(mean), bits(std), ",".join(map(str, rank)), file=out)
