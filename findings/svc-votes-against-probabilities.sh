#!/usr/bin/env bash
# A support vector machine that is regularised strongly answers one thing by its votes (predict) and another by its
# probabilities (argmax of predict_proba), for every single picture: not "in rare cases". Which of the two is right
# more often depends on the data: here first the votes, then, with less regularisation, the probabilities.
# numpy 2.4.6, scikit-learn 1.9.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scikit-learn==1.9.1
"$folder/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
import sklearn
from sklearn.datasets import load_digits
from sklearn.svm import SVC

warnings.filterwarnings("ignore", category=FutureWarning)
pixels, digits = load_digits(return_X_y=True)
pixels = pixels / 16
half = 899
seen = {}
for c in (0.1, 1):
    model = SVC(C=c, gamma=0.001, probability=True, random_state=0).fit(pixels[:half], digits[:half])
    votes = model.predict(pixels[half:])
    likeliest = model.classes_[model.predict_proba(pixels[half:]).argmax(axis=1)]
    truth = digits[half:]
    seen[c] = (int((votes != likeliest).sum()), float((votes == truth).mean()), float((likeliest == truth).mean()))
    print(f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, C {c}: {seen[c][0]} of {len(truth)} answers differ;"
          f" right: {seen[c][1]:.3f} by votes, {seen[c][2]:.3f} by probabilities")
differ, by_votes, by_probability = seen[0.1]
assert differ > 850 and by_votes > by_probability, seen
differ, by_votes, by_probability = seen[1]
assert differ > 200 and by_probability > by_votes, seen
PYTHON
