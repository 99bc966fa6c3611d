"""sangloc: tells the article from related links, ads, comments and footers in the plain text of scraped web pages.

import sangloc
sieve = sangloc.load()
print(sieve.tag(text).keep("body"))
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sangloc.artifact import ModelFileError
    from sangloc.batch import tag_batch
    from sangloc.estimator import BoilerplateClassifier
    from sangloc.fitting import fit
    from sangloc.labelfile import LabelFileError, LabelledPage, read_labels
    from sangloc.labels import LabelSet
    from sangloc.page import Page, Paragraph
    from sangloc.sieve import Sieve, load
    from sangloc.unwrapping import unwrap

__version__ = "0.1.0"

# Where each public name lives; imported on first use, so that `import sangloc` costs nothing and tagging never imports scikit-learn.
_HOMES = {
    "BoilerplateClassifier": "estimator",
    "LabelFileError": "labelfile",
    "LabelSet": "labels",
    "LabelledPage": "labelfile",
    "ModelFileError": "artifact",
    "Page": "page",
    "Paragraph": "page",
    "Sieve": "sieve",
    "fit": "fitting",
    "load": "sieve",
    "read_labels": "labelfile",
    "tag_batch": "batch",
    "unwrap": "unwrapping",
}

__all__ = [
    "BoilerplateClassifier",
    "LabelFileError",
    "LabelSet",
    "LabelledPage",
    "ModelFileError",
    "Page",
    "Paragraph",
    "Sieve",
    "__version__",
    "fit",
    "load",
    "read_labels",
    "tag_batch",
    "unwrap",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"sangloc.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'sangloc' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
