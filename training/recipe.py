"""Whether the committed model is what training would give: `python -m training.recipe` exits with 0 if nothing of it changed.

Training gives the same bytes from the same labels, code and library versions; their hash stands in model.json, and the model's beside it.
The card's scores are held against the pinned floors.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from sangloc.labelfile import fingerprint, read_labels
from sangloc.sieve import SHIPPED
from training.gate import Floors, GateError

ROOT = Path(__file__).parents[1]
MODULES = "import sys, sangloc.fitting; print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'sangloc'), sep='\\n')"


def recipe(labels_sha256: str) -> str:
    """Return the hash of the labels' hash, the modules that fitting uses, the table of characters and the locked versions."""
    # Asked of a process of its own: this one has other modules too.
    done = subprocess.run([sys.executable, "-c", MODULES], capture_output=True, text=True, check=True)  # noqa: S603  # our own words
    files = map(Path, done.stdout.splitlines())
    hashed = hashlib.sha256(labels_sha256.encode())
    for path in (*sorted(files), SHIPPED.with_name("chars.npy"), ROOT / "requirements.lock"):
        hashed.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return hashed.hexdigest()


def hash_of(path: Path) -> str:
    """Return a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Compare; return the exit code."""
    card = json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))
    labels = fingerprint(read_labels(ROOT / "labels"))
    if (card.get("recipe_sha256"), card.get("model_sha256")) != (recipe(labels), hash_of(SHIPPED)):
        print("labels, code, versions or the model changed: it is to be trained again")
        return 1
    try:
        Floors.read().check(card["scores"], labels)
    except GateError as error:
        print(f"gate: {error}")
        return 1
    print("labels, code and versions are those that the committed model was trained with; its scores reach the floors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
