"""Write `model/sangloc/usual.json`: the mean of each feature of the second pass over the training pages, every page weighing the same.

`python -m training.usual`, after each training. Explanations count from these means (`sangloc.explain`); labels don't depend on them.
"""

import json
from pathlib import Path

import numpy as np

from sangloc.explain import USUAL
from sangloc.features import features_of
from sangloc.labelfile import read_labels
from sangloc.second import second_features, second_names
from sangloc.sieve import load

ROOT = Path(__file__).parents[1]
DIGITS = 5


def main() -> None:
    """Compute the means with the shipped model."""
    sieve = load()
    means = []
    for page in read_labels(ROOT / "labels"):
        features = features_of([page.text], sieve.model.first.sizes, sieve.model.known)
        if features.places.count:
            means.append(second_features(*sieve.first.scores_and_words(features), features).mean(axis=0))
    names = second_names(sieve.model.labels.labels, sieve.model.dense_names)
    usual = dict(zip(names, np.mean(means, axis=0).round(DIGITS).tolist(), strict=True))
    USUAL.write_text(json.dumps(usual, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{USUAL}: {len(usual)} means over {len(means)} pages")


if __name__ == "__main__":
    main()
