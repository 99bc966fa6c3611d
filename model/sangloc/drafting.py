"""Label files filled in by the model, for a person to correct: the most teaching page first, the least sure lines marked."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from sangloc.files import write_new
from sangloc.labelfile import SUFFIX, LabelFileError, format_page, label_files, label_set, read_file
from sangloc.labels import DEFAULT, LabelSet
from sangloc.page import Page
from sangloc.pipeline import READING, items
from sangloc.readers import text_of
from sangloc.readers.compression import SUFFIXES
from sangloc.records import End, Record
from sangloc.sieve import Sieve
from sangloc.sources import Missed, Source, printable
from sangloc.teaching import in_order
from sangloc.unsure import KEY, written

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A page that was drafted: its label file, how many of its paragraphs are unsure, and what labelling it teaches."""

    path: Path
    paragraphs: int
    unsure: int
    teaches: float


def drafts(
    sieve: Sieve, found: list[Source | Missed], folder: Path, *, sure: float, most: int | None, complain: Say, note: Say
) -> Iterator[Draft]:
    """Write label files for the inputs into a folder and yield them, the most teaching first, at most so many.

    A paragraph whose label has a probability below `sure` is marked. What has a label file there already is left as it is, and counts
    as labelled. `complain` takes a line on each input that fails, `note` on what is left out or doubtful. Raises `OSError`, and
    `LabelFileError` for broken labels in the folder.
    """
    _prepare(folder, sieve.model.labels)
    targets: dict[Path, tuple[Record, str]] = {}
    for item in items(found, READING):
        if isinstance(item, Missed):
            complain(f"{item.name}: {item.reason}")
        elif isinstance(item, End):
            if item.failure:
                complain(f"{item.source.name}: {item.failure}")
        elif (target := folder / _place(item)).exists():
            note(f"{item.name}: {target} is there already and is left as it was")
        elif target in targets:
            complain(f"{item.name}: {targets[target][0].name} is drafted as {target} already; put the two into different folders")
        elif text := _text(item, complain, note):
            targets[target] = item, text
    pages = list(sieve.tag_many(text for _, text in targets.values()))
    places = list(targets.items())
    for number, teaches in islice(in_order(pages, _labelled(folder)), most):
        target, (record, text) = places[number]
        doubtful = np.flatnonzero(pages[number].probabilities.max(axis=1) < sure).tolist()
        header = {"source": source_of(record, text, target)} | ({KEY: written(doubtful, text)} if doubtful else {})
        if write_new(target, _content(pages[number], header)):
            yield Draft(target, len(pages[number]), len(doubtful), teaches)
        else:
            note(f"{record.name}: {target} is there already and is left as it was")


def _prepare(folder: Path, labels: LabelSet) -> None:
    """See to it that the folder's labels are the model's; a set of one's own is written down in a new folder."""
    if not any(folder.rglob(f"*{SUFFIX}")) and label_set([folder]) == DEFAULT != labels:
        rows = "".join(f"{_quoted(label)} = {_quoted(labels.group_of[label])}\n" for label in labels.labels)
        write_new(folder / "labels.toml", f"[groups]\n{rows}".encode())
    if set(labels.labels) - set(label_set([folder]).labels):
        raise LabelFileError(f"{folder}:1: the model has labels that this folder's label set does not; draft into another folder")


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)  # for the names that there are, the same in TOML


def _labelled(folder: Path) -> list[str]:
    """Return the texts that have label files in the folder."""
    if not any(folder.rglob(f"*{SUFFIX}")):
        return []
    labels = label_set([folder])
    return [page.text for file in label_files([folder]) for page in read_file(file, labels)]


def _place(record: Record) -> Path:
    """Return a record's label file in the folder; the records of one file lie in a folder of its name, numbered."""
    relative = record.source.relative
    if relative.suffix.lower() in SUFFIXES:
        relative = relative.with_suffix("")
    if record.after is None:
        return relative.with_suffix(SUFFIX)
    return relative.with_suffix("") / f"{record.after.number}{SUFFIX}"


def _text(record: Record, complain: Say, note: Say) -> str:
    """Return a record's text; empty where there is nothing to label, with a word on that."""
    opened = text_of(record, READING)
    if opened.failure:
        complain(f"{record.name}: {opened.failure}")
    for warning in opened.warnings:
        note(f"{record.name}: warning: {warning}")
    if opened.text and opened.text.strip():
        return opened.text
    if not opened.failure:
        note(f"{record.name}: nothing to label: {opened.skipped or 'the page has no text'}")
    return ""


def source_of(record: Record, text: str, target: Path) -> str:
    """Return what a label file calls its source: the path from the nearest folder that holds both, where the file is the text itself.

    Of a page made from HTML, from another encoding or from one record of many the header says so in words: there is no file that has, byte
    for byte, what was labelled.
    """
    path = record.source.path
    if path is None:
        return "standard input"
    if record.after or path.read_bytes().replace(b"\r\n", b"\n") != text.replace("\r\n", "\n").encode("utf-8", "surrogatepass"):
        return f"text of {record.name}"
    real = path.resolve()
    above = next((folder for folder in target.resolve().parents[1:] if real.is_relative_to(folder)), None)
    return printable(real if above is None or above == above.parent else real.relative_to(above))


def _content(page: Page, header: dict[str, str]) -> bytes:
    labels = page.label_set.labels
    return format_page(page.text, [labels[code] for code in page.codes.tolist()], header).encode("utf-8", "surrogatepass")
