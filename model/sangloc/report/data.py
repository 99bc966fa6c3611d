"""What a report shows, as plain values that its scripts read (see `model.js`)."""

import hashlib
import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import numpy as np

from sangloc import __version__
from sangloc.explain import Account, Explanation
from sangloc.labelfile import SUFFIX
from sangloc.labels import LabelSet
from sangloc.page import Page
from sangloc.records import Record
from sangloc.rendering import as_label_file
from sangloc.sieve import Sieve

SHARES = 1000  # probabilities are whole thousandths
REASONS = 5  # reasons shown for a paragraph, and as many of the first pass
UNITS = 100  # scores are whole hundredths
LONGEST_PHRASE = 120  # characters
EXTENSION = re.compile(r"(?<=[^/])\.[A-Za-z][A-Za-z0-9]{0,6}(\.(gz|zst|lz4))?$")
UNSAFE = re.compile(r'[<>:"|?*#\x00-\x1f\x7f]')  # in names of files, on one system or another


@dataclass(slots=True)
class Numbered:
    """Texts that occur often, known by their number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def __call__(self, text: str) -> int:
        """Return the text's number."""
        return self.numbers.setdefault(text, len(self.numbers))

    def __iter__(self) -> Any:
        """Return the texts in the order of their numbers."""
        return iter(self.numbers)


class ReportData:
    """Pages added one after the other, and what they have in common."""

    def __init__(self, sieve: Sieve, keep: str, why: bool) -> None:
        """Take what is kept (labels or groups; `ValueError` for an unknown one), and whether labels are explained."""
        self.sieve = sieve
        self.why = why
        self.kept = sieve.model.labels.selected(keep)
        self.themes, self.phrases = Numbered(), Numbered()
        self.pages: list[dict[str, Any]] = []
        self.files: set[str] = set()

    def add(self, record: Record, text: str) -> None:
        """Tag a page and add it."""
        text = text.replace("\r\n", "\n")
        entry = page_data(self.sieve.tag(text), record, self._file(record.name))
        if self.why:
            entry["why"] = [self._why(found) for found in self.sieve.explain(text)]
        self.pages.append(entry)

    def as_dict(self) -> dict[str, Any]:
        """Return everything, for JSON."""
        labels = self.sieve.model.labels
        told = "\0".join(f"{page['name']}\0{page['text']}" for page in self.pages)
        return {
            "version": __version__,
            "id": hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16],
            **label_data(labels, self.kept),
            "themes": list(self.themes),
            "phrases": list(self.phrases),
            "pages": self.pages,
        }

    def _file(self, name: str) -> str:
        """Return the page's label file in a download: its folder and name, made different from the others'."""
        parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", "..", "-"}] or ["page"]
        stem = UNSAFE.sub("-", EXTENSION.sub("", "/".join(parts[-2:])))
        found, number = stem, 1
        while found.casefold() in self.files:
            number += 1
            found = f"{stem}-{number}"
        self.files.add(found.casefold())
        return found + SUFFIX

    def _why(self, found: Explanation) -> list[list[int]]:
        return [self._account(account, *found.ranking[:2]) for account in (found.final, found.first)]

    def _account(self, account: Account, label: int, other: int) -> list[int]:
        """Return the margin, and for the strongest reasons theme, phrase and margin, one after the other."""
        out = [round(UNITS * float(account.scores[label] - account.scores[other]))]
        for reason in account.reasons(label, other)[:REASONS]:
            phrase = reason.phrase
            shown = phrase if len(phrase) <= LONGEST_PHRASE else phrase[: LONGEST_PHRASE - 1] + "…"
            out += [self.themes(reason.theme), self.phrases(shown), round(UNITS * reason.margin)]
        return out


def label_data(labels: LabelSet, kept: frozenset[str]) -> dict[str, Any]:
    """Return labels and groups by number, and which labels are kept."""
    groups = labels.groups
    return {
        "labels": list(labels.labels),
        "groups": list(groups),
        "groupOf": [groups.index(labels.group_of[label]) for label in labels.labels],
        "kept": [label in kept for label in labels.labels],
    }


def page_data(page: Page, record: Record, file: str) -> dict[str, Any]:
    """Return a page: its text, which lines are paragraphs, and of each its label, the runner-up, and both probabilities."""
    order = np.argsort(-page.probabilities, axis=1, kind="stable")[:, :2]
    shares = np.rint(np.take_along_axis(page.probabilities, order, axis=1) * SHARES).astype(int)
    return {
        "name": record.name,
        "file": file,
        "header": list(takewhile(lambda row: row.startswith("#"), as_label_file(page, record).split("\n"))),
        "text": page.text,
        "at": [number for number, (start, end) in enumerate(page.lines) if page.text[start:end].strip()],
        "codes": order[:, 0].tolist(),
        "others": order[:, 1].tolist(),
        "probs": shares[:, 0].tolist(),
        "otherProbs": shares[:, 1].tolist(),
    }
