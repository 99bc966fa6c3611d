"""Atheris targets for the parsers that are our own: `python -m tests.fuzz.targets model|label-file|jsonl|text [libFuzzer options]`.

`make fuzz` runs each for a minute. What one finds goes into tests/fuzz/corpus/<target>/, where tests/test_fuzz.py reads it ever after.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sangloc"]):
    import sangloc.artifact
    import sangloc.decoding
    import sangloc.labelfile
    import sangloc.readers.jsonl
    import sangloc.readers.lines
    import sangloc.stripping  # noqa: F401  # each is imported to be instrumented

from tests.test_fuzz import html, label_file, model, reader, text

TARGETS = {"model": model, "label-file": label_file, "jsonl": reader(".jsonl"), "text": text, "html": html, "warc": reader(".warc")}


def main() -> None:
    """Fuzz the target that the command line names."""
    check = TARGETS[sys.argv.pop(1)]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        atheris.Setup(sys.argv, lambda data: check(data, place))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
