"""Compare two model files: `python -m training.same COMMITTED NEW`.

On one kind of processor training gives the same bytes. On another NumPy may compute with other instructions, and the last bits of
60 steps of L-BFGS differ; then the labels of all pages must be the same but for one in a thousand.
"""

import sys
from pathlib import Path

import numpy as np

from sangloc.labelfile import read_labels
from sangloc.sieve import load

ALLOWED = 0.001


def main() -> int:
    """Return 0 where the models are the same."""
    committed, new = sys.argv[1:3]
    if Path(committed).read_bytes() == Path(new).read_bytes():
        print("the new model is the committed one, byte for byte")
        return 0
    texts = [page.text for page in read_labels(Path(__file__).parents[1] / "labels")]
    one, other = (np.concatenate([page.codes for page in load(path).tag_many(texts)]) for path in (committed, new))
    share = float((one != other).mean())
    print(f"the bytes differ; {share:.5f} of {len(one)} labels differ")
    return int(share > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
